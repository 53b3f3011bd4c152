import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  composeToken,
  crc32,
  digestToken,
  isTokenId,
  isTokenPrefix,
  isTokenText,
  tokenId,
  tokenSecret,
} from '../../src/token/text.ts';

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC-32 written anew, bit by bit and with big integers. */
function plainCrc32(text: string): bigint {
  let rest = 0xffffffffn;
  for (const character of text) {
    rest ^= BigInt(character.charCodeAt(0) & 0xff);
    for (let bit = 0; bit < 8; bit++) rest = rest & 1n ? (rest >> 1n) ^ 0xedb88320n : rest >> 1n;
  }
  return rest ^ 0xffffffffn;
}
const checkOf = (text: string): string =>
  Array.from(
    { length: 6 },
    (_, place) => alphabet[Number((plainCrc32(text) / 62n ** BigInt(5 - place)) % 62n)],
  ).join('');
const sealed = (body: string): string => body + checkOf(body);

const id = '0123456789ABCDEF';
const secret = 'GHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw';
const sample = sealed(`lk_${id}_${secret}`);
const base62 = (length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
const prefixes = fc
  .tuple(
    fc.constantFrom(...'abkz'),
    fc.string({ unit: fc.constantFrom(...'abkz059'), minLength: 1, maxLength: 9 }),
  )
  .map((parts) => parts.join(''));
const texts = fc.tuple(prefixes, base62(16), base62(43)).map(([prefix, ownId, ownSecret]) => ({
  prefix,
  ownId,
  ownSecret,
  text: sealed(`${prefix}_${ownId}_${ownSecret}`),
}));

describe('the text of a token', () => {
  it('TK-1 the checksum is CRC-32 as published', () => {
    expect(crc32('123456789').toString(16)).toBe('cbf43926');
    expect(crc32('')).toBe(0);
    expect(crc32('The quick brown fox jumps over the lazy dog')).toBe(0x414fa339);
  });

  it('TK-1 a check whose digits carry over, or that has a character which is no digit, is none', () => {
    // Found by trying: a check that ends in 2, for which `_` read as 64 would be 1 carried and 2 left.
    let tried = 0;
    for (let count = 0; tried < 20; count++) {
      const body = `lk_${id}_${secret.slice(0, 37)}${String(count).padStart(6, '0')}`;
      const text = sealed(body);
      expect(isTokenText(text)).toBe(true);
      const [before = '', last] = [text.charAt(67), text.charAt(68)];
      const place = alphabet.indexOf(before);
      if (last === '2' && place >= 1) {
        tried++;
        expect(isTokenText(`${text.slice(0, 67)}${alphabet.charAt(place - 1)}_`)).toBe(false);
      }
      if (last === '7' && place >= 4) {
        tried++;
        expect(isTokenText(`${text.slice(0, 67)}${alphabet.charAt(place - 4)}-`)).toBe(false);
      }
    }
  });

  it('TK-1 the checksum is that of the definition, bit by bit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        expect(crc32(text)).toBe(Number(plainCrc32(text)));
      }),
    );
  });

  it('TK-1 a known token', () => {
    expect(sample).toHaveLength(69);
    expect(sample).toBe('lk_0123456789ABCDEF_GHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw0n7Cpf');
    expect(isTokenText(sample)).toBe(true);
    expect(isTokenText(sample, 'lk')).toBe(true);
    expect(sample).toMatch(/^\blk_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}\b$/);
    expect([tokenId(sample), tokenSecret(sample)]).toEqual([id, secret]);
  });

  it('TK-1 a check with leading zeros is padded', () => {
    let body = '';
    for (let count = 0; ; count++) {
      body = `lk_${id}_${String(count).padStart(43, '0')}`;
      if (checkOf(body).startsWith('00')) break;
    }
    expect(isTokenText(sealed(body))).toBe(true);
    const digest = digestToken(sealed(body));
    expect(digest).toHaveLength(43);
  });

  it('TK-1 every prefix, id and secret makes a token text, for its own prefix only', () => {
    fc.assert(
      fc.property(texts, prefixes, ({ prefix, ownId, ownSecret, text }, other) => {
        expect(isTokenText(text, prefix)).toBe(true);
        expect(isTokenText(text, other)).toBe(other === prefix);
        expect(tokenId(text)).toBe(ownId);
        expect(tokenSecret(text)).toBe(ownSecret);
      }),
    );
  });

  it('TK-1 changing any one character makes it no token text', () => {
    for (let index = 0; index < sample.length; index++)
      for (const character of `${alphabet}_-+ \0\u00e9\u0130`) {
        if (character === sample[index]) continue;
        const changed = sample.slice(0, index) + character + sample.slice(index + 1);
        expect([changed, isTokenText(changed)]).toEqual([changed, false]);
      }
  });

  it('TK-1 swapping two neighbours makes it no token text', () => {
    for (let index = 0; index + 1 < sample.length; index++) {
      const [a = '', b = ''] = [sample[index], sample[index + 1]];
      if (a === b) continue;
      expect(isTokenText(sample.slice(0, index) + b + a + sample.slice(index + 2))).toBe(false);
    }
  });

  it.each([
    ['a blank in front', ` ${sample}`],
    ['a blank behind', `${sample} `],
    ['the prefix in capitals', sealed(`LK_${id}_${secret}`)],
    ['a hyphen in the id', sealed(`lk_0123456789ABCDE-_${secret}`)],
    ['a separator in the id', sealed(`lk_0123456789ABCDE__${secret}`)],
    ['a separator in the secret', sealed(`lk_${id}_${secret.slice(1)}_`)],
    ['a hyphen in the secret', sealed(`lk_${id}_${secret.slice(1)}-`)],
    ['a letter beyond ASCII in the secret', sealed(`lk_${id}_${secret.slice(1)}\u00e9`)],
    ['the first separator a place too late', sealed(`lk0_${id.slice(1)}_${secret}`)],
    ['the second separator a place too early', sealed(`lk_${id.slice(1)}_0${secret}`)],
    ['a hyphen for the first separator', sealed(`lk-${id}_${secret}`)],
    ['a hyphen for the second separator', sealed(`lk_${id}-${secret}`)],
    ['a short secret', sealed(`lk_${id}_${secret.slice(1)}`)],
    ['a long secret', sealed(`lk_${id}_${secret}0`)],
    ['a check that wraps around', `${sample.slice(0, 63)}zzzzzz`],
    ['nothing', ''],
    ['a password', 'correct horse battery staple'],
    ['a password of the same length', 'x'.repeat(69)],
    ['a password beyond Latin-1 of the same length', `lk_${'\u4e2d'.repeat(66)}`],
  ])('TK-1 %s is no token text', (_, text) => {
    expect(isTokenText(text)).toBe(false);
  });

  it('TK-1 a check of more than 32 bits is not taken for its remainder', () => {
    const value = [...checkOf(sample.slice(0, 63))].reduce(
      (sum, digit) => sum * 62 + alphabet.indexOf(digit),
      0,
    );
    let rest = value + 2 ** 32;
    let digits = '';
    for (let place = 0; place < 6; place++) {
      digits = alphabet.charAt(rest % 62) + digits;
      rest = Math.floor(rest / 62);
    }
    expect(isTokenText(sample.slice(0, 63) + digits)).toBe(false);
  });

  it.each(['lk', 'a0', 'z9', 'abcdefghij', 'k8s'])('TK-1 %s is a prefix', (prefix) => {
    expect(isTokenPrefix(prefix)).toBe(true);
    expect(isTokenText(sealed(`${prefix}_${id}_${secret}`), prefix)).toBe(true);
  });

  it.each(['', 'l', 'abcdefghijk', '1k', 'Lk', 'lK', 'l_', 'l-', 'lé', ' lk', 'l{', 'l/', 'l:', '`k', '{k'])(
    'TK-1 %j is no prefix, and no token has it',
    (prefix) => {
      expect(isTokenPrefix(prefix)).toBe(false);
      expect(isTokenText(sealed(`${prefix}_${id}_${secret}`), prefix)).toBe(false);
      expect(() => composeToken(prefix, random)).toThrow(TypeError);
      expect(() => digestToken(sealed(`${prefix}_${id}_${secret}`))).toThrow(TypeError);
    },
  );

  it('TK-1 an id is 16 base62 characters', () => {
    expect(isTokenId(id)).toBe(true);
    for (const text of [
      '',
      id.slice(1),
      `${id}0`,
      `${id.slice(1)}_`,
      `${id.slice(1)}-`,
      `\u00e9${id.slice(1)}`,
      `\u4e2d${id.slice(1)}`,
    ])
      expect(isTokenId(text)).toBe(false);
  });
});

describe('composeToken', () => {
  it('TK-1 makes token texts, each with its id', () => {
    const seen = new Set<string>();
    for (let count = 0; count < 200; count++) {
      const token = composeToken('lk', random);
      expect(isTokenText(token.text)).toBe(true);
      expect(tokenId(token.text)).toBe(token.id);
      seen.add(token.text).add(token.id);
    }
    expect(seen.size).toBe(400);
  });

  it('TK-1 each character comes from one byte, and bytes from 248 on are thrown away', () => {
    let next = 0;
    const rising = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => next++ % 256);
    const drawn: number[] = [];
    const spied = (bytes: number): Uint8Array => {
      const batch = rising(bytes);
      drawn.push(...batch);
      return batch;
    };
    next = 240;
    const { id: ownId } = composeToken('lk', spied);
    const kept = drawn.filter((byte) => byte < 248).slice(0, 16);
    expect(ownId).toBe(kept.map((byte) => alphabet[byte % 62]).join(''));
    expect(drawn.slice(0, 16)).toContain(248);
  });

  it('TK-1 asks again as long as bytes are missing', () => {
    const asked: number[] = [];
    const sparse = (bytes: number): Uint8Array => {
      asked.push(bytes);
      return new Uint8Array(bytes).fill(255).fill(7, 0, 5);
    };
    const { text } = composeToken('lk', sparse);
    expect(text.slice(0, 63)).toBe(`lk_${'7'.repeat(16)}_${'7'.repeat(43)}`);
    // 5 usable bytes a time: four times for 16 characters, nine times for 43.
    expect(asked).toHaveLength(4 + 9);
    expect(asked.every((bytes) => bytes > 0)).toBe(true);
  });

  it('TK-1 every character is equally likely', () => {
    const counts = new Map<string, number>();
    for (let count = 0; count < 1_000; count++)
      for (const character of composeToken('lk', random).text.slice(3, 63).replace('_', ''))
        counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(62);
    const expected = (1_000 * 59) / 62;
    const chiSquare = [...counts.values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    // 61 degrees of freedom: beyond 140 less than one time in ten million; a bare remainder gives about 3,000.
    expect(chiSquare).toBeLessThan(140);
  });

  it('TK-1 a source that gives nothing usable, or not what was asked for, is misuse', () => {
    const endless = vi.fn((bytes: number) => new Uint8Array(bytes).fill(248));
    expect(() => composeToken('lk', endless)).toThrow(
      new TypeError('The random source gives no usable bytes.'),
    );
    expect(endless.mock.calls).toEqual(Array.from({ length: 16 }, () => [24]));
    expect(() => composeToken('lk', () => new Uint8Array(0))).toThrow(TypeError);
    expect(() => composeToken('lk', (bytes) => new Uint8Array(bytes + 1))).toThrow('as many bytes');
    expect(() => composeToken('lk', ((bytes: number) => 'x'.repeat(bytes)) as never)).toThrow(
      'as many bytes',
    );
    expect(() => composeToken('LK', random)).toThrow('A token prefix is');
  });
});
