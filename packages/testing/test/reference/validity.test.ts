import type { Settings, TokenRecord } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { addMonths, expiryInForce, monthsOf } from '../../src/reference/validity.ts';

const at = (text: string): number => Date.parse(text);

describe('reference validity', () => {
  it.each([
    ['2026-08-31T10:00:00.001Z', 6, '2027-02-28T10:00:00.001Z'],
    ['2027-08-31T23:59:59.999Z', 6, '2028-02-29T23:59:59.999Z'],
    ['2024-02-29T00:00:00Z', 12, '2025-02-28T00:00:00Z'],
    ['2024-02-29T00:00:00Z', 24, '2026-02-28T00:00:00Z'],
    ['2026-01-31T00:00:00Z', 1, '2026-02-28T00:00:00Z'],
    ['2026-11-30T00:00:00Z', 3, '2027-02-28T00:00:00Z'],
    ['2026-03-31T12:00:00Z', -1, '2026-02-28T12:00:00Z'],
  ])('VA-5 counts from %s by %i months to %s', (from, months, to) => {
    expect(addMonths(at(from), months)).toBe(at(to));
  });

  it('VA-1 knows how long each option lasts', () => {
    expect((['never', 'P1M', 'P6M', 'P1Y', 'P2Y'] as const).map(monthsOf)).toEqual([null, 1, 6, 12, 24]);
  });

  it('VA-7 clamps at use and keeps otherwise', () => {
    const record = { createdAt: at('2026-01-31T00:00:00Z'), expiresAt: null } as TokenRecord;
    const rules = (maximum: Settings['validity']['maximum'], existing: 'keep' | 'clamp') =>
      ({ maximum, choices: 'listed', existing }) as const;
    expect(expiryInForce(record, rules('P1M', 'keep'))).toBeNull();
    expect(expiryInForce(record, rules('never', 'clamp'))).toBeNull();
    expect(expiryInForce(record, rules('P1M', 'clamp'))).toBe(at('2026-02-28T00:00:00Z'));
    expect(expiryInForce({ ...record, expiresAt: at('2026-02-01T00:00:00Z') }, rules('P1M', 'clamp'))).toBe(
      at('2026-02-01T00:00:00Z'),
    );
    expect(expiryInForce({ ...record, expiresAt: at('2030-01-01T00:00:00Z') }, rules('P1M', 'clamp'))).toBe(
      at('2026-02-28T00:00:00Z'),
    );
  });
});
