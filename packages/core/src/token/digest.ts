import { LatchkeyError } from '../errors.ts';
import { hmacBy, sha256Text, type TextHash, tokenId, tokenSecret } from './text.ts';

/** Secret keys that digests are bound to, by version; new digests are made with the current one. Spec: TK-2 */
export interface Peppers {
  readonly current: string;
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

/** How the digest of a presented token text is made. Spec: TK-2 */
export interface Digests {
  /** The key version of new records; null without peppers. */
  readonly current: string | null;
  /** The digest under a key version, base64url; null for a version that is not configured. */
  of(tokenText: string, keyVersion: string | null): string | null;
}

/** SHA-256 of 'abc' (FIPS 180-4), base64url. */
const knownAnswer = 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0';

/** The least length of a pepper, in bytes: as many as the hash gives. */
const pepperBytes = 32;

/**
 * The digests that an installation keeps: plain SHA-256 of the secret, or HMAC bound to the record's id.
 * Throws a `LatchkeyError` for a SHA-256 that gives a wrong answer or for unusable peppers. Spec: TK-2
 */
export function compileDigests(options: {
  readonly sha256?: (text: string) => string;
  readonly peppers?: Peppers;
}): Digests {
  const sha256 = options.sha256 ?? sha256Text;
  if (sha256('abc') !== knownAnswer)
    throw new LatchkeyError(
      'sha256-wrong',
      'The given sha256 does not answer SHA-256 in base64url without padding.',
    );
  const keys = new Map(Object.entries(options.peppers?.keys ?? {}));
  const current = options.peppers?.current ?? null;
  if (current !== null && !keys.has(current))
    throw new LatchkeyError('options-invalid', 'The current pepper is not among the keys.');
  for (const key of keys.values())
    if (key.length < pepperBytes)
      throw new LatchkeyError('options-invalid', `A pepper has at least ${pepperBytes} bytes.`);
  const keyed = new Map<string, TextHash>();
  for (const [version, key] of keys) keyed.set(version, hmacBy(key));
  return {
    current,
    of(tokenText, keyVersion) {
      if (keyVersion === null) return sha256(tokenSecret(tokenText));
      const hash = keyed.get(keyVersion);
      return hash === undefined ? null : hash(tokenId(tokenText) + tokenSecret(tokenText));
    },
  };
}
