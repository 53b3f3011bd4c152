// What a request costs: hashes and look-ups are counted, and a refused token is timed beside an accepted one.
import { hash } from 'node:crypto';
import { composeToken, createLatchkey, digestToken } from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import { counted } from './harness/count.mjs';
import { atMost } from './harness/group.mjs';
import { ratio, sideBySide, typical } from './harness/measure.mjs';
import { bytesFrom, numbersFrom } from './world/random.mjs';
import { allowed, directory, filled, headerLines, host, path, settings, tokens } from './world/world.mjs';

const many = 10_000;
const ranges = 1000;
const mask = 255;

/** A token with the id of another and a secret of its own. @param {number} number */
function sameId(number) {
  const [own, other] = [1, 2].map((seed) => {
    const id = bytesFrom(numbersFrom(90_000 + number));
    const secret = bytesFrom(numbersFrom(number * 2 + seed + 500_000));
    let isFirst = true;
    return composeToken('lk', (count) => {
      const bytes = isFirst ? id(count) : secret(count);
      isFirst = false;
      return bytes;
    });
  });
  if (own === undefined || other === undefined || own.id !== other.id) throw new Error('the ids differ');
  return { own, other };
}

/** Requests of each kind, and a store in which they are what they are called. */
async function kinds() {
  const made = tokens(many);
  const clients = allowed(ranges);
  const at = (/** @type {number} */ number) => /** @type {any} */ (made[number * 7]);
  const requestsOf = (/** @type {(number: number) => string} */ value) =>
    Array.from({ length: mask + 1 }, (_, number) => ({
      method: 'GET',
      target: path,
      headers: headerLines('', clients[number % clients.length]?.member ?? '').map(
        ([name, text]) =>
          /** @type {[string, string]} */ ([name, name === 'Authorization' ? value(number) : text]),
      ),
      peer: '10.0.0.1',
    }));
  const bearer = (/** @type {(number: number) => string} */ text) =>
    requestsOf((number) => `Bearer ${text(number)}`);
  const basic = (/** @type {(number: number) => string} */ pair) =>
    requestsOf((number) => `Basic ${Buffer.from(pair(number)).toString('base64')}`);

  const strangers = tokens(mask + 1, 77);
  const pairs = Array.from({ length: mask + 1 }, (_, number) => sameId(number));
  const ended = tokens(mask + 1, 78).map(({ text, record }) => ({
    text,
    record: { ...record, expiresAt: Date.UTC(2025, 5, 1) },
  }));
  const revoked = tokens(mask + 1, 79).map(({ text, record }) => ({
    text,
    record: { ...record, revokedAt: Date.UTC(2025, 5, 1), revokedBy: record.subject },
  }));
  const stored = [
    ...made,
    ...ended,
    ...revoked,
    ...pairs.map(({ own }, number) => ({
      text: own.text,
      record: { ...at(number).record, id: own.id, digest: digestToken(own.text) },
    })),
  ];
  const store = await filled(memoryStore(), stored, settings(ranges));
  const textOf = (/** @type {readonly { text: string }[]} */ list) => (/** @type {number} */ number) =>
    list[number]?.text ?? '';
  return {
    store,
    kinds: {
      'live token': { requests: bearer((number) => at(number).text), effect: 'allow', hashes: 1 },
      'live token, as a password with its owner’s name': {
        requests: basic((number) => `${at(number).record.subject}:${at(number).text}`),
        effect: 'allow',
        hashes: 1,
      },
      'unknown token': { requests: bearer(textOf(strangers)), effect: 'deny', hashes: 1 },
      'known id, other secret': {
        requests: bearer((number) => pairs[number]?.other.text ?? ''),
        effect: 'deny',
        hashes: 1,
      },
      'expired token': { requests: bearer(textOf(ended)), effect: 'deny', hashes: 1 },
      'revoked token': { requests: bearer(textOf(revoked)), effect: 'deny', hashes: 1 },
      'token with another’s name': {
        requests: basic((number) => `somebody-else:${at(number).text}`),
        effect: 'deny',
        hashes: 1,
      },
      'token with a mistyped end': {
        requests: bearer(
          (number) => `${at(number).text.slice(0, -1)}${at(number).text.endsWith('0') ? '1' : '0'}`,
        ),
        effect: 'defer',
        hashes: 0,
      },
      'name and password': {
        requests: basic((number) => `user${number}@example.org:correct horse ${number}`),
        effect: 'defer',
        hashes: 0,
      },
    },
  };
}

/** The port, with its calls counted by name. @template {object} T @param {T} port @param {Map<string, number>} calls @returns {T} */
const watched = (port, calls) =>
  new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (/** @type {unknown[]} */ ...args) => {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return Reflect.apply(value, target, args);
      };
    },
  });

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Work',
  about: `Hashes and look-ups of a request, counted over ${mask + 1} requests of each kind, and their time, on the memory store with an allow-list of ${counted(ranges)} ranges and two proxies.`,
  async measure() {
    const { store, kinds: all } = await kinds();
    const users = directory(many);
    let hashes = 0;
    /** @type {Map<string, number>} */
    const calls = new Map();
    const counting = createLatchkey({
      ...nodePlatform,
      settings: store.settings,
      tokens: watched(store.tokens, calls),
      host,
      directory: users,
      sha256: (text) => {
        hashes++;
        return hash('sha256', text, 'base64url');
      },
    });
    const figures = [];
    const targets = [];
    let [finds, writes] = [0, 0];
    for (const [name, { requests, effect, hashes: expected }] of Object.entries(all)) {
      hashes = 0;
      calls.clear();
      for (const request of requests) {
        const decision = await counting.authenticate(request);
        if (decision.effect !== effect) throw new Error(`${name}: ${decision.effect} for ${decision.reason}`);
      }
      const each = hashes / requests.length;
      figures.push({ name: `hashes, ${name}`, value: each, unit: '' });
      targets.push(atMost(`hashes, ${name}`, expected, each, ''));
      finds = Math.max(finds, (calls.get('find') ?? 0) / requests.length);
      for (const [call, count] of calls) if (call !== 'find') writes += count;
    }
    await counting.close();

    const { sha256: _, ...platform } = nodePlatform;
    const engine = createLatchkey({ ...platform, ...store, host, directory: users });
    const contenders = Object.entries(all).map(([name, { requests, effect }]) => ({
      name,
      run: async (/** @type {number} */ times) => {
        for (let index = 0; index < times; index++)
          if ((await engine.authenticate(/** @type {any} */ (requests[index & mask]))).effect !== effect)
            throw new Error(`${name}: another effect`);
      },
    }));
    const samples = await sideBySide(contenders, { rounds: 21, warmMs: 400 });
    await engine.close();
    const bearers = ['unknown token', 'known id, other secret', 'expired token', 'revoked token'];
    const worst = Math.max(
      ...bearers.map((name) => ratio(samples, name, 'live token')),
      ratio(samples, 'token with another’s name', 'live token, as a password with its owner’s name'),
    );
    return {
      figures: [
        ...figures,
        { name: 'look-ups in the store, the most of any kind', value: finds, unit: '' },
        { name: 'writes to the store, all kinds', value: writes, unit: '' },
        ...contenders.map(({ name }) => ({
          name: `time, ${name}`,
          value: typical(samples, name),
          unit: 'µs',
        })),
      ],
      targets: [
        ...targets,
        atMost('look-ups of a request', 1, finds, ''),
        atMost('writes of a request', 0, writes, ''),
        atMost('the dearest refused token beside an accepted one', 1.25, worst),
      ],
    };
  },
};
