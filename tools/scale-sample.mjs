// What the scripts about scale share: tokens as they come, real engines to load them into, and times side by side.
import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { composeToken, createLatchkey, defaultSettings, hosts } from '../packages/core/dist/index.js';
import { nodePlatform } from '../packages/node/dist/index.js';
import { openSql } from '../packages/store-sql/dist/index.js';
import { startMariadb } from './services/mariadb.mjs';
import { startPostgres } from './services/postgres.mjs';

/** @type {{ CompiledQuery: { raw(sql: string): any } }} */
const { CompiledQuery } = createRequire(new URL('../packages/store-sql/package.json', import.meta.url))(
  'kysely',
);

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const now = Date.UTC(2026, 0, 1);
export const day = 86_400_000;
/** How long ago the first token was created; the others follow evenly, however many there are. */
const age = 3 * 365 * day;

/** An id of 16 digits. */
export const newId = () => [...randomBytes(16)].map((byte) => digits[byte % 62]).join('');

/** When a token of so many was created. @param {number} number @param {number} count */
export const createdAt = (number, count) => now - age + Math.floor((age / count) * number);

/** How many tokens each subject has. */
const perSubject = 10;

/**
 * A token as a company has them: ten of each subject, half with an end, three in four used within 90 days.
 *
 * @param {number} number @param {number} count
 */
export function issuedOf(number, count) {
  const { id, text } = composeToken('lk', (bytes) => randomBytes(bytes));
  const subject = `user${Math.floor(number / perSubject)}`;
  const record = {
    id,
    digest: hash('sha256', text.slice(-49, -6), 'base64url'),
    keyVersion: null,
    label: `deploy key ${number % 100_000}`,
    subject,
    issuedBy: subject,
    scope: /** @type {'read-only' | 'read-write'} */ (number % 2 === 0 ? 'read-only' : 'read-write'),
    createdAt: createdAt(number, count),
    expiresAt: number % 2 === 0 ? null : now + (number % 365) * day + (number % 86_400) * 1000,
    lastUsedAt: number % 4 === 0 ? null : now - (number % 90) * day - (number % 86_400) * 1000,
    revokedAt: null,
    revokedBy: null,
    replaces: null,
  };
  return { record, text };
}

/** Its record alone. @param {number} number @param {number} count */
export const recordOf = (number, count) => issuedOf(number, count).record;

/**
 * Decides requests with the tokens of a store, as a server would.
 *
 * @param {import('../packages/core/dist/index.js').TokenStore} tokens
 */
export function verifier(tokens) {
  const engine = createLatchkey({
    ...nodePlatform,
    host: hosts.generic,
    settings: defaultSettings(hosts.generic),
    tokens,
    directory: { find: async (id) => ({ id, active: true, administrator: false, groups: ['developers'] }) },
    // Before any of them ends. Uses are not written while it is measured.
    clock: () => now - 1,
    lastUseIntervalMs: 86_400_000,
  });
  return async (/** @type {string} */ text) => {
    /** @type {[string, string][]} */
    const headers = [['authorization', `Bearer ${text}`]];
    const { effect, reason } = await engine.authenticate({
      method: 'GET',
      target: '/api/x',
      headers,
      peer: '192.0.2.7',
    });
    if (effect !== 'allow') throw new Error(reason);
  };
}

/** @typedef {Awaited<ReturnType<typeof openSql>>} Database */

/** @param {Database} db @param {string} statement @returns {Promise<Record<string, unknown>[]>} */
export const raw = async (db, statement) =>
  /** @type {Record<string, unknown>[]} */ ((await db.executeQuery(CompiledQuery.raw(statement))).rows);

/**
 * @typedef {object} Engine
 * @property {(name: string) => Promise<string>} place Makes a database, and answers its connection string.
 * @property {(id: string) => unknown} id An id as the engine keeps it.
 * @property {(db: Database) => Promise<number>} bytes What the table of tokens takes with its indexes.
 * @property {(db: Database) => Promise<unknown>} settle Does what the engine would do by itself after a while.
 * @property {() => Promise<void>} stop
 */

/** @param {import('./services/server.mjs').Server} server @param {string} name */
async function created(server, name) {
  const db = await openSql(server.url);
  await raw(db, `create database ${name}`);
  await db.destroy();
  return Object.assign(new URL(server.url), { pathname: name }).href;
}

/** @type {Record<string, () => Promise<Engine>>} */
export const engines = {
  async sqlite() {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-scale-'));
    return {
      place: async (name) => `sqlite:${path.join(folder, name)}`,
      id: (id) => id,
      bytes: async (db) =>
        Number((await raw(db, 'pragma page_count'))[0]?.page_count) *
        Number((await raw(db, 'pragma page_size'))[0]?.page_size),
      settle: async () => undefined,
      stop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  async postgres() {
    const server = await startPostgres({ settings: { shared_buffers: '512MB' } });
    return {
      place: (name) => created(server, name),
      id: (id) => Buffer.from(id).toString('hex'),
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
      id: (id) => Buffer.from(id),
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

/** How many tokens are loaded in a transaction, and in a statement of it. */
const [perTransaction, perStatement] = [20_000, 500];

/** @typedef {{ insertInto(table: string): { values(rows: unknown[]): { execute(): Promise<unknown> } } }} Loader */

/**
 * Loads tokens past the store, which would take them one by one, and answers some of them: their ids and texts.
 *
 * @param {Database} db @param {Engine} engine @param {number} count
 */
export async function load(db, engine, count) {
  /** @type {{ id: string, text: string }[]} */
  const some = [];
  for (let begun = 0; begun < count; begun += perTransaction)
    await db.transaction().execute(async (transaction) => {
      const loader = /** @type {Loader} */ (/** @type {unknown} */ (transaction));
      const end = Math.min(begun + perTransaction, count);
      for (let start = begun; start < end; start += perStatement) {
        const issued = Array.from({ length: Math.min(perStatement, end - start) }, (_, index) =>
          issuedOf(start + index, count),
        );
        const rows = issued.map(({ record }) => ({
          id: engine.id(record.id),
          digest: Buffer.from(record.digest, 'base64url'),
          label: record.label,
          subject: record.subject,
          scope: record.scope === 'read-only' ? 1 : 2,
          created_at: record.createdAt,
          expires_at: record.expiresAt,
          last_used_at: record.lastUsedAt,
        }));
        await loader.insertInto('latchkey_tokens').values(rows).execute();
        const tenth = issued.slice(0, Math.ceil(issued.length / 10));
        some.push(...tenth.map(({ record: { id }, text }) => ({ id, text })));
      }
    });
  return some;
}

/** @param {readonly number[]} values */
export const median = (values) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Microseconds a call, made one after the other. @param {number} times @param {(index: number) => unknown} work */
async function microseconds(times, work) {
  const begun = performance.now();
  for (let index = 0; index < times; index++) await work(index);
  return ((performance.now() - begun) * 1000) / times;
}

/**
 * Runs works by turns. Answers for each the best of its turns, in microseconds a call: what the rest of the machine does
 * only ever adds to a time.
 *
 * @param {number} times @param {((index: number) => unknown)[]} works
 */
export async function sideBySide(times, works) {
  const best = works.map(() => Number.POSITIVE_INFINITY);
  let turn = 0;
  for (let round = 0; round < 31; round++)
    for (const [index, work] of works.entries()) {
      const offset = turn++ * times;
      best[index] = Math.min(best[index] ?? 0, await microseconds(times, (call) => work(call + offset)));
    }
  return best;
}

/** @param {number} value */
export const shown = (value) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
