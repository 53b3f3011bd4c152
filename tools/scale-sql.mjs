// How the SQL stores grow: loads tokens into each engine and prints look-up and listing times at a small and a large
// number side by side, and the bytes that a token takes, in PostgreSQL also after months of use. Run after a build:
// npm run scale -- sql [sqlite] [postgres] [mariadb] [--tokens=1000000]
import process from 'node:process';
import { migrate, openSql, sqlStore } from '../packages/store-sql/dist/index.js';
import {
  createdAt,
  day,
  engines,
  load,
  newId,
  now,
  raw,
  shown,
  sideBySide,
  verifier,
} from './scale-sample.mjs';

const argument = process.argv.find((text) => text.startsWith('--tokens='));
const large = Number(argument?.slice('--tokens='.length) ?? 1_000_000);
const [small, middle] = [1_000, 10_000];

/** How many weeks the table is used for to see it aged. */
const weeks = 12;

/**
 * Uses the tokens of PostgreSQL as months do. In each week a third of them is used, in any order, a fiftieth is deleted
 * and as many are made, and the engine cleans up as autovacuum does.
 *
 * @param {import('./scale-sample.mjs').Database} db @param {import('./scale-sample.mjs').Engine} engine
 */
async function age(db, engine) {
  for (let week = 1; week <= weeks; week++) {
    const from = now + week * 7 * day;
    for (let part = 0; part < 4; part++)
      await raw(
        db,
        `update latchkey_tokens set last_used_at = ${from} + (random() * ${7 * day})::bigint where random() < 0.0833`,
      );
    await raw(db, 'delete from latchkey_tokens where random() < 0.02');
    await load(db, engine, Math.round(large * 0.02));
    await engine.settle(db);
  }
}

const chosen = process.argv.slice(2).filter((name) => name in engines);
console.log('| engine | what | few | many | ratio |\n| --- | --- | --- | --- | --- |');
for (const name of chosen.length > 0 ? chosen : Object.keys(engines)) {
  const engine = await /** @type {() => Promise<import('./scale-sample.mjs').Engine>} */ (engines[name])();
  const opened = [];
  for (const count of [small, middle, large]) {
    const db = await openSql(await engine.place(`lk${count}`), { statementMs: 600_000 });
    await migrate(db);
    const empty = await engine.bytes(db);
    const begun = performance.now();
    const some = await load(db, engine, count);
    const seconds = (performance.now() - begun) / 1000;
    await engine.settle(db);
    if (count === large)
      console.log(
        `| ${name} | bytes a token with indexes at ${large} (loaded in ${seconds.toFixed(0)} s) | | ${shown(((await engine.bytes(db)) - empty) / large)} | |`,
      );
    const store = sqlStore({ db });
    opened.push({ count, db, some, store, verify: verifier(store.tokens) });
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
  // A machine that has run for a while has read most of the table before.
  for (let index = 0; index < (name === 'sqlite' ? 200_000 : 20_000); index++)
    await many.store.tokens.find(many.some[index % many.some.length].id);
  await compare('verification', 200, few, ({ verify, some }, index) =>
    verify(some[(index * 7919) % some.length].text),
  );
  await compare('look-up', 200, few, ({ store, some }, index) =>
    store.tokens.find(some[(index * 7919) % some.length].id),
  );
  await compare('look-up of an unknown id', 100, few, ({ store }) => store.tokens.find(newId()));
  const page = { after: null, limit: 50 };
  await compare('first page', 10, ten, ({ store }) => store.tokens.list(page));
  await compare('page in the middle', 10, ten, ({ store, count }) =>
    store.tokens.list({ ...page, after: { createdAt: createdAt(count / 2, count), id: 'a' } }),
  );
  await compare('page of a subject', 10, ten, ({ store }) =>
    store.tokens.list({ ...page, subject: 'user77' }),
  );
  const ranges = {
    'used on a day': { used: { from: now - 8 * day, before: now - 7 * day } },
    'used in a week': { used: { from: now - 15 * day, before: now - 8 * day } },
    'used before 80 days': { used: { before: now - 80 * day } },
    'ending on a day': { expires: { from: now + 7 * day, before: now + 8 * day } },
    'ending in a month': { expires: { from: now, before: now + 30 * day } },
    'ending within 5 days, no start': { expires: { before: now + 5 * day } },
  };
  for (const [what, range] of Object.entries(ranges))
    await compare(`page, ${what}`, 5, ten, ({ store }) => store.tokens.list({ ...page, ...range }));
  if (name === 'postgres') {
    await age(many.db, engine);
    const [{ live } = { live: 0 }] = await raw(many.db, 'select count(*) as live from latchkey_tokens');
    console.log(
      `| ${name} | bytes a token after ${weeks} weeks of use | | ${shown((await engine.bytes(many.db)) / Number(live))} | |`,
    );
    const parts = await raw(
      many.db,
      `select relname as name, pg_relation_size(oid) as bytes from pg_class where relname like 'latchkey_tokens%' order by 1`,
    );
    for (const { name: part, bytes } of parts)
      console.log(`| ${name} | of them ${part} | | ${shown(Number(bytes) / Number(live))} | |`);
  }
  for (const { db } of opened) await db.destroy();
  await engine.stop();
}
