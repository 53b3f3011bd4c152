// A billion tokens. Simulated: the ids and where the sharding key puts each, the load of each shard, what moves when
// servers are added. Measured: bytes, look-up and depth of the index at three sizes, with the error that a guess from
// the two smaller ones makes at the third. Run after a build:
// npm run scale -- billion [--tokens=1000000000] [--measured=1000000] [--only=simulation|measurement]
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { redisStore } from '../packages/store-redis/dist/index.js';
import { migrate, openSql, sqlStore } from '../packages/store-sql/dist/index.js';
import { crc16 } from './scale-placement.mjs';
import { engines, load, newId, raw, shown, sideBySide } from './scale-sample.mjs';

/** @param {string} name */
const option = (name) => process.argv.find((text) => text.startsWith(`--${name}=`))?.slice(name.length + 3);
const tokens = Number(option('tokens') ?? 1_000_000_000);
const measured = Number(option('measured') ?? 1_000_000);
const only = option('only');

/** Each token used once in ten minutes. */
const lookUps = tokens / 600;
const slots = 16_384;

/** @param {readonly (readonly (string | number)[])[]} rows */
const print = (rows) => {
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
  console.log('');
};
const grouped = (/** @type {number} */ value) => Math.round(value).toLocaleString('en-US');
const percent = (/** @type {number} */ value) => `${(value * 100).toFixed(value < 0.001 ? 4 : 2)} %`;

/** Counts the tokens in each place, on two threads. */
async function placeAll() {
  const threads = 2;
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, index) => {
      const count = Math.floor(tokens / threads) + (index === 0 ? tokens % threads : 0);
      const worker = new Worker(new URL('./scale-placement.mjs', import.meta.url), {
        workerData: { count, seed: 20260101 + index * 7919 },
      });
      return /** @type {Promise<{ byCrc: Uint32Array, byHash: Uint32Array }>} */ (
        new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
      );
    }),
  );
  /** @param {'byCrc' | 'byHash'} name */
  const summed = (name) =>
    Float64Array.from(parts[0]?.[name] ?? [], (value, place) => value + (parts[1]?.[name][place] ?? 0));
  return { byCrc: summed('byCrc'), byHash: summed('byHash') };
}

/** Sums counts into fewer places. @param {Float64Array} counts @param {number} places @param {(place: number) => number} to */
function into(counts, places, to) {
  const sums = new Float64Array(places);
  for (const [place, count] of counts.entries()) sums[to(place)] = (sums[to(place)] ?? 0) + count;
  return sums;
}

/** How evenly counts are spread. @param {Float64Array} counts */
function spread(counts) {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const deviation = Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  // Chance alone scatters counts by the root of their mean.
  return { mean, least, most, deviation: deviation / mean, chance: 1 / Math.sqrt(mean) };
}

/** The slot of each shard of the Redis store, in its own words: asked of the store with a client that answers nothing. @param {number} shards */
async function slotsOfStore(shards) {
  /** @type {string[]} */
  let keys = [];
  const client = {
    masters: [],
    sendCommand: async (
      /** @type {string} */ _key,
      /** @type {boolean} */ _isReadonly,
      /** @type {string[]} */ args,
    ) => {
      keys.push(...args.slice(1));
      throw new Error('not now');
    },
  };
  const { tokens: port } = redisStore({ client, shards });
  const found = new Map();
  while (found.size < shards) {
    const id = newId();
    keys = [];
    await port.find(id).catch(() => undefined);
    const key = keys.find((text) => text.includes(':t:')) ?? '';
    const tag = key.slice(key.indexOf('{') + 1, key.indexOf('}'));
    const [shard, slot] = [crc16(id) % shards, crc16(tag) % slots];
    if (found.has(shard) && found.get(shard) !== slot) throw new Error('The simulation places otherwise.');
    found.set(shard, slot);
  }
  return Array.from({ length: shards }, (_, shard) => /** @type {number} */ (found.get(shard)));
}

/** The server of a slot where each of so many has a stretch. @param {number} slot @param {number} nodes */
const nodeOf = (slot, nodes) => Math.floor((slot * nodes) / slots);

/** How often each of so many requests, by popularity, falls on each place: the r-th token is asked for in proportion to r to the power of minus s. @param {number} s @param {number} places */
function popular(s, places) {
  const requests = 20_000_000;
  const counts = new Float64Array(places);
  for (let request = 0; request < requests; request++) {
    const rank = Math.floor(tokens * Math.random() ** (1 / (1 - s)));
    let hash = Math.imul(rank ^ (rank >>> 16), 0x7feb352d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    const place = ((hash ^ (hash >>> 16)) >>> 0) % places;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

async function simulate() {
  const begun = performance.now();
  const { byCrc, byHash } = await placeAll();
  const seconds = (performance.now() - begun) / 1000;
  console.log(`Simulated: ${grouped(tokens)} ids made and placed in ${seconds.toFixed(0)} s\n`);
  const table = [
    ['place', 'number', 'mean', 'fewest', 'most', 'most ÷ fewest', 'deviation', 'by chance alone'],
    ['---', '---', '---', '---', '---', '---', '---', '---'],
  ];
  const crcSpreads = [64, 256, 1024].map((shards) => [
    'shards of the Redis store',
    into(byCrc, shards, (crc) => crc % shards),
  ]);
  const hashSpreads = [32, 128, 4096].map((ranges) => [
    'ranges of a hash',
    into(byHash, ranges, (hash) => Math.floor((hash * ranges) / 4096)),
  ]);
  for (const [what, counts] of /** @type {[string, Float64Array][]} */ ([...crcSpreads, ...hashSpreads])) {
    const { mean, least, most, deviation, chance } = spread(counts);
    table.push([
      what,
      `${counts.length}`,
      grouped(mean),
      grouped(least),
      grouped(most),
      (most / least).toFixed(4),
      percent(deviation),
      percent(chance),
    ]);
  }
  print(table);

  /** @type {(string | number)[][]} */
  const nodesTable = [
    [
      'shards',
      'servers',
      'fewest tokens',
      'most tokens',
      'most ÷ mean',
      'look-ups a second, fullest server',
      'one server more moves',
    ],
    ['---', '---', '---', '---', '---', '---', '---'],
  ];
  for (const shards of [64, 1024]) {
    const slotsOf = await slotsOfStore(shards);
    const counts = into(byCrc, shards, (crc) => crc % shards);
    const onNodes = (/** @type {number} */ nodes) => {
      const sums = new Float64Array(nodes);
      for (const [shard, slot] of slotsOf.entries())
        sums[nodeOf(slot, nodes)] = (sums[nodeOf(slot, nodes)] ?? 0) + (counts[shard] ?? 0);
      return sums;
    };
    for (const nodes of [3, 8, 16, 32, 64, 80, 128]) {
      const { least, most, mean } = spread(onNodes(nodes));
      // Redis moves the fewest slots that make room for one more: its share of each server's.
      const moved = counts.reduce((sum, count) => sum + count, 0) / (nodes + 1);
      nodesTable.push([
        shards,
        nodes,
        grouped(least),
        grouped(most),
        (most / mean).toFixed(2),
        grouped((most / tokens) * lookUps),
        `${grouped(moved)} tokens, ${percent(moved / tokens)}`,
      ]);
    }
  }
  print(nodesTable);

  /** @type {(string | number)[][]} */
  const popularity = [
    ['popularity', 'the busiest of 1,024 shards ÷ mean', 'the busiest token, requests a second'],
    ['---', '---', '---'],
  ];
  for (const s of [0, 0.5, 0.8]) {
    const { most, mean } = spread(popular(s, 1024));
    popularity.push([
      s === 0 ? 'all alike' : `rank to the power of -${s}`,
      (most / mean).toFixed(3),
      grouped(lookUps * tokens ** (s - 1)),
    ]);
  }
  print(popularity);
}

/** Levels of the index on the id. @param {string} name @param {any} db */
async function depthOf(name, db) {
  if (name !== 'postgres') return null;
  await raw(db, 'create extension if not exists pageinspect');
  const [row] = await raw(
    db,
    `select level, (select relpages from pg_class where relname = 'latchkey_tokens_pkey') as pages from bt_metap('latchkey_tokens_pkey')`,
  );
  return { level: Number(row?.level) + 1, pages: Number(row?.pages) };
}

async function measure() {
  const sizes = [measured / 100, measured / 10, measured];
  for (const name of ['sqlite', 'postgres']) {
    const engine = await /** @type {() => Promise<import('./scale-sample.mjs').Engine>} */ (engines[name])();
    const opened = [];
    for (const count of sizes) {
      const db = await openSql(await engine.place(`lk${count}`), { statementMs: 600_000 });
      await migrate(db);
      const empty = await engine.bytes(db);
      const some = await load(db, engine, count);
      await engine.settle(db);
      const bytes = ((await engine.bytes(db)) - empty) / count;
      opened.push({
        count,
        db,
        some,
        bytes,
        depth: await depthOf(name, db),
        tokens: sqlStore({ db }).tokens,
      });
    }
    const times = await sideBySide(
      200,
      opened.map(
        ({ tokens: port, some }) =>
          (/** @type {number} */ index) =>
            port.find(some[(index * 7919) % some.length]?.id ?? ''),
      ),
    );
    const [small, middle, large] = opened;
    const [a = 0, b = 0, c = 0] = times;
    /** Goes on as from the first to the second. @param {number} first @param {number} second @param {number} steps */
    const onward = (first, second, steps) => second + (second - first) * steps;
    const error = (/** @type {number} */ guess, /** @type {number} */ real) =>
      `${guess >= real ? '+' : ''}${((guess / real - 1) * 100).toFixed(1)} %`;
    const bytes = [small, middle, large].map((one) => one?.bytes ?? 0);
    const [, bytesB = 0, bytesC = 0] = bytes;
    const steps = Math.log10(tokens / measured);
    const timeGuess = onward(a, b, 1);
    print([
      [name, ...sizes.map(grouped), `guess at ${grouped(measured)}`, 'error', `at ${grouped(tokens)}`],
      ['---', '---', '---', '---', '---', '---', '---'],
      [
        'bytes a token',
        ...bytes.map(shown),
        shown(bytesB),
        error(bytesB, bytesC),
        `${grouped((bytesC * tokens) / 1e9)} GB`,
      ],
      [
        'look-up, µs',
        ...times.map(shown),
        shown(timeGuess),
        error(timeGuess, c),
        `${shown(onward(b, c, steps))} where the index is in memory`,
      ],
      ...(large?.depth == null
        ? []
        : [
            [
              'levels of the index on the id',
              ...opened.map(({ depth }) => depth?.level ?? 0),
              '',
              '',
              `${levelsAt(tokens, large.depth, measured)}`,
            ],
          ]),
    ]);
    for (const { db } of opened) await db.destroy();
    await engine.stop();
  }
}

/** Levels of a B-tree with as many entries a page as a measured one. @param {number} count @param {{ pages: number }} depth @param {number} entries */
function levelsAt(count, { pages }, entries) {
  const leaf = entries / pages;
  let levels = 1;
  // An inner entry is as long as a leaf's: the key and where it leads to.
  for (let left = count / leaf; left > 1; left /= leaf) levels++;
  return levels;
}

if (only !== 'measurement') await simulate();
if (only !== 'simulation') await measure();
