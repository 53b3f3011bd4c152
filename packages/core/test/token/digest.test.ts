import { describe, expect, it } from 'vitest';
import { LatchkeyError } from '../../src/errors.ts';
import { compileDigests } from '../../src/token/digest.ts';
import { composeToken, sha256Text, tokenId, tokenSecret } from '../../src/token/text.ts';
import { judgedHmac, judgedSha256 } from '../judge.ts';
import { bytes } from '../world.ts';

const { text } = composeToken('lk', bytes);
const key = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill);
/** What compiling these options is refused for. */
const refusalOf = (options: Parameters<typeof compileDigests>[0]): string => {
  try {
    compileDigests(options);
  } catch (error) {
    if (error instanceof LatchkeyError) return `${error.code}: ${error.message}`;
  }
  return 'not refused';
};

describe('compileDigests', () => {
  it('TK-2 without peppers a digest is SHA-256 of the secret, and no other key version is known', async () => {
    const digests = compileDigests({});
    expect(digests.current).toBeNull();
    expect(digests.of(text, null)).toBe(await judgedSha256(tokenSecret(text)));
    expect(digests.of(text, '1')).toBeNull();
  });

  it('TK-2 with peppers it is HMAC of id and secret under the version of the record', async () => {
    const digests = compileDigests({ peppers: { current: '2', keys: { '1': key(1), '2': key(2) } } });
    expect(digests.current).toBe('2');
    for (const [version, fill] of [
      ['1', 1],
      ['2', 2],
    ] as const)
      expect(digests.of(text, version)).toBe(await judgedHmac(key(fill), tokenId(text) + tokenSecret(text)));
    expect(digests.of(text, null)).toBe(await judgedSha256(tokenSecret(text)));
    expect(digests.of(text, '3')).toBeNull();
  });

  it('TK-2 a SHA-256 of the host is taken when its answer is right', () => {
    const asked: string[] = [];
    const digests = compileDigests({
      sha256: (value) => {
        asked.push(value);
        return sha256Text(value);
      },
    });
    expect(digests.of(text, null)).toBe(sha256Text(tokenSecret(text)));
    expect(asked).toEqual(['abc', tokenSecret(text)]);
  });

  it('TK-2 what cannot be used is misuse', () => {
    expect(refusalOf({ sha256: () => '' })).toMatch(/^sha256-wrong: The given sha256 .*\.$/);
    expect(refusalOf({ peppers: { current: '2', keys: { '1': key(1) } } })).toMatch(
      /^options-invalid: The current pepper is not among the keys\.$/,
    );
    expect(refusalOf({ peppers: { current: '1', keys: { '1': key(1), '2': key(2, 31) } } })).toBe(
      'options-invalid: A pepper has at least 32 bytes.',
    );
  });
});
