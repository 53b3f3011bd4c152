import { type StoreUnderTest, tokenStoreCases } from '@latchkey/testing';
import { afterAll, describe, it } from 'vitest';
import { redisStore } from '../src/index.ts';
import { type Connected, clients, newPrefix } from './clients.ts';

describe.each(clients)('the Redis store over $name', ({ connect, shards }) => {
  const pools: Promise<Connected>[] = [];
  afterAll(() => Promise.all(pools.map(async (pool) => (await pool).close())));
  /** Connections are kept for all cases: a cluster takes longer to connect to than a case takes. */
  const connection = (place: number): Promise<Connected> => {
    pools[place] ??= connect();
    return pools[place];
  };
  const open = async (prefix: string, place: number): Promise<StoreUnderTest> => ({
    ...redisStore({ client: (await connection(place)).client, prefix, shards, durable: true }),
    close: async () => {},
    reopen: () => open(prefix, 1 - place),
  });
  for (const { title, run } of tokenStoreCases()) it(title, () => run(() => open(newPrefix(), 0)));
});
