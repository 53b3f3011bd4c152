import type { TokenId } from '@latchkey/core';

/** The parts of a token text that a look-up needs. */
export interface TokenParts {
  readonly id: TokenId;
  /** The 43 characters that are hashed. */
  readonly secret: string;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The parts of a text in our format, or null: prefix, lengths, alphabet and checksum. Spec: TK-1, DE-1. */
export function partsOf(text: string, prefix: string): TokenParts | null {
  const match = /^([a-z][a-z0-9]{1,9})_([0-9A-Za-z]{16})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/.exec(text);
  if (match === null || match[1] !== prefix) return null;
  if (text.endsWith('\n')) return null;
  if (match[4] !== checksum(text.slice(0, -6))) return null;
  return { id: match[2] ?? '', secret: match[3] ?? '' };
}

/** The six base62 digits that close a token text. Spec: TK-1. */
export function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < 6; place += 1) {
    digits = ALPHABET.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** The IEEE CRC-32 of an ASCII text, bit by bit. */
function crc32(text: string): number {
  let state = 0xffffffff;
  for (const character of text) {
    state ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) {
      state = (state & 1) === 1 ? (state >>> 1) ^ 0xedb88320 : state >>> 1;
    }
  }
  return (state ^ 0xffffffff) >>> 0;
}
