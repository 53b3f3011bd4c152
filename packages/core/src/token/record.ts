import { type EpochMs, isInstant } from '../parse/instant.ts';
import { isTokenId, type TokenId } from './text.ts';
import { addValidity, earlierEnd, type ValidityRules } from './validity.ts';

export type { EpochMs } from '../parse/instant.ts';
export type { TokenId } from './text.ts';

/** Who a user is, as the host's directory writes it; compared exactly. */
export type SubjectId = string;

/** What a token may do: read, or read and write. Spec: SC-1 */
export type Scope = 'read-only' | 'read-write';

/** What is kept of a token: everything but its text. Spec: TK-4 */
export interface TokenRecord {
  readonly id: TokenId;
  /** Base64url of 32 bytes. Spec: TK-2 */
  readonly digest: string;
  /** The pepper that the digest was made with; null for none. */
  readonly keyVersion: string | null;
  readonly label: string;
  /** Whom the token acts as. */
  readonly subject: SubjectId;
  /** Who created it. */
  readonly issuedBy: SubjectId;
  readonly scope: Scope;
  readonly createdAt: EpochMs;
  /** Null for a token that does not end by itself. */
  readonly expiresAt: EpochMs | null;
  readonly lastUsedAt: EpochMs | null;
  readonly revokedAt: EpochMs | null;
  readonly revokedBy: SubjectId | null;
  /** The token that this one was rotated from. */
  readonly replaces: TokenId | null;
}

/** What a known token is worth at an instant, its owner aside. */
export type TokenStatus = 'live' | 'expired' | 'revoked';

/** The most UTF-16 code units that a label may have. */
const longestLabel = 255;
const digestLength = 43;

/**
 * True for a label that a token may carry: 1 to 255 UTF-16 code units, no control characters and no half of a
 * surrogate pair, which stores would keep each in their own way. Spec: TK-4
 */
export function isLabel(text: string): boolean {
  if (text.length < 1 || text.length > longestLabel) return false;
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index) as number;
    if (point < 0x20 || (point >= 0x7f && point <= 0x9f) || (point >= 0xd800 && point <= 0xdfff))
      return false;
    if (point > 0xffff) index++;
  }
  return true;
}

/** Whether a Latin-1 character is one of base64url. */
const isBase64url = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, code) =>
  /[\w-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** True for 43 characters of base64url. Spec: TK-2 */
export const isDigest = (text: string): boolean => {
  if (text.length !== digestLength) return false;
  for (let index = 0; index < digestLength; index++)
    if (isBase64url[text.charCodeAt(index)] !== 1) return false;
  return true;
};

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isNameOrNull = (value: unknown): boolean => value === null || isName(value);
const isInstantOrNull = (value: unknown): boolean => value === null || isInstant(value);
const isScope = (value: unknown): value is Scope => value === 'read-only' || value === 'read-write';

/**
 * True for a whole record: every field there, of its type and in its form. A store's answer that fails this
 * is not believed: a missing or unknown scope must never read as "unrestricted". Spec: TK-4, SC-5
 */
export function isTokenRecord(value: unknown): value is TokenRecord {
  const id = (value as { readonly id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && isTokenId(id) && isRecordOf(value, id) && isDigest(value.digest);
}

/**
 * The same for the record of a known id, but for the characters of its digest: whoever compares the digest with a
 * true one knows them without looking. Spec: TK-4, SC-5
 */
export function isRecordOf(value: unknown, id: TokenId): value is TokenRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as { readonly [K in keyof TokenRecord]: unknown };
  return (
    record.id === id &&
    typeof record.digest === 'string' &&
    isNameOrNull(record.keyVersion) &&
    typeof record.label === 'string' &&
    isLabel(record.label) &&
    isName(record.subject) &&
    isName(record.issuedBy) &&
    isScope(record.scope) &&
    isInstant(record.createdAt) &&
    isInstantOrNull(record.expiresAt) &&
    isInstantOrNull(record.lastUsedAt) &&
    isInstantOrNull(record.revokedAt) &&
    isNameOrNull(record.revokedBy) &&
    (record.replaces === null || (typeof record.replaces === 'string' && isTokenId(record.replaces)))
  );
}

/**
 * When a token ends by the rules in force (null: never): its own end or, where a lowered maximum holds for
 * existing tokens too, the earlier of that and its creation plus the maximum. Nothing is rewritten.
 * Spec: VA-7
 */
export function effectiveExpiry(
  record: Pick<TokenRecord, 'createdAt' | 'expiresAt'>,
  rules: Pick<ValidityRules, 'maximum' | 'existing'>,
): EpochMs | null {
  switch (rules.existing) {
    case 'keep':
      return record.expiresAt;
    case 'clamp':
      return earlierEnd(record.expiresAt, addValidity(record.createdAt, rules.maximum));
  }
}

/**
 * What a token is worth at `now`: expired from its end on, to the millisecond; else revoked; else live.
 * Spec: VA-6, VA-7, decision.md (Facts: token)
 */
export function statusOf(
  record: Pick<TokenRecord, 'createdAt' | 'expiresAt' | 'revokedAt'>,
  rules: Pick<ValidityRules, 'maximum' | 'existing'>,
  now: EpochMs,
): TokenStatus {
  const end = effectiveExpiry(record, rules);
  // Written so that a clock that is no number ends the token rather than keeping it alive.
  if (end !== null && !(now < end)) return 'expired';
  return record.revokedAt === null ? 'live' : 'revoked';
}
