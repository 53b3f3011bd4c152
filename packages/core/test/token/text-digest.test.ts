import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  composeToken,
  digestToken,
  equalDigests,
  hmacBy,
  sha256Text,
  tokenId,
  tokenSecret,
} from '../../src/token/text.ts';
import { judgedHmac, judgedSha256 } from '../judge.ts';

/** A known token. */
const id = '0123456789ABCDEF';
const secret = 'GHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw';
const sample = `lk_${id}_${secret}0n7Cpf`;
const prefixes = fc.constantFrom('lk', 'a0', 'abcdefghij');
const texts = fc
  .tuple(prefixes, fc.uint8Array({ minLength: 150, maxLength: 150 }))
  .map(
    ([prefix, bytes]) =>
      composeToken(prefix, (count) => bytes.slice(0, count).map((byte) => byte % 248)).text,
  );

describe('digests', () => {
  it('TK-2 SHA-256 of the secret, base64url without padding', async () => {
    expect(digestToken(sample)).toBe(await judgedSha256(secret));
    expect(digestToken(sample)).toBe('LxeBaJWunj3ABxo3HdsHYyrsu_tQavQCagbSZdrWzs8');
    expect(() => sha256Text('é')).toThrow(new TypeError('Only ASCII text is hashed.'));
    expect(sha256Text('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('TK-2 with a pepper, HMAC-SHA-256 of id and secret', async () => {
    const pepper = Uint8Array.from({ length: 32 }, (_, index) => index);
    expect(digestToken(sample, pepper)).toBe(await judgedHmac(pepper, id + secret));
    // The same secret under another id.
    const other = `lk_${id.slice(1)}z_${secret}0KC2zf`;
    expect(digestToken(other)).toBe(digestToken(sample));
    expect(digestToken(other, pepper)).not.toBe(digestToken(sample, pepper));
  });

  it('TK-2 the prefix does not enter a digest', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.uint8Array({ minLength: 1, maxLength: 80 }), async (text, pepper) => {
        const [ownId, ownSecret] = [tokenId(text), tokenSecret(text)];
        expect(digestToken(text)).toBe(await judgedSha256(ownSecret));
        expect(digestToken(text, pepper)).toBe(await judgedHmac(pepper, ownId + ownSecret));
      }),
      { numRuns: 50 },
    );
  });

  it('TK-2 any ASCII text is hashed as the platform hashes it', async () => {
    const ascii = fc.string({
      unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(ascii, async (text) => {
        expect(sha256Text(text)).toBe(await judgedSha256(text));
        expect(hmacBy(Uint8Array.of(1, 2, 3))(text)).toBe(await judgedHmac(Uint8Array.of(1, 2, 3), text));
      }),
      { numRuns: 100 },
    );
  });

  it('TK-2 other characters are misuse, and are not shown', () => {
    for (const text of ['\u0080', 'geheim-ß', '🔑'])
      for (const hash of [() => sha256Text(text), () => hmacBy(Uint8Array.of(1))(text)]) {
        expect(hash).toThrow(TypeError);
        expect(hash).not.toThrow(text);
      }
  });

  it.each([
    '',
    'hunter2',
    sample.slice(1),
    `${sample} `,
    `x${sample}`.slice(0, 69),
    sample.replace('F_G', 'F-G'),
  ])('TK-3 %j is never hashed, and the refusal does not show it', (text) => {
    const digest = (): string => digestToken(text, Uint8Array.of(1));
    expect(digest).toThrow(new TypeError('This is not the text of a token.'));
    expect(() => digestToken(text)).toThrow(TypeError);
  });

  it('TK-3 neither id nor secret is cut out of a text without the layout of a token', () => {
    for (const text of [
      '',
      'hunter2',
      'x'.repeat(69),
      sample.replace('lk_', 'lk-'),
      sample.replace('F_G', 'F-G'),
    ])
      for (const cut of [tokenId, tokenSecret])
        expect(() => cut(text)).toThrow(new TypeError('This is not the text of a token.'));
  });

  it('TK-2 digests compare by every character, and unequal lengths never match', () => {
    const digest = digestToken(sample);
    expect(equalDigests(digest, `${digest}`)).toBe(true);
    expect(equalDigests('', '')).toBe(true);
    expect(equalDigests(digest, digest.slice(1))).toBe(false);
    expect(equalDigests(digest.slice(0, -1), digest)).toBe(false);
    expect(equalDigests('', digest)).toBe(false);
    for (let index = 0; index < digest.length; index++)
      expect(equalDigests(digest, `${digest.slice(0, index)}~${digest.slice(index + 1)}`)).toBe(false);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(equalDigests(a, b)).toBe(a === b);
      }),
    );
    expect(equalDigests('ab', 'ba')).toBe(false);
  });
});
