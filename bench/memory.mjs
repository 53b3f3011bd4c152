// What a token weighs in memory, in Redis and, with the group `growth`, in PostgreSQL.
import process from 'node:process';
import { memoryStore } from '@latchkey/store-memory';
import { redisStore } from '@latchkey/store-redis';
import { createClient } from 'redis';
import { startRedis } from '../tools/services/redis.mjs';
import { counted } from './harness/count.mjs';
import { atMost } from './harness/group.mjs';
import { inMemoryAdapter } from './peers/better-auth.mjs';
import { together } from './stores/contenders.mjs';
import { fillerRecords } from './world/filler.mjs';

const million = 1_000_000;
const some = 100_000;

function bytesInUse() {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes that each of so many takes, while what `fill` answers is held. @param {number} count @param {() => Promise<unknown>} fill */
async function bytesEach(count, fill) {
  const before = bytesInUse();
  const held = [await fill()];
  const each = (bytesInUse() - before) / count;
  // Emptied here and not earlier, so that nothing could be collected before it was weighed.
  held.length = 0;
  return each;
}

async function plainMap() {
  const map = new Map();
  for (const record of fillerRecords(million)) map.set(record.id, { ...record });
  return map;
}

async function ownStore() {
  const store = memoryStore();
  for (const record of fillerRecords(million)) await store.tokens.insert(record);
  return store;
}

/** Bytes a token in a Redis of its own: all together, and the record alone. */
async function inRedis() {
  const server = await startRedis();
  const client = createClient({ url: server.url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    const before = await used();
    const store = redisStore({ client });
    const records = [...fillerRecords(some)];
    await together(256, async (index) => {
      const record = records[index];
      if (record !== undefined) await store.tokens.insert(record);
    })(some);
    const all = ((await used()) - before) / some;
    let [bytes, sampled] = [0, 0];
    for await (const keys of client.scanIterator({ MATCH: 'lk:*:t:*', COUNT: 1000 })) {
      for (const key of keys) bytes += Number(await client.memoryUsage(key));
      sampled += keys.length;
      if (sampled >= 2000) break;
    }
    return { all, record: bytes / sampled };
  } finally {
    client.destroy();
    await server.stop();
  }
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Memory',
  about: `Bytes a token: heap of this process after a full collection, ${counted(million)} tokens; Redis by its own account, ${counted(some)} tokens.`,
  async measure() {
    // Once for nothing: what the first filling leaves behind in code and pools is no token's weight.
    for (const record of fillerRecords(1000)) await memoryStore().tokens.insert(record);
    const own = await bytesEach(million, ownStore);
    const map = await bytesEach(million, plainMap);
    const peer = await bytesEach(some, async () => (await inMemoryAdapter(some)).db);
    const redis = await inRedis();
    return {
      figures: [
        { name: 'memory store', value: own, unit: 'bytes', note: 'records and the indexes for listings' },
        { name: 'plain Map of records', value: map, unit: 'bytes', note: 'the same records by id, no index' },
        {
          name: 'better-auth, memory adapter',
          value: peer,
          unit: 'bytes',
          note: `${counted(some)} rows of API keys`,
        },
        { name: 'Redis, record', value: redis.record, unit: 'bytes', note: '`MEMORY USAGE` of 2,000 keys' },
        {
          name: 'Redis, indexes',
          value: redis.all - redis.record,
          unit: 'bytes',
          note: 'the rest of `used_memory`: listings, ends, tokens of a subject',
        },
      ],
      targets: [
        atMost('memory store, a token', 400, own, 'bytes'),
        atMost('Redis, a token without its indexes', 350, redis.record, 'bytes'),
      ],
    };
  },
};
