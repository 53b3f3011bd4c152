// One request from its header lines to the decision, in one process.

import { createRequire } from 'node:module';
import { createLatchkey } from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import { counted } from './harness/count.mjs';
import { atLeast, atMost } from './harness/group.mjs';
import { ratio, sideBySide, typical } from './harness/measure.mjs';
import { inMemoryAdapter, inSecondaryStorage, mapStorage } from './peers/better-auth.mjs';
import { floor } from './world/floor.mjs';
import { directory, filled, host, requests, settings, tokens } from './world/world.mjs';

const { checkAPIKey, extractShortToken, hashLongToken } = createRequire(import.meta.url)('prefixed-api-key');

const many = 100_000;
const ranges = 1000;
const mask = 4095;

const wrong = (/** @type {string} */ who) => new Error(`${who} refused a token that is live`);

/** @param {string} name @param {{ authenticate(request: import('@latchkey/core').RequestInput): Promise<{ effect: string }> }} engine @param {readonly import('@latchkey/core').RequestInput[]} asked */
const engineRun = (name, engine, asked) => ({
  name,
  run: async (/** @type {number} */ times) => {
    for (let index = 0; index < times; index++)
      if ((await engine.authenticate(/** @type {any} */ (asked[index & mask]))).effect !== 'allow')
        throw wrong(name);
  },
});

/** @param {string} name @param {ReturnType<typeof floor>} check @param {readonly import('@latchkey/core').RequestInput[]} asked */
const floorRun = (name, check, asked) => ({
  name,
  run: async (/** @type {number} */ times) => {
    for (let index = 0; index < times; index++)
      if ((await check(/** @type {any} */ (asked[index & mask]))) === null) throw wrong(name);
  },
});

/** @param {string} name @param {{ auth: any, keys: readonly string[] }} peer */
const betterAuthRun = (name, { auth, keys }) => ({
  name,
  run: async (/** @type {number} */ times) => {
    for (let index = 0; index < times; index++) {
      const key = keys[(index * 7919) % keys.length];
      if (!(await auth.api.verifyApiKey({ body: { key } })).valid) throw wrong(name);
    }
  },
});

/** prefixed-api-key hashes and compares; the look-up is the caller's own, here an awaited Map. */
function prefixedRun() {
  const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const text = (/** @type {number} */ number, /** @type {number} */ length) =>
    Array.from({ length }, (_, place) => letters[(number * (place + 3) * 31 + place * 17) % 58]).join('');
  const known = new Map();
  const keys = Array.from({ length: many }, (_, number) => {
    const short = number.toString().padStart(8, '0').replaceAll('0', 'z');
    const long = text(number, 24);
    known.set(short, { hash: hashLongToken(long) });
    return `mycompany_${short}_${long}`;
  });
  const store = { get: async (/** @type {string} */ id) => known.get(id) };
  const name = 'prefixed-api-key';
  return {
    name,
    run: async (/** @type {number} */ times) => {
      for (let index = 0; index < times; index++) {
        const key = keys[(index * 7919) % many];
        const record = await store.get(extractShortToken(key));
        if (record === undefined || !checkAPIKey(key, record.hash)) throw wrong(name);
      }
    },
  };
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Authenticate',
  about: `From header lines to the answer, ${counted(many)} tokens in memory, one call at a time. Latchkey decides by the whole policy: an allow-list of ${counted(ranges)} mixed ranges, two trusted proxies, owner, expiry, scope. The others check the token and nothing else.`,
  async measure() {
    const made = tokens(many);
    const asked = requests(made, ranges);
    const users = directory(many);
    const store = await filled(memoryStore(), made, settings(ranges));
    const { sha256, ...platform } = nodePlatform;
    const own = createLatchkey({ ...platform, ...store, host, directory: users });
    const fast = createLatchkey({ ...platform, sha256, ...store, host, directory: users });
    const names = {
      floor: 'floor, @noble/hashes',
      hostFloor: 'floor, host’s SHA-256',
      own: 'Latchkey, @noble/hashes',
      fast: 'Latchkey, host’s SHA-256',
      adapter: 'better-auth, memory adapter',
      secondary: 'better-auth, secondary storage',
    };
    const prefixed = prefixedRun();
    const samples = await sideBySide(
      [
        floorRun(names.floor, floor(made, 'noble'), asked),
        engineRun(names.own, own, asked),
        floorRun(names.hostFloor, floor(made, 'host'), asked),
        engineRun(names.fast, fast, asked),
        prefixed,
        betterAuthRun(names.adapter, await inMemoryAdapter(100)),
        betterAuthRun(names.secondary, await inSecondaryStorage(many, mapStorage())),
      ],
      { rounds: 31 },
    );
    await Promise.all([own.close(), fast.close()]);
    const notes = {
      [names.floor]: 'finds the header, one SHA-256, awaited `Map.get`, constant-time compare',
      [names.hostFloor]: 'the same with one-shot `hash` of node:crypto',
      [names.own]: 'the whole decision; core’s default',
      [names.fast]: 'the whole decision with `sha256` of `nodePlatform`, as the Node bindings are set up',
      [prefixed.name]: 'short token, awaited `Map.get`, `checkAPIKey`',
      [names.adapter]: '`verifyApiKey`, rate limit off, 100 keys, because the adapter walks its table',
      [names.secondary]: `\`verifyApiKey\`, rate limit off, ${counted(many)} keys in a Map`,
    };
    const cheaper =
      typical(samples, names.adapter) < typical(samples, names.secondary) ? names.adapter : names.secondary;
    const figures = Object.entries(notes).map(([name, note]) => ({
      name,
      value: typical(samples, name),
      unit: 'µs',
      note,
    }));
    return {
      figures,
      charts: [
        { title: 'A request, from header lines to the answer', unit: 'µs', better: 'less', bars: figures },
      ],
      targets: [
        atMost('`authenticate` beside the floor', 1.6, ratio(samples, names.own, names.floor)),
        atMost(
          '`authenticate` with the host’s SHA-256 beside the floor',
          1,
          ratio(samples, names.fast, names.floor),
        ),
        atLeast(
          'faster than better-auth, the cheaper of its two set-ups',
          30,
          ratio(samples, cheaper, names.own),
        ),
      ],
    };
  },
};
