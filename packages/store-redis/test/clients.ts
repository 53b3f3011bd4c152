import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster, type RedisClusterOptions } from 'redis';
import { inject } from 'vitest';
import type { RedisClient } from '../src/index.ts';

/** A client and how to end it. */
export interface Connected {
  readonly client: RedisClient;
  close(): Promise<void>;
}

/** Clients have to be listened to for `error`; what they tell is asserted by the answers of the store. */
const ignore = (): void => {};

/** The clients that the store is tested with, and what they are connected to. */
export const clients: readonly {
  readonly name: string;
  readonly shards: number;
  connect(): Promise<Connected>;
}[] = [
  { name: 'node-redis, single', shards: 1, connect: () => connectNodeRedis(inject('redisUrl')) },
  { name: 'ioredis, single', shards: 1, connect: () => connectIoredis(inject('redisUrl')) },
  { name: 'node-redis, cluster', shards: 64, connect: () => connectNodeRedisCluster() },
  { name: 'ioredis, cluster', shards: 64, connect: () => connectIoredisCluster() },
];

export async function connectNodeRedis(url: string): Promise<Connected> {
  const client = createClient({ url });
  client.on('error', ignore);
  await client.connect();
  return { client, close: async () => client.destroy() };
}

export async function connectIoredis(
  url: string,
  options: { maxRetriesPerRequest?: number; enableReadyCheck?: boolean } = {},
): Promise<Connected> {
  const client = new Redis(url, options);
  client.on('error', ignore);
  return { client, close: async () => client.disconnect() };
}

export async function connectNodeRedisCluster(
  nodes = inject('redisClusterNodes'),
  options: Partial<RedisClusterOptions> = {},
): Promise<Connected> {
  const client = createCluster({
    rootNodes: nodes.map(({ host, port }) => ({ socket: { host, port } })),
    ...options,
  });
  client.on('error', ignore);
  await client.connect();
  return { client, close: async () => client.destroy() };
}

export async function connectIoredisCluster(
  nodes = inject('redisClusterNodes'),
  options: ConstructorParameters<typeof Cluster>[1] = {},
): Promise<Connected> {
  const client = new Cluster([...nodes], options);
  client.on('error', ignore);
  return { client, close: async () => client.disconnect() };
}

let count = 0;
/** A prefix that no other test has. */
export const newPrefix = (): string => `t${process.pid}-${Date.now().toString(36)}-${count++}`;
