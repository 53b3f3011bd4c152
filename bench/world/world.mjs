// The installation that all groups measure: tokens of a company's users, an allow-list, two proxies in front.
import { composeToken, defaultSettings, digestToken, hosts } from '@latchkey/core';
import { below, bytesFrom, numbersFrom } from './random.mjs';
import { blocks } from './ranges.mjs';

/**
 * @typedef {import('@latchkey/core').TokenRecord} TokenRecord
 * @typedef {import('@latchkey/core').RequestInput} RequestInput
 * @typedef {{ text: string, record: TokenRecord }} Token
 */

export const host = hosts.generic;
export const path = '/api/projects/17/issues?state=open';

/** Some time ago, so that no token is of the future. */
const firstAt = Date.UTC(2025, 0, 1);
const year = 31_536_000_000;

/** Ten tokens of each user; one of three reads only, two of three end. @param {number} count @param {number} [seed] @returns {Token[]} */
export function tokens(count, seed = 1) {
  const random = bytesFrom(numbersFrom(seed));
  return Array.from({ length: count }, (_, number) => {
    const { id, text } = composeToken('lk', random);
    const subject = subjectOf(number);
    const record = {
      id,
      digest: digestToken(text),
      keyVersion: null,
      label: `deployment of service ${number % 1000}`,
      subject,
      issuedBy: subject,
      scope: number % 3 === 0 ? /** @type {const} */ ('read-only') : /** @type {const} */ ('read-write'),
      createdAt: firstAt + number,
      expiresAt: number % 3 === 1 ? null : firstAt + number + 20 * year,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
      replaces: null,
    };
    return { text, record };
  });
}

/** @param {number} number */
export const subjectOf = (number) => `user${Math.floor(number / 10)}@example.org`;

/** A directory in memory of everybody who has one of so many tokens. @param {number} count */
export function directory(count) {
  const groups = ['staff', 'developers'];
  const users = new Map();
  for (let number = 0; number < count; number += 10) {
    const id = subjectOf(number);
    users.set(id, { id, active: true, administrator: false, groups });
  }
  return { find: async (/** @type {string} */ id) => users.get(id) ?? null };
}

/** Proxies may stand on private addresses and on this machine. */
export const trusted = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '::1', 'fc00::/7'];

/** The blocks of the allow-list. @param {number} count */
export const allowed = (count) => blocks(numbersFrom(7), count);

/** Settings with an allow-list of so many ranges, behind proxies. @param {number} ranges @returns {import('@latchkey/core').Settings} */
export function settings(ranges) {
  const usual = defaultSettings(host);
  return {
    ...usual,
    network: {
      ...usual.network,
      allow: allowed(ranges).map(({ entry }) => entry),
      reverseProxy: { trusted, header: 'X-Forwarded-For', onMissing: 'deny' },
    },
  };
}

/** The header lines of a request behind two proxies: the nearer is the peer, the further stands in the header. @param {string} token @param {string} client @returns {[string, string][]} */
export const headerLines = (token, client) => [
  ['Host', 'api.example.org'],
  ['User-Agent', 'build-agent/4.2'],
  ['Accept', 'application/json'],
  ['X-Forwarded-For', `${client}, 10.0.0.2`],
  ['X-Forwarded-Proto', 'https'],
  ['Authorization', `Bearer ${token}`],
];

/** Requests with tokens and clients by chance; a power of two of them, so that a mask finds the next. @param {readonly { text: string }[]} made @param {number} ranges @param {number} [count] @returns {RequestInput[]} */
export function requests(made, ranges, count = 4096) {
  const next = numbersFrom(11);
  const clients = allowed(ranges);
  return Array.from({ length: count }, () => ({
    method: 'GET',
    target: path,
    headers: headerLines(
      made[below(next, made.length)]?.text ?? '',
      clients[below(next, clients.length)]?.member ?? '',
    ),
    peer: '10.0.0.1',
  }));
}

/** A memory store that holds tokens and settings. @param {import('@latchkey/store-memory').MemoryStore} store @param {readonly Token[]} made @param {import('@latchkey/core').Settings} [saved] */
export async function filled(store, made, saved) {
  for (const { record } of made) await store.tokens.insert(record);
  if (saved !== undefined) await store.settings.save(saved, 0);
  return store;
}
