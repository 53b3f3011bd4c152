import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpt } from '../../src/parse/excerpt.ts';

/** Any UTF-16 text at all, lone surrogates too, most of it in ASCII. */
const anyText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.nat(0x7f) }, fc.nat(0xffff)), { maxLength: 80 })
  .map((codes) => String.fromCharCode(...codes));

describe('excerpts', () => {
  test.each([
    ['', ''],
    ['10.0.0.1', '10.0.0.1'],
    [' ~', ' ~'],
    ['a\r\nb', 'a\\u{d}\\u{a}b'],
    ['\u0000\u001f\u007f', '\\u{0}\\u{1f}\\u{7f}'],
    ['é', '\\u{e9}'],
    ['😀', '\\u{1f600}'],
    ['\ud83d', '\\u{d83d}'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), 'x'.repeat(64)],
    [`${'x'.repeat(59)}\n`, `${'x'.repeat(59)}\\u{a}`],
    [`${'x'.repeat(60)}\nyy`, 'x'.repeat(60)],
    ['\n'.repeat(100), '\\u{a}'.repeat(12)],
  ])('PX the excerpt of %j is %j', (text, shown) => {
    expect(excerpt(text)).toBe(shown);
  });

  test('PX an excerpt is short and printable, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(excerpt(text)).toMatch(/^[\x20-\x7e]{0,64}$/);
      }),
    );
  });
});
