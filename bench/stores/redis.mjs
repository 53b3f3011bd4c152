import { redisStore } from '@latchkey/store-redis';
import { createClient } from 'redis';
import { startRedis } from '../../tools/services/redis.mjs';
import { inSecondaryStorage } from '../peers/better-auth.mjs';
import { betterAuthCall, callsOn, inserted, plainRows, together } from './contenders.mjs';

const writing = new Set([
  'set',
  'del',
  'unlink',
  'expire',
  'pexpire',
  'eval',
  'evalsha',
  'incr',
  'hset',
  'zadd',
  'xadd',
]);

/** @param {readonly import('../world/world.mjs').Token[]} made */
export async function redis(made) {
  const server = await startRedis();
  const client = createClient({ url: server.url });
  client.on('error', () => undefined);
  await client.connect();
  const store = redisStore({ client });
  await inserted(store, made);
  for (const { id, ...rest } of plainRows(made)) await client.set(`hand:${id}`, JSON.stringify(rest));
  const bare = (/** @type {string} */ id) => client.get(`hand:${id}`);
  const read = async (/** @type {string} */ id) => {
    const text = await bare(id);
    return text === null ? undefined : JSON.parse(text);
  };
  const calls = callsOn({ made, store, bare, read });
  const peer = await inSecondaryStorage(1000, {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    delete: (key) => client.del(key),
  });

  /** Commands that the server has carried out by now, all and writing ones. */
  const carriedOut = async () => {
    let [all, writes] = [0, 0];
    for (const [, name = '', count] of (await client.info('commandstats')).matchAll(
      /cmdstat_([^:|]+)[^:]*:calls=(\d+)/g,
    )) {
      if (name === 'info') continue;
      all += Number(count);
      if (writing.has(name)) writes += Number(count);
    }
    return { all, writes };
  };
  return {
    name: 'Redis',
    calls: { ...calls, betterAuth: betterAuthCall(peer) },
    /** @param {(index: number) => Promise<void>} call */
    async requests(call) {
      const times = 100;
      const before = await carriedOut();
      await together(1, call)(times);
      const after = await carriedOut();
      return { all: (after.all - before.all) / times, writes: (after.writes - before.writes) / times };
    },
    async stop() {
      await calls.engine.close();
      client.destroy();
      await server.stop();
    },
  };
}
