import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { clearDisk, fillDisk, limitFiles, mayMount } from '../../../../tools/services/disk.mjs';
import { startMariadb } from '../../../../tools/services/mariadb.mjs';
import { startPostgres } from '../../../../tools/services/postgres.mjs';
import { startRedis } from '../../../../tools/services/redis.mjs';
import type { Server } from '../../../../tools/services/server.mjs';
import { type OpenStore, openStore } from '../../src/serve/store.ts';
import { inPostgres } from './engine.ts';
import { expectWhole, load, unlikeAnswers } from './load.ts';
import { actor, answered, asks, engineOver, issued, patientMs, revoked, sleep, wordsOf } from './stage.ts';

/** An engine whose files can be kept from growing. */
interface Bounded {
  readonly name: string;
  start(diskBytes?: number): Promise<Server>;
  /** What each of its files may have at most; more than any has that it makes in advance. */
  readonly fileBytes: number;
  readonly diskBytes: number;
}

const mebibyte = 2 ** 20;
const postgres: Bounded = {
  name: 'PostgreSQL',
  start: (diskBytes) =>
    startPostgres({
      ...{ durable: true, walSegmentMb: 1, settings: { min_wal_size: '2MB', max_wal_size: '8MB' } },
      ...(diskBytes === undefined ? {} : { diskBytes }),
    }),
  // Half a page more than whole pages, so that the last one is cut, as by a disk.
  fileBytes: 2 * mebibyte + 4096,
  diskBytes: 72 * mebibyte,
};
const mariadb: Bounded = {
  name: 'MariaDB',
  start: (diskBytes) => startMariadb({ durable: true, ...(diskBytes === undefined ? {} : { diskBytes }) }),
  fileBytes: 13 * mebibyte,
  diskBytes: 256 * mebibyte,
};

/** Its log alone is on the disk: written at leisure, it refuses writes; written before each answer, it ends at once. */
const redis = (when: 'everysec' | 'always'): Bounded => ({
  name: `Redis with appendfsync ${when}`,
  start: () => startRedis({ settings: { appendonly: 'yes', appendfsync: when } }),
  fileBytes: mebibyte / 4,
  diskBytes: 0,
});

const limited = { way: 'files that may not grow', isMounted: false };

/** How the room is taken away: without any right over the machine, and where a disk can be mounted also by a full one. */
const ways = [limited, ...(mayMount() ? [{ way: 'a disk that is full', isMounted: true }] : [])];
const inWays = (engine: Bounded) => ways.map((way) => ({ ...engine, ...way }));

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
}, 60_000);

/** A server of a test's own with a store on it, and how its room is taken and given back. */
async function rig({ start, isMounted, ...bounds }: Bounded & { readonly isMounted: boolean }) {
  const server = await start(isMounted ? bounds.diskBytes : undefined);
  ended.push(() => server.stop());
  const open = async (): Promise<OpenStore> => {
    const store = await openStore(server.url);
    ended.push(() => Promise.race([store.close(), sleep(2000)]));
    return store;
  };
  const folder = path.dirname(server.log);
  const take = async (fileBytes = bounds.fileBytes): Promise<void> =>
    isMounted ? fillDisk(folder) : limitFiles(server.pid(), fileBytes);
  const give = async (): Promise<void> => (isMounted ? clearDisk(folder) : limitFiles(server.pid(), null));
  return { server, store: await open(), open, take, give };
}

/** Inserts large records until nothing fits in any more; what the store says then. */
async function filled({ tokens }: OpenStore, model: string): Promise<unknown> {
  const { record } = await tokens.find(model);
  if (record === null) return expect.unreachable('The token is gone.');
  let made = 0;
  const lane = async (letter: string): Promise<unknown> => {
    for (let width = 900; ; made++) {
      const id = `${letter}${made}`.padStart(16, '0');
      const wide = {
        ...record,
        id,
        subject: letter.repeat(width),
        label: letter.repeat(Math.min(width, 200)),
      };
      try {
        await tokens.insert(wide, null, null);
      } catch (error) {
        // A smaller one may still fit in.
        if (width === 1) return error;
        width = 1;
      }
      if (made > 50_000) return expect.unreachable('It does not get full.');
    }
  };
  const [error] = await Promise.all([...'abcdefgh'].map(lane));
  return error;
}

describe.each([...[postgres, mariadb].flatMap(inWays), { ...redis('everysec'), ...limited }])(
  '$name on $way',
  (bounded) => {
    it('ST-5 takes no writes and says why, look-ups go on, and nothing acknowledged is lost', async () => {
      const { server, store, open, take, give } = await rig(bounded);
      const engine = engineOver(store, { deadlines: { lookUpMs: patientMs } });
      const [live, gone] = [await issued(engine), await revoked(engine)];
      await take();
      expect(await filled(store, live.token.id)).toMatchObject({
        name: 'StoreError',
        kind: 'full',
        retryable: true,
      });
      const acknowledged: string[] = [];
      for (let refusals = 0; refusals < 5; ) {
        const result = await engine.tokens.issue(actor('ada'), { label: 'the last' });
        if (result.ok) acknowledged.push(result.value.text);
        else {
          expect(result.problem.code).toBe('unavailable');
          refusals++;
        }
      }

      // Look-ups need no room.
      expect(wordsOf(await engine.authenticate(asks(live.text)))).toBe('allow accepted');
      expect(wordsOf(await engine.authenticate(asks(live.text, 'Basic')))).toBe('allow accepted');
      expect((await engine.authenticate(asks(gone.text))).reason).toBe('token-revoked');
      for (const text of acknowledged) expect(await answered(engine, text)).toBe('accepted');
      // A revocation needs some: either it is acknowledged and holds, or it is refused.
      const revocation = await engine.tokens.revoke(actor('ada'), live.token.id);
      const after = (await engine.authenticate(asks(live.text))).reason;
      expect(after).toBe(revocation.ok ? 'token-revoked' : 'token-accepted');

      await give();
      expect(await answered(engine, (await issued(engine)).text)).toBe('accepted');
      const expectKept = async (by = engine): Promise<void> => {
        expect(await answered(by, live.text)).toBe(revocation.ok ? 'token-revoked' : 'accepted');
        expect(await answered(by, gone.text)).toBe('token-revoked');
        for (const text of acknowledged) expect(await answered(by, text)).toBe('accepted');
      };
      await expectKept();
      await server.restart();
      await expectKept();
      const others = engineOver(await open());
      await expectKept(others);
      await engine.close();
      await others.close();
    });
  },
);

/** Goes on to a new file of PostgreSQL's log, for which there is no room. */
const inLog = (url: string): Promise<string> =>
  inPostgres(url, "select pg_logical_emit_message(true, 'more', repeat('x', 200000)), pg_switch_wal()").then(
    () => 'written',
    () => 'failed',
  );

/** Less than a file of the log has, and what writes to that log beside the tokens. */
const logged = [
  ...inWays(postgres).map((way) => ({ ...way, logBytes: mebibyte / 2, writeOn: inLog })),
  { ...redis('always'), ...limited, logBytes: mebibyte / 8, writeOn: async () => 'nothing' },
];

describe.each(logged)('$name whose own log is on $way', ({ logBytes, writeOn, ...bounded }) => {
  it('ST-5 stops by itself, and has everything acknowledged once it is started with room again', async () => {
    const { server, store, open, take, give } = await rig(bounded);
    const engine = engineOver(store);
    const live = await issued(engine);
    const running = load(engine);
    await expect.poll(running.revoked, { timeout: 20_000 }).toBeGreaterThan(32);
    await take(logBytes);
    await expect.poll(() => writeOn(server.url), { timeout: 20_000, interval: 20 }).not.toBe('written');
    const lookedUp = async () => wordsOf(await engine.authenticate(asks(live.text)));
    await expect.poll(lookedUp, { timeout: 20_000 }).toBe('deny 503');
    await give();
    await server.restart();
    const before = running.known.length;
    await expect.poll(() => running.known.length, { timeout: 20_000 }).toBeGreaterThan(before + 32);
    await running.stop();
    expect(running.wrong).toEqual([]);
    const fresh = await open();
    const others = engineOver(fresh);
    expect(await unlikeAnswers(running.known, [engine, others])).toEqual([]);
    await expectWhole(fresh);
    await engine.close();
    await others.close();
  });
});
