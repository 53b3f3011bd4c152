// The same four contenders on any store: the bare read, a check written by hand, Latchkey, and better-auth.
import { hash } from 'node:crypto';
import { createLatchkey } from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import { directory, host, requests } from '../world/world.mjs';

/** Runs calls with so many under way at a time. @param {number} atOnce @param {(index: number) => Promise<unknown>} call */
export const together = (atOnce, call) => async (/** @type {number} */ times) => {
  let next = 0;
  const worker = async () => {
    while (next < times) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, times) }, worker));
};

/** On a machine that is busy with something else a request may wait; it is to be timed and not refused. */
export const deadlines = { lookUpMs: 30_000 };

/** Keeps the tokens by the store's own operation. @param {Pick<import('@latchkey/store-memory').MemoryStore, 'tokens'>} store @param {readonly import('../world/world.mjs').Token[]} made */
export const inserted = (store, made) =>
  together(10, async (index) => {
    const token = made[index];
    if (token !== undefined) await store.tokens.insert(token.record);
  })(made.length);

/** The records as a check by hand keeps them. @param {readonly import('../world/world.mjs').Token[]} made */
export const plainRows = (made) =>
  made.map(({ record: { id, digest, subject, scope, expiresAt } }) => ({
    id,
    digest,
    subject,
    scope: scope === 'read-only' ? 1 : 2,
    expires_at: expiresAt,
  }));

/** @param {string} a @param {string} b */
function isEqual(a, b) {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

/**
 * A check as one writes it by hand over a client: read the record by the token's id, hash the secret, compare.
 *
 * @param {(id: string) => Promise<{ digest: string } | undefined>} read
 */
export const handWritten = (read) => async (/** @type {string} */ text) => {
  const [, id = '', rest = ''] = text.split('_');
  const record = await read(id);
  return record !== undefined && isEqual(record.digest, hash('sha256', rest.slice(0, 43), 'base64url'));
};

/**
 * Calls to time, by the index of the call.
 *
 * @param {object} on
 * @param {readonly import('../world/world.mjs').Token[]} on.made
 * @param {import('@latchkey/store-memory').MemoryStore} on.store
 * @param {(id: string) => Promise<unknown>} on.bare
 * @param {(id: string) => Promise<{ digest: string } | undefined>} on.read
 */
export function callsOn({ made, store, bare, read }) {
  const engine = createLatchkey({
    ...nodePlatform,
    ...store,
    host,
    directory: directory(made.length),
    deadlines,
  });
  const asked = requests(made, 1, 1024);
  const tokens = asked.map(({ headers }) => headers.at(-1)?.[1].slice('Bearer '.length) ?? '');
  const ids = tokens.map((text) => text.split('_')[1] ?? '');
  const check = handWritten(read);
  return {
    engine,
    bare: async (/** @type {number} */ index) => {
      const found = await bare(ids[index & 1023] ?? '');
      if (found === null || found === undefined) throw new Error('bare read: nothing found');
    },
    hand: async (/** @type {number} */ index) => {
      if (!(await check(tokens[index & 1023] ?? ''))) throw new Error('hand-written check: refused');
    },
    latchkey: async (/** @type {number} */ index) => {
      const decision = await engine.authenticate(/** @type {any} */ (asked[index & 1023]));
      if (decision.effect !== 'allow') throw new Error(`Latchkey: ${decision.reason}`);
    },
  };
}

/** @param {{ auth: any, keys: readonly string[] }} peer */
export const betterAuthCall =
  ({ auth, keys }) =>
  async (/** @type {number} */ index) => {
    const key = keys[(index * 7919) % keys.length];
    if (!(await auth.api.verifyApiKey({ body: { key } })).valid) throw new Error('better-auth: refused');
  };
