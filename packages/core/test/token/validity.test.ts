import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, lastInstant } from '../../src/parse/instant.ts';
import {
  addValidity,
  earlierEnd,
  type Validity,
  type ValidityRules,
  validities,
  validityChoices,
} from '../../src/token/validity.ts';

const rules = (maximum: Validity, choices: ValidityRules['choices'] = 'listed') => ({
  validity: { maximum, choices, existing: 'keep' } as const,
});
const at = (text: string): number => Date.parse(text);
const now = at('2026-03-15T10:20:30.456Z');
const instants = fc.integer({ min: at('1970-01-01T00:00:00Z'), max: at('2200-01-01T00:00:00Z') });
const anyValidity = fc.constantFrom(...validities);

describe('choices', () => {
  it('VA-1 nine options, the longest first', () => {
    expect(validities).toEqual(['never', 'P2Y', 'P1Y', 'P6M', 'P5M', 'P4M', 'P3M', 'P2M', 'P1M']);
    expect(Object.isFrozen(validities)).toBe(true);
  });

  it.each([
    ['never', ['never', 'P2Y', 'P1Y', 'P6M', 'P5M', 'P4M', 'P3M', 'P2M', 'P1M']],
    ['P2Y', ['P2Y', 'P1Y', 'P6M']],
    ['P1Y', ['P1Y', 'P6M']],
    ['P6M', ['P6M']],
    ['P5M', ['P5M']],
    ['P4M', ['P4M']],
    ['P3M', ['P3M']],
    ['P2M', ['P2M']],
    ['P1M', ['P1M']],
  ] as const)('VA-2 listed under %s: %j', (maximum, expected) => {
    expect(validityChoices(rules(maximum))).toEqual(expected);
    expect(Object.isFrozen(validityChoices(rules(maximum)))).toBe(true);
  });

  it('VA-3 within a maximum: every option not above it', () => {
    validities.forEach((maximum, index) => {
      expect(validityChoices(rules(maximum, 'within'))).toEqual(validities.slice(index));
      expect(Object.isFrozen(validityChoices(rules(maximum, 'within')))).toBe(true);
    });
  });

  it('VA-2 choices_shrink_with_the_maximum', () => {
    for (let index = 0; index + 1 < validities.length; index++) {
      const [longer, shorter] = [validities[index], validities[index + 1]] as [Validity, Validity];
      const wide = validityChoices(rules(longer, 'within'));
      expect(validityChoices(rules(shorter, 'within')).every((choice) => wide.includes(choice))).toBe(true);
      expect(validityChoices(rules(shorter)).length).toBeLessThanOrEqual(
        validityChoices(rules(longer)).length,
      );
      for (const kind of ['listed', 'within'] as const) {
        const choices = validityChoices(rules(shorter, kind));
        expect(choices[0]).toBe(shorter);
        expect(choices.every((choice) => validities.indexOf(choice) >= index + 1)).toBe(true);
      }
    }
  });

  it('VA-2 the listed choices are among those within the maximum', () => {
    for (const maximum of validities)
      expect(validityChoices(rules(maximum, 'within'))).toEqual(
        expect.arrayContaining([...validityChoices(rules(maximum))]),
      );
  });
});

describe('addValidity', () => {
  it.each([
    ['2026-08-31T12:00:00.001Z', 'P6M', '2027-02-28T12:00:00.001Z'],
    ['2027-08-31T12:00:00Z', 'P6M', '2028-02-29T12:00:00.000Z'],
    ['2027-08-30T12:00:00Z', 'P6M', '2028-02-29T12:00:00.000Z'],
    ['2027-08-29T12:00:00Z', 'P6M', '2028-02-29T12:00:00.000Z'],
    ['2027-08-28T12:00:00Z', 'P6M', '2028-02-28T12:00:00.000Z'],
    ['2026-01-31T00:00:00Z', 'P1M', '2026-02-28T00:00:00.000Z'],
    ['2028-01-31T23:59:59.999Z', 'P1M', '2028-02-29T23:59:59.999Z'],
    ['2026-03-31T00:00:00Z', 'P1M', '2026-04-30T00:00:00.000Z'],
    ['2026-04-30T00:00:00Z', 'P1M', '2026-05-30T00:00:00.000Z'],
    ['2026-12-31T00:00:00Z', 'P1M', '2027-01-31T00:00:00.000Z'],
    ['2026-12-31T00:00:00Z', 'P2M', '2027-02-28T00:00:00.000Z'],
    ['2026-01-31T00:00:00Z', 'P3M', '2026-04-30T00:00:00.000Z'],
    ['2026-10-31T00:00:00Z', 'P4M', '2027-02-28T00:00:00.000Z'],
    ['2026-01-31T00:00:00Z', 'P5M', '2026-06-30T00:00:00.000Z'],
    ['2028-02-29T00:00:00Z', 'P1Y', '2029-02-28T00:00:00.000Z'],
    ['2028-02-29T00:00:00Z', 'P2Y', '2030-02-28T00:00:00.000Z'],
    ['2026-02-28T00:00:00Z', 'P2Y', '2028-02-28T00:00:00.000Z'],
    ['2099-02-28T00:00:00Z', 'P1Y', '2100-02-28T00:00:00.000Z'],
    ['2026-03-29T00:59:59Z', 'P6M', '2026-09-29T00:59:59.000Z'],
    ['1969-12-31T00:00:00Z', 'P2M', '1970-02-28T00:00:00.000Z'],
    ['0001-01-31T00:00:00Z', 'P1M', '0001-02-28T00:00:00.000Z'],
  ] as const)('VA-5 %s + %s = %s', (from, validity, expected) => {
    expect(formatInstant(addValidity(at(from), validity) as number)).toBe(expected);
  });

  it('VA-1 never has no end', () => {
    expect(addValidity(now, 'never')).toBeNull();
  });

  it('VA-5 stays within the calendar at its end', () => {
    expect(addValidity(lastInstant, 'P1M')).toBe(lastInstant);
    expect(addValidity(lastInstant - 1, 'P2Y')).toBe(lastInstant);
  });

  it('VA-5 keeps the time of day, moves by the months asked, and never into the month after', () => {
    const lengths = { P2Y: 24, P1Y: 12, P6M: 6, P5M: 5, P4M: 4, P3M: 3, P2M: 2, P1M: 1 } as const;
    const bounded = fc.constantFrom(...(Object.keys(lengths) as (keyof typeof lengths)[]));
    const month = (date: Date): number => date.getUTCFullYear() * 12 + date.getUTCMonth();
    fc.assert(
      fc.property(instants, bounded, (from, validity) => {
        const [start, end] = [new Date(from), new Date(addValidity(from, validity) as number)];
        expect(end.getTime() % 86_400_000).toBe(from % 86_400_000);
        expect(month(end) - month(start)).toBe(lengths[validity]);
        const last = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
        expect(end.getUTCDate()).toBe(Math.min(start.getUTCDate(), last));
      }),
      { numRuns: 1_000 },
    );
  });

  it('VA-5 a longer validity never ends sooner, and a later start never ends earlier', () => {
    fc.assert(
      fc.property(instants, instants, anyValidity, anyValidity, (a, b, one, other) => {
        const end = (from: number, validity: Validity): number => addValidity(from, validity) ?? Infinity;
        if (validities.indexOf(one) < validities.indexOf(other))
          expect(end(a, one)).toBeGreaterThan(end(a, other));
        if (a <= b) expect(end(a, one)).toBeLessThanOrEqual(end(b, one));
      }),
    );
  });

  it('VA-7 the earlier of two ends, where null is none', () => {
    expect([
      earlierEnd(null, null),
      earlierEnd(1, null),
      earlierEnd(null, 2),
      earlierEnd(1, 2),
      earlierEnd(2, 1),
    ]).toEqual([null, 1, 2, 1, 1]);
    expect(earlierEnd(0, null)).toBe(0);
    expect(earlierEnd(null, 0)).toBe(0);
  });
});
