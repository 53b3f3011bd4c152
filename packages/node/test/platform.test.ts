import { createHash } from 'node:crypto';
import { compileDigests, composeToken } from '@latchkey/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodePlatform } from '../src/index.ts';

test('TK-2 the platform’s SHA-256 passes the known-answer check and agrees with the streaming hash', () => {
  expect(() => compileDigests(nodePlatform)).not.toThrow();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(nodePlatform.sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('base64url'));
    }),
  );
});

test('TK-1 the platform’s random bytes are as many as asked for and make tokens that differ', () => {
  expect(nodePlatform.random(64)).toHaveLength(64);
  const texts = Array.from({ length: 50 }, () => composeToken('lk', nodePlatform.random).text);
  expect(new Set(texts).size).toBe(50);
});

test('BI-1 the platform’s clock is in epoch milliseconds', () => {
  const before = Date.now();
  const now = nodePlatform.clock();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
