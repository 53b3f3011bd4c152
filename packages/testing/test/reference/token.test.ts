import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenParts, tokenText } from '../../src/arbitrary/token.ts';
import { checksum, partsOf } from '../../src/reference/token.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('reference token text', () => {
  it('TK-1 has the check value of CRC-32 (IEEE), in base62', () => {
    const value = [...checksum('123456789')].reduce((sum, digit) => sum * 62 + ALPHABET.indexOf(digit), 0);
    expect(value).toBe(0xcbf43926);
    expect(checksum('')).toBe('000000');
  });

  it('TK-1 composes texts of the documented form', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (id, secret) => {
        const text = tokenText(id, secret, 'lk');
        expect(text).toMatch(/^\blk_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}\b$/);
        expect(text).toHaveLength(69);
        expect(partsOf(text, 'lk')).toEqual(tokenParts(text));
      }),
    );
  });

  it('TK-1 refuses another prefix, any changed character and any other length', () => {
    const text = tokenText(1, 1, 'lk');
    expect(partsOf(text, 'lx')).toBeNull();
    for (let at = 0; at < text.length; at += 1) {
      const other = text.charAt(at) === 'x' ? 'y' : 'x';
      expect(partsOf(text.slice(0, at) + other + text.slice(at + 1), 'lk'), `at ${at}`).toBeNull();
    }
    for (const near of [text.slice(1), text.slice(0, -1), `${text}0`, ` ${text}`, `${text}\n`, '']) {
      expect(partsOf(near, 'lk')).toBeNull();
    }
  });
});
