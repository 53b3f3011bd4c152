import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMariadb } from '../../../tools/services/mariadb.mjs';
import { startPostgres } from '../../../tools/services/postgres.mjs';
import type { Server } from '../../../tools/services/server.mjs';
import { StoreError } from '../src/index.ts';
import { mariadb, newPlace, type OpenedStore, openStore, postgres } from './engine.ts';
import { recordOf } from './sample.ts';

const servers = [
  { name: 'PostgreSQL', start: startPostgres, engineAt: postgres },
  { name: 'MariaDB', start: startMariadb, engineAt: mariadb },
];

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Inserts one record after another until told to stop; answers which were acknowledged. */
function insertAlways({ tokens }: OpenedStore, prefix: string): { stop(): Promise<string[]> } {
  const acknowledged: string[] = [];
  let isOver = false;
  const worker = async (lane: number): Promise<void> => {
    for (let count = 0; !isOver; count++) {
      const record = recordOf(`${prefix}${lane}x${count}`, { subject: `lane ${lane}` });
      try {
        if ((await tokens.insert(record, null, { live: 1e6, at: 0 })) === 'inserted')
          acknowledged.push(record.id);
      } catch (error) {
        expect(error).toBeInstanceOf(StoreError);
        await sleep(20);
      }
    }
  };
  const workers = [0, 1, 2, 3].map(worker);
  return {
    async stop() {
      isOver = true;
      await Promise.all(workers);
      return acknowledged;
    },
  };
}

describe.each(servers)('a real $name', ({ start, engineAt }) => {
  let server: Server;
  let store: OpenedStore;

  beforeAll(async () => {
    server = await start({ durable: true });
    const { url } = await newPlace(engineAt(() => server.url));
    store = await openStore(url, { connections: 4, connectMs: 500, statementMs: 500 });
  }, 60_000);

  afterAll(async () => {
    await store.close();
    await server.stop();
  }, 60_000);

  it('ST-5 killed and restarted under load loses nothing acknowledged, and needs no new store', async () => {
    const load = insertAlways(store, 'k');
    await sleep(300);
    await server.kill();
    await expect(store.tokens.find('x')).rejects.toMatchObject({ name: 'StoreError', retryable: true });
    await server.restart();
    expect((await store.tokens.find('x')).record).toBeNull();
    await sleep(200);
    const acknowledged = await load.stop();
    expect(acknowledged.length).toBeGreaterThan(10);
    const found = await Promise.all(acknowledged.map((id) => store.tokens.find(id)));
    expect(found.filter(({ record }) => record === null)).toEqual([]);
  });

  it('ST-5 frozen costs each caller the time-out at most, and goes on afterwards', async () => {
    await store.tokens.find('warm');
    server.pause();
    const begun = performance.now();
    // More than there are connections, so that some wait for one.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => store.tokens.find(`id${n}`)),
    );
    const took = performance.now() - begun;
    server.resume();
    for (const outcome of outcomes) {
      expect(outcome.status).toBe('rejected');
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreError);
    }
    expect(took).toBeLessThan(5000);
    expect((await store.tokens.find('x')).record).toBeNull();
    expect(await store.tokens.insert(recordOf('afterwards'))).toBe('inserted');
  });

  it('ST-5 restarted while nothing runs is there at the first request', async () => {
    await Promise.all([1, 2, 3, 4].map(() => store.tokens.find('warm')));
    await server.restart();
    expect((await store.tokens.find('x')).record).toBeNull();
    expect(await store.tokens.insert(recordOf('restarted'))).toBe('inserted');
  });
});
