import type { Commands } from './command.ts';

/** What the store uses of an ioredis client, for one server or a cluster. */
export interface IoredisClient {
  readonly status: string;
  readonly isCluster?: boolean;
  readonly options?: object;
  call(command: string, ...args: string[]): Promise<unknown>;
  pipeline(commands: string[][]): { exec(): Promise<[error: Error | null, result: unknown][] | null> };
}

/** The commands of an ioredis client; it finds the slot of a command by the command's own keys. */
export function ioredisCommands(client: IoredisClient): Commands {
  const options: { readonly scaleReads?: unknown } = client.options ?? {};
  if (options.scaleReads !== undefined && options.scaleReads !== 'master')
    throw new TypeError('A client with scaleReads reads from replicas; the store needs one without.');
  return {
    isCluster: client.isCluster === true,
    command: ([name = '', ...args]) => client.call(name, ...args),
    async pair(first, second) {
      // A pipeline finds commands as methods, whose names are in lower case.
      const named = [first, second].map(([name = '', ...args]) => [name.toLowerCase(), ...args]);
      const [one, other] = (await client.pipeline(named).exec()) ?? [];
      if (one === undefined || other === undefined) throw new Error('The pipeline was not answered.');
      for (const [error] of [one, other]) if (error !== null) throw error;
      return [one[1], other[1]];
    },
  };
}
