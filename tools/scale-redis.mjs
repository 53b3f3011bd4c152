// Loads a million tokens into a real Redis and tells what they weigh, and what a look-up and a page cost beside few.
// Run by hand after a build: node tools/scale-redis.mjs [tokens] [--cluster]
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root } from '../scripts/pnpm.mjs';
import { startCluster } from './services/cluster.mjs';
import { startRedis } from './services/redis.mjs';
import { ask, infoOf } from './services/resp.mjs';

const folder = path.join(root, 'packages', 'store-redis');
const { redisStore } = await import(pathToFileURL(path.join(folder, 'dist', 'index.js')).href);
const { createClient, createCluster } = createRequire(path.join(folder, 'package.json'))('redis');

const many = Number(process.argv[2] ?? 1_000_000);
const few = 1000;
const middle = 10_000;
const isCluster = process.argv.includes('--cluster');

const idOf = (/** @type {number} */ number) => number.toString(36).toUpperCase().padStart(16, '0');
const firstAt = Date.UTC(2025, 0, 1);

/** A token like those of a company: ten of each user, most with an end. @param {number} number */
function recordOf(number) {
  const subject = `user-${Math.floor(number / 10)}@example.org`;
  return {
    id: idOf(number),
    digest: createHash('sha256').update(`${number}`).digest('base64url'),
    keyVersion: null,
    label: `Deployment of service ${number % 1000}`,
    subject,
    issuedBy: subject,
    scope: number % 3 === 0 ? 'read-only' : 'read-write',
    createdAt: firstAt + number * 31,
    expiresAt: number % 5 === 0 ? null : firstAt + number * 31 + 15_552_000_000,
    lastUsedAt: number % 2 === 0 ? null : firstAt + number * 31 + 86_400_000,
    revokedAt: null,
    revokedBy: null,
    replaces: null,
  };
}

/** @param {{ tokens: any }} store @param {number} count */
async function fill({ tokens }, count) {
  let next = 0;
  const writer = async () => {
    while (next < count) {
      const record = recordOf(next++);
      const { id, subject, scope, expiresAt, createdAt } = record;
      const origin = { at: createdAt, actor: subject, actorTokenId: null, address: '192.0.2.7' };
      const event = { kind: 'token-issued', ...origin, tokenId: id, subject, scope, expiresAt };
      await tokens.insert(record, event, { live: 100, at: createdAt });
    }
  };
  await Promise.all(Array.from({ length: 256 }, writer));
}

/** Microseconds for each call: with one at a time, or so many at once. @param {(number: number) => Promise<unknown>} call @param {number} calls @param {number} atOnce */
async function timeOf(call, calls, atOnce) {
  let left = calls;
  const begun = process.hrtime.bigint();
  const caller = async () => {
    while (left-- > 0) await call(left);
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return Number(process.hrtime.bigint() - begun) / 1000 / calls;
}

const median = (/** @type {number[]} */ values) =>
  values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const service = isCluster ? await startCluster() : await startRedis();
const nodes = 'nodes' in service ? service.nodes : [{ host: service.host, port: service.port }];
const client = isCluster
  ? createCluster({ rootNodes: nodes.map((socket) => ({ socket })) })
  : createClient({ socket: nodes[0] });
client.on('error', () => {});
await client.connect();

/** What a field of INFO comes to over all servers. @param {string} section @param {string} field */
async function total(section, field) {
  let sum = 0;
  for (const { port } of nodes) sum += Number(await infoOf(port, section, field));
  return sum;
}

/** Bytes of all keys of a kind, by MEMORY USAGE. @param {string} pattern @param {number} sampled */
async function bytesOf(pattern, sampled) {
  let [keys, bytes] = [0, 0];
  for (const { port } of nodes) {
    let cursor = '0';
    do {
      const [next, found] = /** @type {any} */ (
        await ask(port, ['SCAN', cursor, 'MATCH', pattern, 'COUNT', 10_000], { timeoutMs: 60_000 })
      );
      cursor = next;
      for (const key of Array.from(found)) {
        if (keys >= sampled) return { keys, bytes };
        keys++;
        bytes += Number(await ask(port, ['MEMORY', 'USAGE', key, 'SAMPLES', 1000], { timeoutMs: 60_000 }));
      }
    } while (cursor !== '0');
  }
  return { keys, bytes };
}

/** Waits until the answers that scripts leave for a minute are gone. */
const nonces = () => sleep(65_000);

try {
  const stores = [few, middle, many].map((count) => ({
    count,
    store: redisStore({ client, prefix: `n${count}` }),
  }));
  const figures = [];
  for (const { count, store } of stores) {
    if (count === many) await nonces();
    const before = await total('memory', 'used_memory');
    const begun = Date.now();
    await fill(store, count);
    const seconds = (Date.now() - begun) / 1000;
    if (count < many) continue;
    await nonces();
    const weight = (await total('memory', 'used_memory')) - before;
    figures.push({
      tokens: count,
      'inserts a second': Math.round(count / seconds),
      'bytes a token, all': Math.round(weight / count),
    });
  }
  console.table(figures);

  const records = await bytesOf(`n${many}:*t:*`, 2000);
  const weights = [{ what: 'record', 'bytes a token': Math.round(records.bytes / records.keys) }];
  for (const [what, pattern] of [
    ['listing (r, w)', '[rw]'],
    ['ends (e)', 'e'],
    ['last uses (u)', 'u'],
    ['audit event (a)', 'a'],
  ])
    weights.push({
      what: `${what}`,
      'bytes a token': Math.round((await bytesOf(`n${many}:{*}:${pattern}`, many)).bytes / many),
    });
  for (const [what, letter] of [
    ['tokens of a subject (s)', 's'],
    ['live tokens of a subject (l)', 'l'],
  ]) {
    const { keys, bytes } = await bytesOf(`n${many}:{*}:${letter}:*`, 2000);
    // Ten tokens of each subject, in one key of the single server, in nearly as many keys of a cluster.
    weights.push({
      what: `${what}`,
      'bytes a token': Math.round((bytes / keys) * (isCluster && letter === 's' ? 0.93 : 0.1)),
    });
  }
  console.table(weights);

  const [small, mid, large] = stores;
  /** @type {Record<string, number[]>} */
  const times = {};
  const note = (/** @type {string} */ what, /** @type {number} */ time) => {
    times[what] = [...(times[what] ?? []), time];
  };
  for (let round = 0; round < 7; round++) {
    for (const { count, store } of [small, large].filter((one) => one !== undefined)) {
      const find = () => store.tokens.find(idOf(Math.floor(Math.random() * count)));
      note(`look-up, one at a time, ${count} tokens`, await timeOf(find, 3000, 1));
      note(`look-up, 64 at once, ${count} tokens`, await timeOf(find, 30_000, 64));
    }
    const bare = () => {
      const key = `n${many}:{0}:t:${idOf(Math.floor(Math.random() * many))}`;
      return isCluster ? client.sendCommand(key, false, ['GET', key]) : client.sendCommand(['GET', key]);
    };
    note('bare GET, one at a time', await timeOf(bare, 3000, 1));
    note('bare GET, 64 at once', await timeOf(bare, 30_000, 64));
    for (const { count, store } of [mid, large].filter((one) => one !== undefined)) {
      const after = { createdAt: firstAt + Math.floor(count / 2) * 31, id: idOf(Math.floor(count / 2)) };
      const page = () => store.tokens.list({ after, limit: 50 });
      note(`page of 50 from the middle, ${count} tokens`, await timeOf(page, 300, 1));
      const own = (/** @type {number} */ number) =>
        store.tokens.list({
          subject: `user-${(number * 7) % (count / 10)}@example.org`,
          after: null,
          limit: 50,
        });
      note(`page of one subject, ${count} tokens`, await timeOf(own, 300, 1));
    }
  }
  console.table(
    Object.entries(times).map(([what, values]) => ({
      what,
      'microseconds (median of 7)': Number(median(values).toFixed(1)),
    })),
  );
} finally {
  client.destroy();
  await service.stop();
}
