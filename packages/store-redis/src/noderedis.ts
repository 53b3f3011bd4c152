import type { Commands } from './command.ts';

/** What the store uses of a node-redis client. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  sendCommand(args: string[]): Promise<unknown>;
}

/** What the store uses of a node-redis cluster. */
export interface NodeRedisCluster {
  readonly masters: readonly unknown[];
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
}

/** The commands of a client for one server. */
export function nodeRedisCommands(client: NodeRedisClient): Commands {
  const command: Commands['command'] = (args) => client.sendCommand([...args]);
  return {
    isCluster: false,
    command,
    pair: (first, second, key) => Promise.all([command(first, key), command(second, key)]),
  };
}

/** The commands of a client for a cluster. Never marked as reads, which might go to a replica. Spec: ST-1 */
export function nodeRedisClusterCommands(client: NodeRedisCluster): Commands {
  const command: Commands['command'] = (args, key) => client.sendCommand(key, false, [...args]);
  return {
    isCluster: true,
    command,
    pair: (first, second, key) => Promise.all([command(first, key), command(second, key)]),
  };
}
