// Does a million tokens make a request or a page slower?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLatchkey } from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import { dialectFor, migrate, sqlStore } from '@latchkey/store-sql';
import { CompiledQuery, Kysely } from 'kysely';
import { startPostgres } from '../tools/services/postgres.mjs';
import { counted } from './harness/count.mjs';
import { atMost } from './harness/group.mjs';
import { ratio, sideBySide, typical } from './harness/measure.mjs';
import { deadlines, inserted, together } from './stores/contenders.mjs';
import { filler, fillerRecords, middleOf } from './world/filler.mjs';
import { directory, filled, host, requests, tokens } from './world/world.mjs';

const [few, some, many] = [1000, 10_000, 1_000_000];
/** Tokens that are presented; the others only lie beside them. */
const presented = tokens(200);
const asked = requests(presented, 1, 1024);
const users = directory(presented.length);

/**
 * A store of each size.
 *
 * @typedef {{ name: string, stores: Map<number, Pick<import('@latchkey/store-memory').MemoryStore, 'tokens' | 'settings'>>,
 *   bytes: number | null, stop(): Promise<unknown> }} Opened
 */

/** @returns {Promise<Opened>} */
async function inMemory() {
  const stores = new Map();
  for (const count of [few, some, many]) {
    const store = memoryStore();
    for (const record of fillerRecords(count - presented.length)) await store.tokens.insert(record);
    stores.set(count, await filled(store, presented));
  }
  return { name: 'memory', stores, bytes: null, stop: async () => undefined };
}

/** @param {any} db @param {string} statement */
const raw = async (db, statement) => (await db.executeQuery(CompiledQuery.raw(statement))).rows;

/** @param {'PostgreSQL' | 'SQLite'} name @param {(count: number) => Promise<string>} place */
async function inSql(name, place) {
  const stores = new Map();
  const opened = new Map();
  for (const count of [few, some, many]) {
    const db = new Kysely({ dialect: await dialectFor(await place(count), { statementMs: 600_000 }) });
    await migrate(db);
    await filler[name]((statement) => raw(db, statement), count - presented.length);
    await inserted(sqlStore({ db }), presented);
    await raw(db, name === 'SQLite' ? 'analyze' : 'vacuum analyze latchkey_tokens');
    opened.set(count, db);
    stores.set(count, sqlStore({ db }));
  }
  const close = async () => {
    for (const db of opened.values()) await db.destroy();
  };
  return { name, stores, large: opened.get(many), close };
}

/** @returns {Promise<Opened>} */
async function inSqlite() {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-bench-'));
  const { close, ...opened } = await inSql(
    'SQLite',
    async (count) => `sqlite:${path.join(folder, `${count}.db`)}`,
  );
  const stop = async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...opened, bytes: null, stop };
}

/** @returns {Promise<Opened>} */
async function inPostgres() {
  const server = await startPostgres({ settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
  const first = new Kysely({ dialect: await dialectFor(server.url) });
  const { close, ...opened } = await inSql('PostgreSQL', async (count) => {
    await raw(first, `create database bench_${count}`);
    return Object.assign(new URL(server.url), { pathname: `bench_${count}` }).href;
  });
  await first.destroy();
  const [{ bytes }] = await raw(opened.large, `select pg_total_relation_size('latchkey_tokens') as bytes`);
  const stop = async () => {
    await close();
    await server.stop();
  };
  return { ...opened, bytes: Number(bytes) / many, stop };
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Growth',
  about: `\`authenticate\` with ${counted(few)} and ${counted(many)} tokens, and a page of 50 from the middle with ${counted(some)} and ${counted(many)}, by turns. \`node tools/scale-redis.mjs\` and \`node tools/scale-sql.mjs\` show more, also of Redis and MariaDB.`,
  async measure() {
    const figures = [];
    const targets = [];
    for (const open of [inMemory, inSqlite, inPostgres]) {
      const { name, stores, bytes, stop } = await open();
      try {
        const storeOf = (/** @type {number} */ count) => {
          const store = stores.get(count);
          if (store === undefined) throw new Error(`${name}: no store of ${count} tokens`);
          return store;
        };
        const engines = [few, many].map((count) => {
          const engine = createLatchkey({
            ...nodePlatform,
            ...storeOf(count),
            host,
            directory: users,
            deadlines,
          });
          const call = async (/** @type {number} */ index) => {
            const decision = await engine.authenticate(/** @type {any} */ (asked[(index * 37) & 1023]));
            if (decision.effect !== 'allow') throw new Error(`${name}: ${decision.reason}`);
          };
          return { count, engine, run: together(1, call) };
        });
        const checks = await sideBySide(
          engines.map(({ count, run }) => ({ name: `${count}`, run })),
          { rounds: 21 },
        );
        const pages = await sideBySide(
          [some, many].map((count) => ({
            name: `${count}`,
            run: together(1, async () => {
              const page = await storeOf(count).tokens.list({ after: middleOf(count), limit: 50 });
              if (page.length !== 50) throw new Error(`${name}: no page`);
            }),
          })),
          { rounds: 21 },
        );
        for (const count of [few, many])
          figures.push({
            name: `${name}, authenticate, ${counted(count)} tokens`,
            value: typical(checks, `${count}`),
            unit: 'µs',
          });
        for (const count of [some, many])
          figures.push({
            name: `${name}, page, ${counted(count)} tokens`,
            value: typical(pages, `${count}`),
            unit: 'µs',
          });
        targets.push(
          atMost(
            `${name}, authenticate, ${counted(many)} beside ${counted(few)}`,
            1.3,
            ratio(checks, `${many}`, `${few}`),
          ),
          atMost(
            `${name}, page, ${counted(many)} beside ${counted(some)}`,
            2,
            ratio(pages, `${many}`, `${some}`),
          ),
        );
        if (bytes !== null) {
          figures.push({ name: `${name}, a token with all indexes`, value: bytes, unit: 'bytes' });
          targets.push(atMost(`${name}, a token with all indexes`, 250, bytes, 'bytes'));
        }
        for (const { engine } of engines) await engine.close();
      } finally {
        await stop();
      }
    }
    return { figures, targets };
  },
};
