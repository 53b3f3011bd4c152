// The least that checking a token can be: find the header, look the id up, hash the secret once, compare.
import { hash } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';

/** @param {Uint8Array} a @param {Uint8Array} b */
function isEqual(a, b) {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

const encoder = new TextEncoder();

/**
 * @param {readonly import('./world.mjs').Token[]} tokens
 * @param {'noble' | 'host'} by Whose SHA-256.
 */
export function floor(tokens, by) {
  const known = new Map(
    tokens.map(({ record }) => [
      record.id,
      { subject: record.subject, digest: new Uint8Array(Buffer.from(record.digest, 'base64url')) },
    ]),
  );
  const store = { get: async (/** @type {string} */ id) => known.get(id) };
  const digestOf =
    by === 'noble'
      ? (/** @type {string} */ secret) => sha256(encoder.encode(secret))
      : (/** @type {string} */ secret) => hash('sha256', secret, 'buffer');

  /** The subject, or null. @param {import('@latchkey/core').RequestInput} request */
  return async ({ headers }) => {
    let value = '';
    for (const [name, text] of headers) if (name.toLowerCase() === 'authorization') value = text;
    if (!value.startsWith('Bearer ')) return null;
    const [, id, rest] = value.slice(7).split('_');
    if (id === undefined || rest === undefined) return null;
    const record = await store.get(id);
    const digest = digestOf(rest.slice(0, 43));
    return record !== undefined && isEqual(digest, record.digest) ? record.subject : null;
  };
}
