import { describe, expect, it } from 'vitest';
import { startCluster } from '../../../tools/services/cluster.mjs';
import { redisStore } from '../src/index.ts';
import { connectIoredisCluster, connectNodeRedisCluster } from './clients.ts';
import { eventOf, idOf, kindsIn, recordOf } from './sample.ts';

const numbers = Array.from({ length: 40 }, (_, number) => number);

describe('ST-5 a primary of a cluster that fails over', () => {
  it('loses nothing that a replica has confirmed, and needs no restart', async () => {
    const cluster = await startCluster({ replicas: 1 });
    const connections = await Promise.all([
      connectIoredisCluster(cluster.nodes),
      connectNodeRedisCluster(cluster.nodes),
    ]);
    try {
      const stores = connections.map(({ client }, place) =>
        redisStore({ client, prefix: `client${place}`, replicas: 1 }),
      );
      for (const { tokens } of stores)
        for (const number of numbers) {
          await tokens.insert(recordOf(number), eventOf.issued(recordOf(number)), null);
          if (number % 2 === 1) await tokens.revoke(idOf(number), 5, 'root', eventOf.revoked(idOf(number)));
        }
      await cluster.servers[0]?.kill();
      for (const store of stores) {
        const { tokens } = store;
        const answered = async (): Promise<number> => {
          const finds = await Promise.allSettled(numbers.map((number) => tokens.find(idOf(number))));
          return finds.filter(({ status }) => status === 'fulfilled').length;
        };
        await expect.poll(answered, { timeout: 30_000, interval: 200 }).toBe(numbers.length);
        for (const number of numbers) {
          const { record } = await tokens.find(idOf(number));
          expect(record?.revokedAt).toBe(number % 2 === 1 ? 5 : null);
        }
        expect((await kindsIn(store)).length).toBe(1.5 * numbers.length);
        expect(await tokens.list({ after: null, limit: 100 })).toHaveLength(numbers.length);
      }
    } finally {
      await Promise.all(connections.map(({ close }) => close()));
      await cluster.stop();
    }
  });
});
