// How the SQL stores grow: loads tokens into each engine and prints look-up and listing times at a small and a large
// number side by side, and the bytes that a token takes. `node tools/scale-sql.mjs [engine…] [--tokens=1000000]`
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { migrate, openSql, sqlStore } from '../packages/store-sql/dist/index.js';
import { startMariadb } from './services/mariadb.mjs';
import { startPostgres } from './services/postgres.mjs';

/** @type {{ CompiledQuery: { raw(sql: string): any } }} */
const { CompiledQuery } = createRequire(new URL('../packages/store-sql/package.json', import.meta.url))(
  'kysely',
);

const argument = process.argv.find((text) => text.startsWith('--tokens='));
const large = Number(argument?.slice('--tokens='.length) ?? 1_000_000);
const [small, middle] = [1_000, 10_000];
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const now = Date.UTC(2026, 0, 1);
const day = 86_400_000;
/** When the first token was created; the others follow, one a second. */
const firstCreated = now - large * 1000;

/** @typedef {Awaited<ReturnType<typeof openSql>>} Database */

/** @typedef {{ insertInto(table: string): { values(rows: unknown[]): { execute(): Promise<unknown> } } }} Loader */

/** An id of 16 digits. */
const newId = () => [...randomBytes(16)].map((byte) => digits[byte % 62]).join('');

/** A row as the store writes it: five tokens a subject, half with an end, most of them used. @param {number} number */
function rowOf(number) {
  return {
    id: newId(),
    digest: randomBytes(32).toString('base64url'),
    label: `deploy key ${number % 100_000}`,
    subject: `user${Math.floor(number / 5)}`,
    scope: 1 + (number % 2),
    created_at: firstCreated + number * 1000,
    expires_at: number % 2 === 0 ? null : now + (number % 365) * day + number,
    last_used_at: number % 4 === 0 ? null : now - (number % 90) * day - number,
  };
}

/** How many tokens are loaded in a transaction, and in a statement of it. */
const [perTransaction, perStatement] = [20_000, 500];

/** Answers some of the ids. @param {Database} db @param {number} count */
async function load(db, count) {
  /** @type {string[]} */
  const ids = [];
  for (let begun = 0; begun < count; begun += perTransaction)
    await db.transaction().execute(async (transaction) => {
      const loader = /** @type {Loader} */ (/** @type {unknown} */ (transaction));
      const end = Math.min(begun + perTransaction, count);
      for (let start = begun; start < end; start += perStatement) {
        const rows = Array.from({ length: Math.min(perStatement, end - start) }, (_, index) =>
          rowOf(start + index),
        );
        await loader.insertInto('latchkey_tokens').values(rows).execute();
        ids.push(...rows.slice(0, Math.ceil(rows.length / 50)).map(({ id }) => id));
      }
    });
  return ids;
}

/** Microseconds of the median batch. @param {readonly number[]} batches */
const median = (batches) => [...batches].sort((a, b) => a - b)[Math.floor(batches.length / 2)] ?? Number.NaN;

/** @param {number} times @param {(index: number) => Promise<unknown>} work */
async function microseconds(times, work) {
  const begun = performance.now();
  for (let index = 0; index < times; index++) await work(index);
  return ((performance.now() - begun) * 1000) / times;
}

/** Runs two works by turns, and answers the median of each. @param {number} times @param {((index: number) => Promise<unknown>)[]} works */
async function sideBySide(times, works) {
  /** @type {number[][]} */
  const batches = works.map(() => []);
  for (let round = 0; round < 21; round++)
    for (const [index, work] of works.entries()) batches[index]?.push(await microseconds(times, work));
  return batches.map(median);
}

/**
 * @typedef {{ place(name: string): Promise<string>, bytes(db: Database): Promise<number>, settle(db: Database): Promise<unknown>,
 *   stop(): Promise<void> }} Engine
 */

/** @param {Database} db @param {string} statement @returns {Promise<Record<string, unknown>[]>} */
const raw = async (db, statement) =>
  /** @type {Record<string, unknown>[]} */ ((await db.executeQuery(CompiledQuery.raw(statement))).rows);

/** @param {import('./services/server.mjs').Server} server @param {string} name */
async function created(server, name) {
  const db = await openSql(server.url);
  await raw(db, `create database ${name}`);
  await db.destroy();
  return Object.assign(new URL(server.url), { pathname: name }).href;
}

/** @type {Record<string, () => Promise<Engine>>} */
const engines = {
  async sqlite() {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-scale-'));
    return {
      place: async (name) => `sqlite:${path.join(folder, name)}`,
      bytes: async (db) =>
        Number((await raw(db, 'pragma page_count'))[0]?.page_count) *
        Number((await raw(db, 'pragma page_size'))[0]?.page_size),
      settle: (db) => raw(db, 'analyze'),
      stop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  async postgres() {
    const server = await startPostgres({ settings: { shared_buffers: '512MB' } });
    return {
      place: (name) => created(server, name),
      bytes: async (db) =>
        Number((await raw(db, `select pg_total_relation_size('latchkey_tokens') as bytes`))[0]?.bytes),
      settle: (db) => raw(db, 'vacuum analyze latchkey_tokens'),
      stop: () => server.stop(),
    };
  },
  async mariadb() {
    const server = await startMariadb({ settings: { 'innodb-buffer-pool-size': '1G' } });
    return {
      place: (name) => created(server, name),
      bytes: async (db) =>
        Number(
          (
            await raw(
              db,
              `select data_length + index_length as bytes from information_schema.tables
               where table_schema = database() and table_name = 'latchkey_tokens'`,
            )
          )[0]?.bytes,
        ),
      settle: (db) => raw(db, 'analyze table latchkey_tokens'),
      stop: () => server.stop(),
    };
  },
};

/** @param {number} value */
const shown = (value) => value.toFixed(value < 100 ? 1 : 0);

const chosen = process.argv.slice(2).filter((name) => name in engines);
console.log('| engine | what | few | many | ratio |\n| --- | --- | --- | --- | --- |');
for (const name of chosen.length > 0 ? chosen : Object.keys(engines)) {
  const engine = await /** @type {() => Promise<Engine>} */ (engines[name])();
  const opened = [];
  for (const count of [small, middle, large]) {
    const db = await openSql(await engine.place(`lk${count}`), { statementMs: 600_000 });
    await migrate(db);
    const empty = count === large ? await engine.bytes(db) : 0;
    const begun = performance.now();
    const ids = await load(db, count);
    const seconds = (performance.now() - begun) / 1000;
    await engine.settle(db);
    if (count === large)
      console.log(
        `| ${name} | bytes a token with indexes at ${large} (loaded in ${seconds.toFixed(0)} s) | | ${shown(((await engine.bytes(db)) - empty) / large)} | |`,
      );
    opened.push({ count, db, ids, store: sqlStore({ db }) });
  }
  const [few, ten, many] = /** @type {[any, any, any]} */ (/** @type {unknown} */ (opened));
  /** @param {string} what @param {number} times @param {{ count: number }} from @param {(of: any, index: number) => Promise<unknown>} work */
  const compare = async (what, times, from, work) => {
    const [a = 0, b = 0] = await sideBySide(times, [
      (index) => work(from, index),
      (index) => work(many, index),
    ]);
    console.log(
      `| ${name} | ${what}, µs at ${from.count} and ${large} | ${shown(a)} | ${shown(b)} | ${(b / a).toFixed(2)} |`,
    );
  };
  await compare('look-up', 500, few, ({ store, ids }, index) =>
    store.tokens.find(ids[(index * 7919) % ids.length]),
  );
  await compare('look-up of an unknown id', 200, few, ({ store }) => store.tokens.find(newId()));
  const page = { after: null, limit: 50 };
  await compare('first page', 20, ten, ({ store }) => store.tokens.list(page));
  await compare('page in the middle', 20, ten, ({ store, count }) =>
    store.tokens.list({ ...page, after: { createdAt: firstCreated + (count / 2) * 1000, id: 'a' } }),
  );
  await compare('page of a subject', 20, ten, ({ store }) =>
    store.tokens.list({ ...page, subject: 'user77' }),
  );
  await compare('page by a day of use', 20, ten, ({ store }) =>
    store.tokens.list({ ...page, used: { from: now - 8 * day, before: now - 7 * day } }),
  );
  await compare('page by a day of expiry', 20, ten, ({ store }) =>
    store.tokens.list({ ...page, expires: { from: now + 7 * day, before: now + 8 * day } }),
  );
  for (const { db } of opened) await db.destroy();
  await engine.stop();
}
