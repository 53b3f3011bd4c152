import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, isInstant, lastInstant, parseInstant } from '../../src/parse/instant.ts';

const codeOf = (text: string): string | number => {
  const parsed = parseInstant(text);
  return parsed.ok ? parsed.value : parsed.problem.code;
};

describe('parseInstant', () => {
  it.each([
    ['2030-01-31T12:34:56Z', '2030-01-31T12:34:56.000Z'],
    ['2030-01-31T12:34Z', '2030-01-31T12:34:00.000Z'],
    ['2030-01-31T00:00:00Z', '2030-01-31T00:00:00.000Z'],
    ['2030-12-31T23:59:59Z', '2030-12-31T23:59:59.000Z'],
    ['2030-01-31T12:34:56.7Z', '2030-01-31T12:34:56.700Z'],
    ['2030-01-31T12:34:56,78Z', '2030-01-31T12:34:56.780Z'],
    ['2030-01-31T12:34:56.789Z', '2030-01-31T12:34:56.789Z'],
    ['2030-01-31T12:34:56.7899999Z', '2030-01-31T12:34:56.789Z'],
    ['2030-01-31T12:34:56.000999Z', '2030-01-31T12:34:56.000Z'],
    [`2030-01-31T12:34:56.${'9'.repeat(5_000)}Z`, '2030-01-31T12:34:56.999Z'],
    ['2030-01-31T12:34:56+02:00', '2030-01-31T10:34:56.000Z'],
    ['2030-01-31T12:34:56+0200', '2030-01-31T10:34:56.000Z'],
    ['2030-01-31T12:34:56+02', '2030-01-31T10:34:56.000Z'],
    ['2030-01-31T12:34+02', '2030-01-31T10:34:00.000Z'],
    ['2030-01-31T12:34:56.5-05:30', '2030-01-31T18:04:56.500Z'],
    ['2030-01-31T12:34:56-0530', '2030-01-31T18:04:56.000Z'],
    ['2030-01-31T23:30:00-01:00', '2030-02-01T00:30:00.000Z'],
    ['2030-01-01T00:30:00+01:00', '2029-12-31T23:30:00.000Z'],
    ['2030-01-31T12:00:00+00:00', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00-00:00', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00+23:59', '2030-01-30T12:01:00.000Z'],
    ['2030-01-31T12:00:00-23:59', '2030-02-01T11:59:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['2400-02-29T00:00:00Z', '2400-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['0050-06-15T00:00:00Z', '0050-06-15T00:00:00.000Z'],
    ['0099-12-31T00:00:00Z', '0099-12-31T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('VA-4 %s', (text, expected) => {
    const parsed = parseInstant(text);
    expect(parsed.ok && new Date(parsed.value).toISOString()).toBe(expected);
  });

  it.each([
    ['2030-01-31T12:34:56', 'instant-without-offset'],
    ['2030-1--01T12:00:00Z', 'instant-malformed'],
    ['2030-01-1xT12:00:00Z', 'instant-malformed'],
    ['2030-01-31T1x:00Z', 'instant-malformed'],
    ['2030-01-31T12:00+1x:30', 'instant-malformed'],
    ['2030-01-31T12:00+1x', 'instant-malformed'],
    ['2030-01-31T12:00+02:3x', 'instant-malformed'],
    ['2030-01-31T12:34', 'instant-without-offset'],
    ['2030-01-31T12:34:56.789', 'instant-without-offset'],
    ['2030-01-31', 'instant-without-time'],
    ['2030-01-31Z', 'instant-without-time'],
    ['2030-01-31+02:00', 'instant-without-time'],
    ['2030-01-31-02:00', 'instant-without-time'],
    ['2030-01-31T', 'instant-without-time'],
    ['2030-01-31TZ', 'instant-without-time'],
    ['2030-01-31T+02:00', 'instant-without-time'],
    ['2030-W05-4T12:00:00Z', 'instant-week-date'],
    ['2030-W05', 'instant-week-date'],
    ['2030W054T120000Z', 'instant-week-date'],
    ['2030-031T12:00:00Z', 'instant-ordinal-date'],
    ['2030-031', 'instant-ordinal-date'],
    ['2030031T120000Z', 'instant-ordinal-date'],
    ['2030031', 'instant-ordinal-date'],
    ['2030-01-31T24:00:00Z', 'instant-hour-24'],
    ['2030-01-31T24:00Z', 'instant-hour-24'],
    ['2030-01-31T25:00:00Z', 'instant-impossible-hour'],
    ['2030-01-31T99:00:00Z', 'instant-impossible-hour'],
    ['2030-01-31T23:60:00Z', 'instant-impossible-minute'],
    ['2030-01-31T23:59:60Z', 'instant-leap-second'],
    ['2016-12-31T23:59:60.5Z', 'instant-leap-second'],
    ['2030-01-31T23:59:61Z', 'instant-impossible-second'],
    ['2030-00-10T00:00:00Z', 'instant-impossible-month'],
    ['2030-13-10T00:00:00Z', 'instant-impossible-month'],
    ['2030-01-00T00:00:00Z', 'instant-impossible-day'],
    ['2030-01-32T00:00:00Z', 'instant-impossible-day'],
    ['2030-02-29T00:00:00Z', 'instant-impossible-day'],
    ['2028-02-30T00:00:00Z', 'instant-impossible-day'],
    ['2100-02-29T00:00:00Z', 'instant-impossible-day'],
    ['2030-04-31T00:00:00Z', 'instant-impossible-day'],
    ['2030-01-31T12:00:00+24:00', 'instant-offset-out-of-range'],
    ['2030-01-31T12:00:00+24', 'instant-offset-out-of-range'],
    ['2030-01-31T12:00:00-0260', 'instant-offset-out-of-range'],
    ['2030-01-31T12:00:00+02:60', 'instant-offset-out-of-range'],
    ['30-01-31T12:00:00Z', 'instant-year-not-4-digits'],
    ['203-01-31T12:00:00Z', 'instant-year-not-4-digits'],
    ['20300-01-31T12:00:00Z', 'instant-year-not-4-digits'],
    ['+002030-01-31T12:00:00Z', 'instant-year-not-4-digits'],
    ['-2030-01-31T12:00:00Z', 'instant-year-not-4-digits'],
    ['+2030-01-31T12:00:00Z', 'instant-year-not-4-digits'],
    ['', 'instant-malformed'],
    ['tomorrow', 'instant-malformed'],
    ['never', 'instant-malformed'],
    ['Z', 'instant-malformed'],
    ['T', 'instant-malformed'],
    ['+', 'instant-malformed'],
    ['-', 'instant-malformed'],
    ['--01-31T12:00:00Z', 'instant-malformed'],
    ['P6M', 'instant-malformed'],
    ['1896084000000', 'instant-malformed'],
    ['2030', 'instant-malformed'],
    ['2030-01', 'instant-malformed'],
    ['2030-1-31T12:00:00Z', 'instant-malformed'],
    ['2030-01-1T12:00:00Z', 'instant-malformed'],
    ['2030-01-311T12:00:00Z', 'instant-malformed'],
    ['2030-0131T12:00:00Z', 'instant-malformed'],
    ['2030-01/31T12:00:00Z', 'instant-malformed'],
    ['2030/01/31T12:00:00Z', 'instant-malformed'],
    ['20300131T120000Z', 'instant-malformed'],
    ['2030031X', 'instant-malformed'],
    ['203W05', 'instant-malformed'],
    ['20300W05', 'instant-malformed'],
    ['2030-01-31 12:00:00Z', 'instant-malformed'],
    ['2030-01-31t12:00:00Z', 'instant-malformed'],
    ['2030-01-31T12:00:00z', 'instant-malformed'],
    [' 2030-01-31T12:00:00Z', 'instant-malformed'],
    ['2030-01-31T12:00:00Z ', 'instant-malformed'],
    ['2030-01-31T12:00:00ZZ', 'instant-malformed'],
    ['2030-01-31T12:00:00 Z', 'instant-malformed'],
    ['2030-01-31T12Z', 'instant-malformed'],
    ['2030-01-31T1200Z', 'instant-malformed'],
    ['2030-01-31T1:00Z', 'instant-malformed'],
    ['2030-01-31T12-00Z', 'instant-malformed'],
    ['2030-01-31T12:0Z', 'instant-malformed'],
    ['2030-01-31T12:000Z', 'instant-malformed'],
    ['2030-01-31T12:00:Z', 'instant-malformed'],
    ['2030-01-31T12:00:0Z', 'instant-malformed'],
    ['2030-01-31T12:00:000Z', 'instant-malformed'],
    ['2030-01-31T12:00.5Z', 'instant-malformed'],
    ['2030-01-31T12:00:00.Z', 'instant-malformed'],
    ['2030-01-31T12:00:00,Z', 'instant-malformed'],
    ['2030-01-31T12:00:00.1.2Z', 'instant-malformed'],
    ['2030-01-31T12:00:00;5Z', 'instant-malformed'],
    ['2030-01-31T12:00:00+', 'instant-malformed'],
    ['2030-01-31T12:00:00+2', 'instant-malformed'],
    ['2030-01-31T12:00:00+020', 'instant-malformed'],
    ['2030-01-31T12:00:00+02000', 'instant-malformed'],
    ['2030-01-31T12:00:00+02:', 'instant-malformed'],
    ['2030-01-31T12:00:00+02:0', 'instant-malformed'],
    ['2030-01-31T12:00:00+02:000', 'instant-malformed'],
    ['2030-01-31T12:00:00+2:00', 'instant-malformed'],
    ['2030-01-31T12:00:00+02:00Z', 'instant-malformed'],
    ['2030-01-31T12:00:00+0200Z', 'instant-malformed'],
    ['2030-01-31T12:00:00+02Z', 'instant-malformed'],
    ['2030-01-31T12:00:00+02:00:00', 'instant-malformed'],
    ['2030-01-31T12:00:00\u221202:00', 'instant-malformed'],
    ['\u0662\u0660\u0663\u0660-01-31T12:00:00Z', 'instant-malformed'],
    ['2030-01-31T12:00:00Z[Europe/Berlin]', 'instant-malformed'],
  ])('VA-4 %j is refused as %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('VA-4 an issue has an empty path, its own words, a sample, and nothing of the text', () => {
    const parsed = parseInstant('lk_secret');
    expect(parsed).toEqual({
      ok: false,
      problem: {
        code: 'instant-malformed',
        path: [],
        message: 'Not a date and time of the form YYYY-MM-DDTHH:MM:SSZ.',
        hint: 'Such as 2030-01-31T12:00:00Z.',
      },
    });
    const messages = ['x', '2030-01-31', '2030-W01', '2030-001', '2030-01-31T12:00', '2030-01-31T24:00Z'].map(
      (text) => {
        const result = parseInstant(text);
        return result.ok ? '' : result.problem.message;
      },
    );
    expect(new Set(messages).size).toBe(messages.length);
    for (const message of messages) expect(message).toMatch(/^[A-Z].*\.$/);
  });

  it('VA-4 the last day of every month exists and the next does not', () => {
    for (const year of [1900, 2000, 2023, 2024, 2100, 2400])
      for (let month = 1; month <= 12; month++) {
        const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
        const name = `${year}-${String(month).padStart(2, '0')}`;
        expect(codeOf(`${name}-${last}T00:00Z`)).toBe(Date.UTC(year, month - 1, last));
        expect(codeOf(`${name}-${last + 1}T00:00Z`)).toBe('instant-impossible-day');
      }
  });

  it('VA-4 every instant of the years 0 to 9999 reads back from its canonical text', () => {
    const instant = fc.integer({
      min: Date.parse('0000-01-01T00:00:00Z'),
      max: Date.parse('9999-12-31T23:59:59.999Z'),
    });
    fc.assert(
      fc.property(instant, (at) => {
        expect(parseInstant(formatInstant(at))).toEqual({ ok: true, value: at });
      }),
    );
  });

  it('VA-4 what is accepted is what the platform reads, wherever the platform reads it', () => {
    const number = (max: number) =>
      fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
    const text = fc
      .tuple(
        fc.integer({ min: 0, max: 9999 }),
        number(13),
        number(32),
        number(23),
        number(59),
        number(59),
        number(23),
        number(59),
      )
      .map(
        ([year, month, day, hour, minute, second, offset, minutes]) =>
          `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}.125+${offset}:${minutes}`,
      );
    fc.assert(
      fc.property(text, (own) => {
        const exists =
          !Number.isNaN(Date.parse(own)) &&
          new Date(`${own.slice(0, 10)}T00:00Z`).toISOString().startsWith(own.slice(0, 10));
        expect(parseInstant(own)).toEqual(
          exists ? { ok: true, value: Date.parse(own) } : expect.objectContaining({ ok: false }),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('VA-4 every text has an answer', () => {
    const unit = fc.constantFrom(
      '2030',
      '-',
      '01',
      '31',
      'T',
      '12',
      ':',
      '00',
      '.',
      ',',
      'Z',
      '+',
      'W',
      ' ',
      '9',
      '\0',
      'é',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), (parts) => {
        const parsed = parseInstant(parts.join(''));
        expect(parsed.ok ? isInstant(parsed.value) : parsed.problem.code.startsWith('instant-')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('VA-4 a text of many digits takes linear time wherever they stand', () => {
    const digits = '1'.repeat(1_000_000);
    const started = performance.now();
    for (const text of [
      digits,
      `2030-${digits}`,
      `2030-01-${digits}`,
      `2030-01-31T12:00:00.${digits}`,
      `2030-01-31T12:00:00.${digits}Z`,
      `2030-01-31T12:00:00+${digits}`,
    ])
      parseInstant(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('instants', () => {
  it('VA-4 are whole milliseconds within the calendar', () => {
    for (const at of [0, 1, -1, lastInstant, -lastInstant]) expect(isInstant(at)).toBe(true);
    for (const at of [0.5, Number.NaN, Infinity, lastInstant + 1, -lastInstant - 1, '0', null, undefined, 0n])
      expect(isInstant(at)).toBe(false);
  });

  it('VA-4 are written in UTC with milliseconds', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(formatInstant(1_896_084_000_001)).toBe('2030-01-31T10:00:00.001Z');
  });

  it('VA-4 a number that is none is misuse', () => {
    for (const at of [Number.NaN, 0.5, lastInstant + 1]) expect(() => formatInstant(at)).toThrow(TypeError);
    expect(() => formatInstant(Number.NaN)).toThrow('whole number of milliseconds');
  });
});
