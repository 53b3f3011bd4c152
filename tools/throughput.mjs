// How many verifications a second the stores on a server allow, beside a verification written by hand over the same
// client: 64 at once, and one at a time. Run after a build: node tools/throughput.mjs [sqlite] [postgres] [redis]
import { hash, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createLatchkey, defaultSettings, hosts } from '../packages/core/dist/index.js';
import { nodePlatform } from '../packages/node/dist/index.js';
import { redisStore } from '../packages/store-redis/dist/index.js';
import { migrate, openSql, sqlStore } from '../packages/store-sql/dist/index.js';
import { startPostgres } from './services/postgres.mjs';
import { startRedis } from './services/redis.mjs';

const ofSql = createRequire(new URL('../packages/store-sql/package.json', import.meta.url));
const ofRedis = createRequire(new URL('../packages/store-redis/package.json', import.meta.url));

const tokens = 2000;
const atOnce = 64;
const connections = 10;
const sliceMs = 400;
const rounds = 15;
const latencyCalls = 300;

/**
 * What a verification by hand knows of a token.
 *
 * @typedef {{ digest: Uint8Array, subject: string, scope: number, expiresAt: number | null, revokedAt: number | null }} Kept
 * @typedef {{ store: { tokens: any }, get: (id: string) => Promise<Kept | undefined> | Kept | undefined,
 *   bare: (id: string) => Promise<unknown> | unknown, overKysely?: (id: string) => Promise<Kept | undefined>, keep?: (record: any) => Promise<unknown>, stop(): Promise<void> }} Rig
 */

/** A row as a hand-written statement selects it. @param {any} row @returns {Kept | undefined} */
const keptOf = (row) =>
  row && {
    digest: row.digest,
    subject: row.subject,
    scope: Number(row.scope),
    expiresAt: row.expires_at === null ? null : Number(row.expires_at),
    revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
  };

const { CompiledQuery } = ofSql('kysely');
/** @type {(db: any, text: string) => (value: unknown) => Promise<Kept | undefined>} */
const selectOver = (db, text) => {
  const compiled = CompiledQuery.raw(text);
  return async (value) => keptOf((await db.executeQuery({ ...compiled, parameters: [value] })).rows[0]);
};

const columns = 'digest, subject, scope, expires_at, revoked_at';

/** @type {Record<string, () => Promise<Rig>>} */
const rigs = {
  async sqlite() {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-throughput-'));
    const file = path.join(folder, 'tokens.db');
    const db = await openSql(`sqlite:${file}`);
    await migrate(db);
    const Database = ofSql('libsql');
    const own = new Database(file);
    const statement = own.prepare(`select ${columns} from latchkey_tokens where id = ?`);
    return {
      store: sqlStore({ db }),
      get: (id) => keptOf(statement.get(id)),
      bare: (id) => statement.get(id),
      overKysely: selectOver(db, `select ${columns} from latchkey_tokens where id = ?`),
      async stop() {
        own.close();
        await db.destroy();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
  async postgres() {
    const server = await startPostgres();
    const db = await openSql(server.url, { connections });
    await migrate(db);
    const pool = new (ofSql('pg').Pool)({ connectionString: server.url, max: connections });
    pool.on('error', () => undefined);
    const text = `select ${columns} from latchkey_tokens where id = $1`;
    const select = async (/** @type {string} */ id) =>
      (await pool.query({ name: 'by_hand', text, values: [Buffer.from(id).toString('hex')] })).rows[0];
    const overKysely = selectOver(db, text);
    return {
      store: sqlStore({ db }),
      get: async (id) => keptOf(await select(id)),
      bare: select,
      overKysely: (id) => overKysely(Buffer.from(id).toString('hex')),
      async stop() {
        await pool.end();
        await db.destroy();
        await server.stop();
      },
    };
  },
  async redis() {
    const server = await startRedis();
    const { createClient } = ofRedis('redis');
    const [client, own] = [createClient({ url: server.url }), createClient({ url: server.url })];
    for (const one of [client, own]) await one.on('error', () => undefined).connect();
    return {
      store: redisStore({ client }),
      async get(id) {
        const text = await own.get(`hand:${id}`);
        if (text === null) return undefined;
        const kept = JSON.parse(text);
        return { ...kept, digest: Buffer.from(kept.digest, 'base64url') };
      },
      bare: (id) => own.get(`hand:${id}`),
      keep: (record) => own.set(`hand:${record.id}`, JSON.stringify(record)),
      async stop() {
        for (const one of [client, own]) one.destroy();
        await server.stop();
      },
    };
  },
};

/** Calls a second, so many at once, for a while. @param {(turn: number) => unknown} call @param {number} lanes */
async function rateOf(call, lanes) {
  let [calls, turn] = [0, Math.floor(Math.random() * tokens)];
  const begun = performance.now();
  const lane = async () => {
    while (performance.now() - begun < sliceMs) {
      await call(turn++ % tokens);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return (calls / (performance.now() - begun)) * 1000;
}

/** Microseconds of the middle one of calls made one at a time. @param {(turn: number) => unknown} call */
async function latencyOf(call) {
  const times = [];
  for (let turn = 0; turn < latencyCalls; turn++) {
    const begun = performance.now();
    await call(turn % tokens);
    times.push((performance.now() - begun) * 1000);
  }
  return median(times);
}

const median = (/** @type {number[]} */ values) =>
  values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const chosen = process.argv.slice(2).filter((name) => name in rigs);
const rows = [];
for (const name of chosen.length > 0 ? chosen : Object.keys(rigs)) {
  const { store, get, bare, overKysely, keep, stop } = await /** @type {() => Promise<Rig>} */ (rigs[name])();
  const users = new Map(
    Array.from({ length: tokens / 10 }, (_, number) => {
      const id = `user${number}`;
      return [id, { id, active: true, administrator: true, groups: ['developers'] }];
    }),
  );
  const engine = createLatchkey({
    ...nodePlatform,
    host: hosts.generic,
    settings: defaultSettings(hosts.generic),
    tokens: store.tokens,
    directory: { find: (id) => Promise.resolve(users.get(id) ?? null) },
    deadlines: { lookUpMs: 5000 },
  });
  /** @type {{ headers: [string, string][], header: string, id: string }[]} */
  const issued = [];
  for (let number = 0; number < tokens; number++) {
    const subject = `user${number % users.size}`;
    const result = await engine.tokens.issue({ subject }, { label: `deploy key ${number}` });
    if (!result.ok) throw new Error(result.problem.code);
    const { text, token } = result.value;
    const header = `Bearer ${text}`;
    issued.push({
      headers: [
        ['host', 'api.example'],
        ['authorization', header],
      ],
      header,
      id: token.id,
    });
    const { record } = await store.tokens.find(token.id);
    await keep?.({ ...record, scope: 2 });
  }

  const at = (/** @type {number} */ turn) => /** @type {typeof issued[0]} */ (issued[turn]);
  const whole = async (/** @type {number} */ turn) => {
    const { headers } = at(turn);
    const decision = await engine.authenticate({
      method: 'GET',
      target: '/api/x',
      headers,
      peer: '192.0.2.7',
    });
    if (decision.effect !== 'allow') throw new Error(decision.reason);
  };
  const checkedBy = (/** @type {Rig['get']} */ read) => async (/** @type {number} */ turn) => {
    const { header } = at(turn);
    const text = header.slice('Bearer '.length);
    const kept = await read(text.slice(3, 19));
    const digest = hash('sha256', text.slice(20, 63), 'buffer');
    if (kept === undefined || !timingSafeEqual(digest, kept.digest)) throw new Error('unknown');
    if (kept.revokedAt !== null || (kept.expiresAt !== null && Date.now() >= kept.expiresAt))
      throw new Error('ended');
    return { subject: kept.subject, scope: kept.scope };
  };
  const find = async (/** @type {number} */ turn) => store.tokens.find(at(turn).id);
  const alone = async (/** @type {number} */ turn) => bare(at(turn).id);

  /** @type {Record<string, (turn: number) => Promise<unknown>>} */
  const works = {
    authenticate: whole,
    'look-up only': find,
    'by hand': checkedBy(get),
    ...(overKysely === undefined ? {} : { 'by hand over Kysely': checkedBy(overKysely) }),
    'bare statement': alone,
  };
  /** @type {Record<string, number[]>} */
  const rates = Object.fromEntries(Object.keys(works).map((what) => [what, []]));
  /** @type {Record<string, number[]>} */
  const latencies = Object.fromEntries(Object.keys(works).map((what) => [what, []]));
  for (const call of Object.values(works)) await rateOf(call, atOnce);
  for (let round = 0; round < rounds; round++)
    for (const [what, call] of Object.entries(works)) {
      rates[what]?.push(await rateOf(call, atOnce));
      latencies[what]?.push(await latencyOf(call));
    }
  /** The middle of the ratios of each round, so that what disturbs both disturbs neither. @param {string} what @param {string} to @param {Record<string, number[]>} of */
  const ratio = (what, to, of) => {
    const others = of[to] ?? [];
    return median((of[what] ?? []).map((value, round) => value / (others[round] ?? Number.NaN))).toFixed(2);
  };
  rows.push({
    store: name,
    'authenticate ÷ by hand, 64 at once': ratio('authenticate', 'by hand', rates),
    ...(overKysely === undefined
      ? {}
      : { '÷ by hand over Kysely': ratio('authenticate', 'by hand over Kysely', rates) }),
    'look-up only ÷ by hand': ratio('look-up only', 'by hand', rates),
    'latency, authenticate ÷ bare': ratio('authenticate', 'bare statement', latencies),
    ...Object.fromEntries(
      Object.keys(works).map((what) => [`${what}, 1/s`, Math.round(Math.max(...(rates[what] ?? [])))]),
    ),
  });
  await engine.close();
  await stop();
}
for (const row of rows) console.table(row);
