import type { RedisClient } from '../src/index.ts';

/** A command as it goes to Redis; a promise that rejects makes it fail in its place. */
export type Watcher = (args: readonly string[]) => Promise<unknown> | undefined;

/** An ioredis-like client over another client, through which every command can be seen or stopped. */
export function watched(client: RedisClient, watch: Watcher): RedisClient {
  const send = async (args: string[]): Promise<unknown> => {
    await watch(args);
    if ('call' in client) return client.call(args[0] ?? '', ...args.slice(1));
    if (!('masters' in client)) return client.sendCommand(args);
    return client.sendCommand(keysIn(args)[0] ?? '', false, args);
  };
  const isCluster = 'masters' in client || ('isCluster' in client && client.isCluster === true);
  return {
    status: 'ready',
    isCluster,
    call: (name, ...args) => send([name, ...args]),
    pipeline: () => ({ exec: () => Promise.reject(new Error('no pipelines here')) }),
  };
}

/** The keys of the commands that the store uses. */
export function keysIn([name = '', ...args]: readonly string[]): readonly string[] {
  switch (name) {
    case 'EVAL':
    case 'EVALSHA':
      return args.slice(2, 2 + Number(args[1]));
    case 'MGET':
      return args;
    default:
      return args.slice(0, 1);
  }
}
