import type { TokenQuery, TokenRecord, TokenStore } from '@latchkey/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { redisStore } from '../src/index.ts';
import { type Connected, connectIoredis, connectNodeRedisCluster, newPrefix } from './clients.ts';
import { eventOf, idOf, recordOf } from './sample.ts';

/** More than a range may hold to be read as a whole. */
const count = 10_600;
const kept: readonly TokenRecord[] = Array.from({ length: count }, (_, number) =>
  recordOf(number, {
    createdAt: Math.floor(number / 3),
    subject: `user ${number % 700}`,
    label: number % 997 === 0 ? 'Rare ÄÖ' : `label ${number}`,
    scope: number % 50 === 0 ? 'read-only' : 'read-write',
    expiresAt: count - number,
    lastUsedAt: number % 4 === 0 ? number : null,
  }),
);
const newest = [...kept].reverse();

const within = (at: number | null, { from = 0, before = Number.POSITIVE_INFINITY } = {}): boolean =>
  at !== null && at >= from && at < before;

const searches: readonly (readonly [
  string,
  Omit<TokenQuery, 'after' | 'limit'>,
  (record: TokenRecord) => boolean,
])[] = [
  ['everything', {}, () => true],
  ['a scope', { scope: 'read-only' }, ({ scope }) => scope === 'read-only'],
  ['a rare label', { label: 'rare äö' }, ({ label }) => label === 'Rare ÄÖ'],
  ['a label that nothing has', { label: 'none' }, () => false],
  ['a subject', { subject: 'user 7' }, ({ subject }) => subject === 'user 7'],
  ['a wide range of ends', { expires: { from: 2 } }, ({ expiresAt }) => within(expiresAt, { from: 2 })],
  [
    'a narrow range of ends',
    { expires: { before: 90 } },
    ({ expiresAt }) => within(expiresAt, { before: 90 }),
  ],
  ['any use', { used: {} }, ({ lastUsedAt }) => lastUsedAt !== null],
  [
    'all at once',
    { scope: 'read-only', used: { from: 50 }, expires: { before: 9000 }, created: { from: 9, before: 3000 } },
    ({ scope, lastUsedAt, expiresAt, createdAt }) =>
      scope === 'read-only' &&
      within(lastUsedAt, { from: 50 }) &&
      within(expiresAt, { before: 9000 }) &&
      within(createdAt, { from: 9, before: 3000 }),
  ],
];

const targets = [
  { name: 'a single server', connect: () => connectIoredis(inject('redisUrl')) },
  { name: 'a cluster', connect: () => connectNodeRedisCluster() },
];

describe.each(targets)('TK-5 a listing of many tokens in $name', ({ connect }) => {
  let connected: Connected;
  const prefix = newPrefix();
  let tokens: TokenStore;
  beforeAll(async () => {
    connected = await connect();
    tokens = redisStore({ client: connected.client, prefix }).tokens;
    for (let place = 0; place < count; place += 500)
      await Promise.all(kept.slice(place, place + 500).map((record) => tokens.insert(record, null, null)));
  });
  afterAll(() => connected.close());

  it.each(searches)('by %s is whole and in order, page by page', async (_, query, isMeant) => {
    const meant = newest.filter(isMeant).slice(0, 2500);
    const seen: TokenRecord[] = [];
    while (seen.length < meant.length) {
      const last = seen.at(-1);
      const after = last === undefined ? null : { createdAt: last.createdAt, id: last.id };
      const page = await tokens.list({ ...query, after, limit: 700 });
      if (page.length === 0) break;
      seen.push(...page);
    }
    expect(seen.slice(0, 2500)).toEqual(meant);
  });

  it('ST-7 what was purged is in no listing and no index', async () => {
    const ended = await tokens.findEnded(101, 1000);
    expect(ended).toHaveLength(100);
    expect(await tokens.remove(ended, 101, eventOf.purged(ended, 101))).toBe(100);
    expect(await tokens.findEnded(101, 1000)).toEqual([]);
    for (const query of [{}, { expires: { before: 101 } }, { scope: 'read-write' as const }, { used: {} }]) {
      const page = await tokens.list({ ...query, after: null, limit: 100 });
      expect(page.filter(({ expiresAt }) => (expiresAt ?? 0) < 101)).toEqual([]);
    }
    expect((await tokens.find(idOf(count - 1))).record).toBeNull();
  });
});
