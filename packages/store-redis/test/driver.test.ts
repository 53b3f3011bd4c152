import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5';
import { createClientPool } from 'redis';
import {
  createClient as createClient5,
  createCluster as createCluster5,
  createClientPool as createPool5,
} from 'redis-5';
import { describe, expect, inject, it } from 'vitest';
import { redisStore } from '../src/index.ts';
import { type Connected, newPrefix } from './clients.ts';
import { eventOf, everything, idOf, kindsIn, recordOf, rotate } from './sample.ts';

/** Clients beside those that the conformance kit runs over: older versions, and pools. */
const clients: readonly { readonly name: string; connect(): Promise<Connected> }[] = [
  {
    name: 'ioredis 5',
    async connect() {
      const client = new Redis5(inject('redisUrl'));
      return { client, close: async () => client.disconnect() };
    },
  },
  {
    name: 'ioredis 5, with a prefix of its own',
    async connect() {
      const client = new Redis5(inject('redisUrl'), { keyPrefix: 'app:' });
      return { client, close: async () => client.disconnect() };
    },
  },
  {
    name: 'ioredis 5, pipelining by itself',
    async connect() {
      const client = new Redis5(inject('redisUrl'), { enableAutoPipelining: true });
      return { client, close: async () => client.disconnect() };
    },
  },
  {
    name: 'ioredis 5, cluster',
    async connect() {
      const client = new Cluster5([...inject('redisClusterNodes')]);
      return { client, close: async () => client.disconnect() };
    },
  },
  {
    name: 'node-redis 5',
    async connect() {
      const client = createClient5({ url: inject('redisUrl') });
      await client.connect();
      return { client, close: async () => client.destroy() };
    },
  },
  {
    name: 'node-redis 5, RESP3',
    async connect() {
      const client = createClient5({ url: inject('redisUrl'), RESP: 3 });
      await client.connect();
      return { client, close: async () => client.destroy() };
    },
  },
  {
    name: 'node-redis 5, cluster',
    async connect() {
      const rootNodes = inject('redisClusterNodes').map((socket) => ({ socket }));
      const client = createCluster5({ rootNodes });
      await client.connect();
      return { client, close: async () => client.destroy() };
    },
  },
  {
    name: 'node-redis 5, pool',
    async connect() {
      const client = createPool5({ url: inject('redisUrl') });
      await client.connect();
      return { client, close: async () => client.destroy() };
    },
  },
  {
    name: 'node-redis 6, pool',
    async connect() {
      const client = createClientPool({ url: inject('redisUrl') });
      await client.connect();
      return { client, close: async () => client.destroy() };
    },
  },
];

describe.each(clients)('the Redis store over $name', ({ connect }) => {
  it('ST-2 does everything', async () => {
    const { client, close } = await connect();
    await everything(redisStore({ client, prefix: newPrefix() }));
    const store = redisStore({ client, prefix: newPrefix() });
    const { tokens } = store;
    expect(await tokens.insert(recordOf(1), eventOf.issued(recordOf(1)), null)).toBe('inserted');
    expect(await rotate(store, 1, 2)).toBe('replaced');
    expect(await tokens.revoke(idOf(2), 9, 'root', eventOf.revoked(idOf(2)))).toBe('revoked');
    expect((await tokens.list({ after: null, limit: 9 })).map(({ id }) => id)).toEqual([idOf(2), idOf(1)]);
    expect(await kindsIn(store)).toEqual(['token-issued', 'token-rotated', 'token-revoked']);
    await close();
  });
});
