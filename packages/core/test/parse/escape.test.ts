import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allHabits, decodeEscapes, escapeBytes, habit } from '../../src/parse/escape.ts';

describe('TA-2 decoding', () => {
  it.each([
    ['%41b%43', 'AbC'],
    ['a', 'a'],
    ['', ''],
    ['%2541', '%41'],
    ['%c3%a9', '\u00e9'],
    ['%F0%9F%98%80', '\u{1f600}'],
    ['%c0%af', '/'],
    ['%e0%80%af', '/'],
    ['%f0%80%80%af', '/'],
    ['%f8%80%80%80%af', '/'],
    ['%fc%80%80%80%80%af', '/'],
    ['%ff', '\ufffd'],
    ['%80', '\ufffd'],
    ['%c3', '\ufffd'],
    ['%c3%41', '\ufffdA'],
    ['%e2%80x', '\ufffd\ufffdx'],
    ['%f7%bf%bf%bf', '\ufffd'],
    ['%f0%9fX', '\ufffd\ufffdX'],
    ['%f4%8f%bf%bf', '\u{10ffff}'],
    ['%c3a80', '\ufffda80'],
    ['%g0041', '%g0041'],
    ['%fe%80%80%80%80%80', '\ufffd'.repeat(6)],
    ['%fd%80%80%80%80%80', '\ufffd'],
    ['%u0041%U00e9', 'A\u00e9'],
    ['%u004', '%u004'],
    ['%u004g', '%u004g'],
    ['%', '%'],
    ['%4', '%4'],
    ['%g1%1g', '%g1%1g'],
    ['%%41', '%A'],
    ['%@1%/1%:1', '%@1%/1%:1'],
    ['%`1', '%`1'],
  ])('TA-2 %j is read as %j', (text, read) => {
    expect(decodeEscapes(text).text).toBe(read);
  });

  it('TA-2 an escaped slash may stay as it is, however it is written', () => {
    const text = 'a%2Fb%2fc%c0%afd%u002fe%41';
    const met = habit.slash | habit.unit | habit.overlong;
    expect(decodeEscapes(text)).toMatchObject({ text: 'a/b/c/d/eA', met });
    expect(decodeEscapes(text, habit.slash)).toMatchObject({ text: 'a%2Fb%2fc%c0%afd%u002feA', met });
    expect(decodeEscapes('%41%2e').met).toBe(0);
  });

  it.each([
    ['%u0041%41', habit.unit, '%u0041A', habit.unit],
    ['%u004%41', habit.unit, '%u004A', 0],
    ['%u002f%2f', habit.unit, '%u002f/', habit.unit | habit.slash],
    ['%c1%81%41', habit.overlong, '\ufffd\ufffdA', habit.overlong],
    ['%e0%80%af/', habit.overlong, '\ufffd\ufffd\ufffd/', habit.overlong | habit.slash],
    ['%c0%80', habit.overlong, '\ufffd\ufffd', habit.overlong],
    ['%c0%af', 0, '/', habit.overlong | habit.slash],
    ['%c0%af%2f', habit.overlong | habit.slash, '\ufffd\ufffd%2f', habit.overlong | habit.slash],
    ['%c0x%ff%80%ed%a0%80', habit.overlong, '\ufffdx\ufffd\ufffd\ud800', 0],
    ['%c3%a9%00', allHabits, '\u00e9\0', 0],
    ['%u002f%c0%ae%2F', allHabits, '%u002f\ufffd\ufffd%2F', allHabits],
  ])('TA-2 %j, with %d left undecoded, is read as %j', (text, habits, read, met) => {
    expect(decodeEscapes(text, habits).text).toBe(read);
    expect(decodeEscapes(text).met).toBe(met);
  });

  it('TA-2 agrees with decodeURIComponent wherever that answers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = encodeURIComponent(text);
        const decoded = decodeEscapes(escaped);
        expect(decoded.text).toBe(text);
        expect([decoded.malformed, decoded.notUtf8]).toEqual([false, false]);
      }),
    );
  });
});

describe('TA-3 what is wrong with escapes', () => {
  it('TA-3 malformed or not UTF-8 exactly when decodeURIComponent refuses', () => {
    const piece = fc.oneof(
      fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
      fc.constantFrom(
        '%c3%a9',
        '%e2%82%ac',
        '%f0%9f%98%80',
        '%ed%a0%80',
        '%c0%80',
        '%f4%90%80%80',
        '%',
        '%u0041',
        'a',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const text = pieces.join('');
        let refuses = false;
        try {
          decodeURIComponent(text);
        } catch {
          refuses = true;
        }
        const { malformed, notUtf8 } = decodeEscapes(text);
        expect(malformed || notUtf8).toBe(refuses);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['%41%zz', true, false],
    ['%u0041', true, false],
    ['%ff', false, true],
    ['%ed%a0%80', false, true],
    ['%ed%bf%bf', false, true],
    ['%f4%90%80%80', false, true],
    ['%f4%8f%bf%bf', false, false],
    ['%c1%bf', false, true],
    ['%c2%80', false, false],
    ['%e0%9f%bf', false, true],
    ['%e0%a0%80', false, false],
    ['%f0%8f%bf%bf', false, true],
    ['%f0%90%80%80', false, false],
    ['%f8%88%80%80%80', false, true],
    ['%ee%80%80', false, false],
    ['%ed%9f%bf', false, false],
  ])('TA-3 %j: malformed %s, not UTF-8 %s', (text, malformed, notUtf8) => {
    expect(decodeEscapes(text)).toMatchObject({ malformed, notUtf8 });
  });
});

describe('TA-2 raw bytes', () => {
  it.each([
    ['/a', null],
    ['', null],
    ['/\u00c0\u00af.', '/%c0%af.'],
    ['\u0080\u00ff', '%80%ff'],
    ['/\u00e9\u0100', null],
  ])('TA-2 the bytes of %j are escaped as %j', (text, escaped) => {
    expect(escapeBytes(text)).toBe(escaped);
  });
});
