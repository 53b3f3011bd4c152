import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addValidity, formatInstant, parseInstant, type Validity, validities } from '../../src/index.ts';

/** The end of a validity by another implementation of the calendar. */
function endByTemporal(from: number, validity: Exclude<Validity, 'never'>): number {
  const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('UTC');
  return start.add(Temporal.Duration.from(validity), { overflow: 'constrain' }).epochMilliseconds;
}

const bounded = validities.filter((validity) => validity !== 'never');
const instants = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2400, 0, 1) });

describe('against a second calendar', () => {
  it('VA-5 every validity from every day of a leap year, the year before and the century that is none', () => {
    for (const year of [2023, 2024, 2025, 1999, 2000, 2099, 2100])
      for (let day = 0; day < 366; day++)
        for (const validity of bounded) {
          const from = Date.UTC(year, 0, 1, 23, 59, 59, 999) + day * 86_400_000;
          expect(addValidity(from, validity), `${formatInstant(from)} + ${validity}`).toBe(
            endByTemporal(from, validity),
          );
        }
  });

  it('VA-5 any validity from any instant', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...bounded), (from, validity) => {
        expect(addValidity(from, validity)).toBe(endByTemporal(from, validity));
      }),
      { numRuns: 20_000 },
    );
  });

  it('VA-4 a date-time means the same instant, whatever its offset and fraction', () => {
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(instants, offsets, fc.nat(999_999_999), (at, minutes, nanoseconds) => {
        const sign = minutes < 0 ? '-' : '+';
        const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const offset = `${sign}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
        const local = new Date(Math.floor(at / 1000) * 1000 + minutes * 60_000).toISOString().slice(0, 19);
        const text = `${local}.${String(nanoseconds).padStart(9, '0')}${offset}`;
        const parsed = parseInstant(text);
        expect(parsed.ok && parsed.value).toBe(Temporal.Instant.from(text).epochMilliseconds);
      }),
      { numRuns: 5000 },
    );
  });
});
