import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** The public part of a token: 16 base62 characters, the key of its record. Spec: TK-1 */
export type TokenId = string;

/*
 * Layout, counted from the end because the prefix varies:
 *   prefix _ id(16) _ secret(43) check(6)
 */
const idLength = 16;
const secretLength = 43;
const checkLength = 6;
const tailLength = 1 + idLength + 1 + secretLength + checkLength;
const underscore = 0x5f;

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Marks the separator in the table below. */
const separator = 64;
/** What each Latin-1 character stands for as a base62 digit; -1 wraps to 255 where it is none. */
const digits = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, code) =>
  code === underscore ? separator : base62.indexOf(String.fromCharCode(code)),
);
/** The digit at a place; not below 62, and beyond Latin-1 not even a number, where there is none. */
const digitAt = (text: string, index: number): number => digits[text.charCodeAt(index)] as number;

/** True for a prefix that tokens may have: a small letter, then 1 to 9 small letters or digits. Spec: TK-1 */
export function isTokenPrefix(text: string): boolean {
  if (text.length < 2 || text.length > 10 || !isLower(text.charCodeAt(0))) return false;
  for (let index = 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (!isLower(code) && !isDigit(code)) return false;
  }
  return true;
}

/** True for 16 base62 characters, the form of the id in a token's text and in its record. Spec: TK-1 */
export function isTokenId(text: string): boolean {
  if (text.length !== idLength) return false;
  for (let index = 0; index < idLength; index++) if (!(digitAt(text, index) < 62)) return false;
  return true;
}

const crcTable = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ 0xedb88320;
  return rest;
});

/** CRC-32 (IEEE 802.3) of an ASCII text, as an unsigned number. Spec: TK-1 */
export function crc32(text: string): number {
  let rest = -1;
  for (let index = 0; index < text.length; index++) rest = crcStep(rest, text.charCodeAt(index));
  return ~rest >>> 0;
}

const crcStep = (rest: number, code: number): number =>
  (rest >>> 8) ^ (crcTable[(rest ^ code) & 0xff] as number);

/** The six base62 digits of the check over a text, most significant first. */
function checkOf(text: string): string {
  let rest = crc32(text);
  let check = '';
  for (let place = 0; place < checkLength; place++) {
    check = base62.charAt(rest % 62) + check;
    rest = Math.floor(rest / 62);
  }
  return check;
}

/**
 * True for the text of a token: prefix, lengths, alphabet and checksum hold. Never hashes; a text of another
 * length is turned away at once. Spec: TK-1, TK-3
 *
 * @example
 * isTokenText('correct horse battery staple'); // false
 */
export function isTokenText(text: string, prefix = 'lk'): boolean {
  const { length } = text;
  const start = prefix.length;
  if (length !== start + tailLength || !text.startsWith(prefix) || !isTokenPrefix(prefix)) return false;
  if (!hasLayout(text)) return false;
  const end = length - checkLength;
  let rest = -1;
  let separators = 0;
  // One pass for alphabet and checksum together. Written with `!(… < …)` for characters beyond the table.
  for (let index = 0; index < end; index++) {
    const digit = digitAt(text, index);
    if (!(digit < 62)) {
      if (digit !== separator) return false;
      separators++;
    }
    rest = crcStep(rest, text.charCodeAt(index));
  }
  if (separators !== 2) return false;
  let check = 0;
  for (let index = end; index < length; index++) {
    const digit = digitAt(text, index);
    if (!(digit < 62)) return false;
    check = check * 62 + digit;
  }
  return check === ~rest >>> 0;
}

/** Whether the two separators stand where a token has them. */
const hasLayout = (text: string): boolean =>
  text.charCodeAt(text.length - tailLength) === underscore &&
  text.charCodeAt(text.length - tailLength + idLength + 1) === underscore;

const assertLayout = (text: string): void => {
  if (!hasLayout(text)) throw new TypeError('This is not the text of a token.');
};

/** The public id in a token's text; the text must be one (`isTokenText`). Spec: TK-1 */
export function tokenId(text: string): TokenId {
  assertLayout(text);
  return text.slice(text.length - tailLength + 1, text.length - tailLength + 1 + idLength);
}

/** The 43 secret characters in a token's text (`isTokenText` holds). Never for output. Spec: TK-2 */
export function tokenSecret(text: string): string {
  assertLayout(text);
  return text.slice(-checkLength - secretLength, -checkLength);
}

/**
 * The digest stored for a token's text: SHA-256 of its secret or, with a pepper, HMAC-SHA-256 of id and
 * secret; base64url, 43 characters. Throws a TypeError, which does not show the text, for anything that is
 * not a token's text: it may be a password, and those are never hashed. Spec: TK-2, TK-3
 */
export function digestToken(text: string, pepper?: Uint8Array): string {
  if (!isTokenText(text, text.slice(0, -tailLength))) throw new TypeError('This is not the text of a token.');
  return pepper === undefined
    ? sha256Text(tokenSecret(text))
    : hmacBy(pepper)(tokenId(text) + tokenSecret(text));
}

/** A digest of an ASCII text: base64url without padding. Throws a TypeError for other characters. */
export type TextHash = (text: string) => string;

/** A hash of @noble/hashes that has taken in nothing but its key. */
interface Begun<T> {
  update(bytes: Uint8Array): unknown;
  digestInto(out: Uint8Array): void;
  destroy(): void;
  _cloneInto(to?: T): T;
}

/** Where all digests are put; each is read before the next is made. */
const digestBytes = /* @__PURE__ */ new Uint8Array(32);

/** Begins every digest from a copy of one state, in the same memory: setting up costs half of a short hash. */
function hashFrom<T extends Begun<T>>(begun: T): TextHash {
  let state = begun._cloneInto();
  let bytes = new Uint8Array(secretLength);
  return (text) => {
    if (bytes.length !== text.length) bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) throw new TypeError('Only ASCII text is hashed.');
      bytes[index] = code;
    }
    state = begun._cloneInto(state);
    state.update(bytes);
    state.digestInto(digestBytes);
    // What was hashed stays in memory no longer than needed.
    state.destroy();
    bytes.fill(0);
    return base64urlOf(digestBytes);
  };
}

/** SHA-256 of an ASCII text. */
export const sha256Text: TextHash = /* @__PURE__ */ hashFrom(/* @__PURE__ */ sha256.create());

/** HMAC-SHA-256 under one key. */
export const hmacBy = (pepper: Uint8Array): TextHash => hashFrom(hmac.create(sha256, pepper));

/** The characters of base64url by what they stand for. */
const sextets = /* @__PURE__ */ Uint8Array.from(base64url, (character) => character.charCodeAt(0));
/** The digest in hand, as character codes. */
const codes = /* @__PURE__ */ new Array<number>(43).fill(0);

/** Base64url of 32 bytes: ten groups of three, then two bytes that fill 16 of 18 bits. */
function base64urlOf(bytes: Uint8Array): string {
  let place = 0;
  for (let index = 0; index < 30; index += 3) {
    const group = (at(bytes, index) << 16) | (at(bytes, index + 1) << 8) | at(bytes, index + 2);
    codes[place++] = sextet(group >> 18);
    codes[place++] = sextet(group >> 12);
    codes[place++] = sextet(group >> 6);
    codes[place++] = sextet(group);
  }
  const rest = (at(bytes, 30) << 10) | (at(bytes, 31) << 2);
  codes[place++] = sextet(rest >> 12);
  codes[place++] = sextet(rest >> 6);
  codes[place] = sextet(rest);
  // Made at once: a text built by adding would be a rope that the comparison has to flatten.
  return String.fromCharCode.apply(null, codes);
}

const at = (bytes: Uint8Array, index: number): number => bytes[index] as number;
const sextet = (bits: number): number => at(sextets, bits & 0x3f);

/** True when two digests are equal, in time that depends on their length only. Spec: TK-2 */
export function equalDigests(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

/** Bytes asked for beyond the characters wanted: one byte in 32 is thrown away. */
const spare = 8;
/** A sound source needs a second batch now and then; one that needs so many is broken. */
const mostBatches = 16;

/** Uniform base62 characters: bytes from 248 on are thrown away, because 248 is the last multiple of 62. */
function randomCharacters(count: number, random: (bytes: number) => Uint8Array): string {
  const batch = count + spare;
  let text = '';
  for (let round = 0; round < mostBatches; round++) {
    const bytes = random(batch);
    if (!(bytes instanceof Uint8Array) || bytes.length !== batch)
      throw new TypeError('The random source has to give as many bytes as it is asked for.');
    for (const byte of bytes) {
      if (byte < 248) text += base62.charAt(byte % 62);
      if (text.length === count) return text;
    }
  }
  throw new TypeError('The random source gives no usable bytes.');
}

/**
 * A new token: its id and its text, which nobody can show again. `random` must be a cryptographic source.
 * Throws a TypeError for a prefix that is none and for a random source that does not work. Spec: TK-1
 *
 * @example
 * const { id, text } = composeToken('lk', (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
 */
export function composeToken(
  prefix: string,
  random: (bytes: number) => Uint8Array,
): { readonly id: TokenId; readonly text: string } {
  if (!isTokenPrefix(prefix))
    throw new TypeError('A token prefix is a small letter and 1 to 9 small letters or digits.');
  // Drawn apart: an id cut out of a longer text could keep the secret in memory as long as itself.
  const id = randomCharacters(idLength, random);
  const body = `${prefix}_${id}_${randomCharacters(secretLength, random)}`;
  return { id, text: body + checkOf(body) };
}
