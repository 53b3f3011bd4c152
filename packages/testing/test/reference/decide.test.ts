import type { Facts } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { everyFacts, referenceDecide } from '../../src/index.ts';

const ROWS = {
  'other-surface': 'defer surface-not-governed',
  'path-guard': '400 path-suspicious',
  anonymous: 'defer credential-absent',
  'foreign-scheme': 'defer credential-foreign',
  malformed: '401 credential-malformed',
  'remote-open': 'defer token-not-usable-here',
  'remote-locked': '429 attempts-exhausted',
  'remote-closed': '401 password-refused',
  'address-refused-open': 'defer address-refused',
  'address-refused-locked': '429 attempts-exhausted',
  'address-refused-closed': '401 address-refused',
  'address-unresolved-open': 'defer address-unresolved',
  'address-unresolved-locked': '429 attempts-exhausted',
  'address-unresolved-closed': '401 address-unresolved',
  unavailable: '503 service-unavailable',
  'unknown-open': 'defer token-unknown',
  'expired-open': 'defer token-expired',
  'revoked-open': 'defer token-revoked',
  'inactive-open': 'defer subject-inactive',
  'unusable-locked': '429 attempts-exhausted',
  'unknown-closed': '401 token-unknown',
  'expired-closed': '401 token-expired',
  'revoked-closed': '401 token-revoked',
  'inactive-closed': '401 subject-inactive',
  'use-not-granted': '403 use-not-granted',
  'scope-exceeded': '403 scope-exceeded',
  accepted: 'allow token-accepted',
};

const all = [...everyFacts()];

function summary(facts: Facts): string {
  const verdict = referenceDecide(facts);
  return `${verdict.effect === 'deny' ? verdict.status : verdict.effect} ${verdict.reason}`;
}

describe('referenceDecide', () => {
  it('DE answers each of the 4,032 cases with one of the 27 rows, and leaves none unused', () => {
    expect(all).toHaveLength(4_032);
    expect(new Set(all.map((facts) => JSON.stringify(facts))).size).toBe(4_032);
    const seen = new Map<string, Set<string>>();
    for (const facts of all) {
      const { row } = referenceDecide(facts);
      seen.set(row, (seen.get(row) ?? new Set()).add(summary(facts)));
    }
    expect(Object.fromEntries([...seen].map(([row, answers]) => [row, [...answers].join()]))).toEqual(ROWS);
  });

  it('DE allows only a live token from an allowed address within its scope', () => {
    for (const facts of all) {
      const isUsable =
        facts.surface === 'rest' &&
        facts.path === 'clean' &&
        facts.credential === 'presented' &&
        facts.address === 'allowed' &&
        facts.token === 'live' &&
        facts.scope === 'covers';
      expect(referenceDecide(facts).effect === 'allow', JSON.stringify(facts)).toBe(isUsable);
    }
  });

  it('DE never allows or defers more when the fallback closes', () => {
    for (const facts of all.filter(({ fallback }) => fallback === 'open')) {
      const closed = referenceDecide({ ...facts, fallback: 'closed' }).effect;
      if (closed !== 'deny') expect(referenceDecide(facts).effect).toBe(closed);
    }
  });

  it('DE hides the token of a refused address', () => {
    for (const facts of all.filter(({ address, surface }) => address !== 'allowed' && surface === 'rest')) {
      expect(referenceDecide(facts)).toEqual(referenceDecide({ ...facts, token: 'live', scope: 'covers' }));
    }
  });
});
