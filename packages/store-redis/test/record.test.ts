import type { TokenRecord } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from '../src/record.ts';
import { digest, idOf, recordOf } from './sample.ts';

const instant = fc.integer({ min: -8.64e15, max: 8.64e15 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const label = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
const record: fc.Arbitrary<TokenRecord> = fc.record({
  id: fc.constant(idOf(1)),
  digest: fc.constant(digest),
  keyVersion: optional(name),
  label,
  subject: name,
  issuedBy: name,
  scope: fc.constantFrom('read-only', 'read-write'),
  createdAt: instant,
  expiresAt: optional(instant),
  lastUsedAt: optional(instant),
  revokedAt: optional(instant),
  revokedBy: optional(name),
  replaces: optional(fc.constant(idOf(2))),
});

describe('records as they are kept', () => {
  it('TK-4 every record comes back as it was given, in 13 lines', () => {
    fc.assert(
      fc.property(record, (given) => {
        const text = encodeRecord(given);
        expect(text.split('\n')).toHaveLength(13);
        expect(decodeRecord(given.id, text)).toEqual(given);
      }),
    );
  });

  it('TK-4 names that differ only in broken Unicode stay apart', () => {
    const texts = ['a\ud800', 'a\ud801', 'a\ufffd'].map((subject) => encodeRecord(recordOf(1, { subject })));
    expect(new Set(texts).size).toBe(3);
  });

  it('ST-1 nothing kept is no record', () => {
    expect(decodeRecord(idOf(1), null)).toBeNull();
  });

  const whole = encodeRecord(recordOf(1, { expiresAt: 900 }));
  const lines = whole.split('\n');
  const changed = (line: number, text: string): string => lines.with(line - 1, text).join('\n');
  it.each([
    ['an empty text', ''],
    ['a cut text', whole.slice(0, -2)],
    ['a line too many', `${whole}\n`],
    ['another format', changed(1, '2')],
    ['no creation', changed(2, '')],
    ['a scope that is not known', changed(3, 'x')],
    ['no scope', changed(3, '')],
    ['a digest that is too short', changed(4, 'abc')],
    ['no subject', changed(6, '')],
    ['a broken escape', changed(6, 'a\\')],
    ['a quotation mark that closes', changed(6, 'a\\"+"')],
    ['an id that is none', changed(8, 'a/b')],
    ['no label', changed(9, '')],
    ['an end that is no number', changed(10, 'never')],
    ['an end that is not whole', changed(10, '1.5')],
    ['an end out of the calendar', changed(10, '1e16')],
    ['a list', ['a']],
    ['a number', 7],
  ])('ST-5 %s is corrupt, and never "not found" or "unrestricted"', (_, kept) => {
    expect(() => decodeRecord(idOf(1), kept)).toThrow(
      expect.objectContaining({ name: 'StoreError', kind: 'corrupt', retryable: false }),
    );
  });
});
