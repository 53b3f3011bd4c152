import type { Commands } from './command.ts';
import { type IoredisClient, ioredisCommands } from './ioredis.ts';
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  nodeRedisClusterCommands,
  nodeRedisCommands,
} from './noderedis.ts';

/** A client of node-redis (`createClient`, `createCluster`) or of ioredis (`Redis`, `Cluster`), connected by you. */
export type RedisClient = NodeRedisClient | NodeRedisCluster | IoredisClient;

/**
 * The commands of a client, told by its shape, so that no driver has to be imported. Throws a TypeError for what is
 * no client, and for one that would read from replicas: a revocation would reach those late. Spec: ST-1
 */
export function commandsOf(client: RedisClient): Commands {
  if (typeof client === 'object' && client !== null) {
    if ('call' in client && typeof client.call === 'function') return ioredisCommands(client);
    if ('sendCommand' in client && typeof client.sendCommand === 'function')
      return 'masters' in client ? nodeRedisClusterCommands(client) : nodeRedisCommands(client);
  }
  throw new TypeError('The client has to be one of node-redis (5 or later) or ioredis (5 or later).');
}
