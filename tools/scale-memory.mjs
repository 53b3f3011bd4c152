// What a token weighs in the memory store, and what a verification, a look-up and a page cost beside few. Run after a
// build: npm run scale -- memory [--tokens=1000000]
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createLatchkey, defaultSettings, hosts } from '../packages/core/dist/index.js';
import { nodePlatform } from '../packages/node/dist/index.js';
import { memoryStore } from '../packages/store-memory/dist/index.js';
import { createdAt, day, now, recordOf, shown, sideBySide } from './scale-sample.mjs';

const { gc } = globalThis;
if (gc === undefined) {
  const flags = ['--expose-gc', '--max-old-space-size=8192', '--max-semi-space-size=64'];
  const file = fileURLToPath(import.meta.url);
  const { status } = spawnSync(process.execPath, [...flags, file, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

const argument = process.argv.find((text) => text.startsWith('--tokens='));
const large = Number(argument?.slice('--tokens='.length) ?? 1_000_000);
const [small, middle] = [1_000, 10_000];

/** Texts that belong to nobody else, as they come out of a request. @template T @param {T} value @returns {T} */
const own = (value) => JSON.parse(JSON.stringify(value));

function bytesInUse() {
  for (let times = 0; times < 3; times++) gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A store with so many tokens, of which every tenth can be presented. @param {number} count @param {number} perSubject */
async function filled(count, perSubject) {
  const store = memoryStore();
  const engine = createLatchkey({
    ...nodePlatform,
    host: hosts.generic,
    settings: defaultSettings(hosts.generic),
    tokens: store.tokens,
    directory: { find: async (id) => ({ id, active: true, administrator: false, groups: ['developers'] }) },
    lastUseIntervalMs: 3_600_000,
  });
  const before = bytesInUse();
  for (let number = 0; number < count; number++) {
    const subject = `user${Math.floor(number / perSubject)}`;
    await store.tokens.insert(own({ ...recordOf(number, count), subject, issuedBy: subject }));
  }
  return { count, store, engine, bytes: (bytesInUse() - before) / count };
}

/** Tokens that can be presented: issued one for each of many subjects. @param {Awaited<ReturnType<typeof filled>>} of @param {number} count */
async function issuedIn({ engine }, count) {
  const issued = [];
  for (let number = 0; number < count; number++) {
    const result = await engine.tokens.issue({ subject: `owner${number}` }, { label: 'presented' });
    if (!result.ok) throw new Error(result.problem.code);
    issued.push({ id: result.value.token.id, header: `Bearer ${result.value.text}` });
  }
  return issued;
}

const ofTen = await filled(large, 10);
/** @type {[string, string, string, string][]} */
const rows = [[`bytes a token at ${large}, ten a subject`, '', shown(ofTen.bytes), '']];
{
  const ofOne = await filled(large, 1);
  rows.push([`bytes a token at ${large}, one a subject`, '', shown(ofOne.bytes), '']);
}
const [few, ten] = [await filled(small, 10), await filled(middle, 10)];
const presented = new Map([
  [few, await issuedIn(few, small)],
  [ofTen, await issuedIn(ofTen, 20_000)],
]);

/** @param {string} what @param {number} times @param {typeof few} from @param {(of: typeof few, index: number) => unknown} work */
async function compare(what, times, from, work) {
  const [a = 0, b = 0] = await sideBySide(times, [
    (index) => work(from, index),
    (index) => work(ofTen, index),
  ]);
  rows.push([`${what}, µs at ${from.count} and ${large}`, shown(a), shown(b), (b / a).toFixed(2)]);
}

/** @param {typeof few} of @param {number} index */
const pick = (of, index) => {
  const all = presented.get(of) ?? [];
  return all[(index * 7919) % all.length] ?? { id: '', header: '' };
};
await compare('verification', 2000, few, async (of, index) => {
  /** @type {[string, string][]} */
  const headers = [['authorization', pick(of, index).header]];
  const { effect } = await of.engine.authenticate({
    method: 'GET',
    target: '/api/x',
    headers,
    peer: '192.0.2.7',
  });
  if (effect !== 'allow') throw new Error(effect);
});
await compare('look-up', 5000, few, (of, index) => of.store.tokens.find(pick(of, index).id));
const page = { after: null, limit: 50 };
await compare('first page', 100, ten, ({ store }) => store.tokens.list(page));
await compare('page anywhere', 100, ten, ({ store, count }, index) =>
  store.tokens.list({ ...page, after: { createdAt: createdAt((index * 7919) % count, count), id: 'a' } }),
);
await compare('page of a subject', 100, ten, ({ store, count }, index) =>
  store.tokens.list({ ...page, subject: `user${((index * 7919) % count) / 10}` }),
);
await compare('page, used on a day', 5, ten, ({ store }) =>
  store.tokens.list({ ...page, used: { from: now - 8 * day, before: now - 7 * day } }),
);
await compare('page, ending on a day', 5, ten, ({ store }) =>
  store.tokens.list({ ...page, expires: { from: now + 7 * day, before: now + 8 * day } }),
);
await compare('page, nothing matches', 1, ten, ({ store }) =>
  store.tokens.list({ ...page, used: { before: 0 } }),
);
console.log('| what | few | many | ratio |\n| --- | --- | --- | --- |');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
process.exit(0);
