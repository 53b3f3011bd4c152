// What a token weighs in the memory store, and what a verification, a look-up and a page cost beside few. Run after a
// build: npm run scale -- memory [--tokens=1000000]
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '../packages/store-memory/dist/index.js';
import { createdAt, day, issuedOf, now, shown, sideBySide, verifier } from './scale-sample.mjs';

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
  /** @type {{ id: string, text: string }[]} */
  const some = [];
  const every = Math.max(1, count / 20_000);
  const before = bytesInUse();
  for (let number = 0; number < count; number++) {
    const subject = `user${Math.floor(number / perSubject)}`;
    const { record, text } = issuedOf(number, count);
    await store.tokens.insert(own({ ...record, subject, issuedBy: subject }));
    if (number % every === 0) some.push(own({ id: record.id, text }));
  }
  // What is kept to be presented is no token's weight.
  const bytes = (bytesInUse() - before) / count - (some.length * 150) / count;
  return { count, store, some, verify: verifier(store.tokens), bytes };
}

const ofTen = await filled(large, 10);
/** @type {[string, string, string, string][]} */
const rows = [[`bytes a token at ${large}, ten a subject`, '', shown(ofTen.bytes), '']];
{
  const ofOne = await filled(large, 1);
  rows.push([`bytes a token at ${large}, one a subject`, '', shown(ofOne.bytes), '']);
}
const [few, ten] = [await filled(small, 10), await filled(middle, 10)];
/** @param {string} what @param {number} times @param {typeof few} from @param {(of: typeof few, index: number) => unknown} work */
async function compare(what, times, from, work) {
  const [a = 0, b = 0] = await sideBySide(times, [
    (index) => work(from, index),
    (index) => work(ofTen, index),
  ]);
  rows.push([`${what}, µs at ${from.count} and ${large}`, shown(a), shown(b), (b / a).toFixed(2)]);
}

/** @param {typeof few} of @param {number} index */
const pick = ({ some }, index) => some[(index * 7919) % some.length] ?? { id: '', text: '' };
await compare('verification', 2000, few, (of, index) => of.verify(pick(of, index).text));
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
