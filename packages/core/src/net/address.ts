import ipaddr from 'ipaddr.js';
import { isCanonical } from './canonical.ts';

/** The two disjoint families of addresses. Spec: AD-3 */
export type Family = 4 | 6;

/** No text of an address, port and zone not counted, is longer; anything over it is refused unread. Spec: AD-1 */
const longestText = 64;

const dot = 0x2e;
const colon = 0x3a;
const zero = 0x30;

/** The groups of the IPv6 text in hand; one buffer for all scans, which never overlap. */
const groups = new Uint16Array(8);

/**
 * Room for one scanned address: four unsigned words of 32 bits, the most significant first.
 * An IPv4 address has its value in word 0, and the others mean nothing.
 */
export const addressWords = (): Uint32Array => new Uint32Array(4);

/**
 * The family of the address that stands in `text` from `start` to before `end`, its value in `words`; 0 where
 * the text is no address. IPv4-mapped text answers as IPv4. Allocates nothing, never throws. Spec: AD-1, AD-2
 */
export function scanAddress(text: string, start: number, end: number, words: Uint32Array): Family | 0 {
  if (end - start > longestText) return 0;
  if (scanDotted(text, start, end, words, 0)) return 4;
  if (!scanGroups(text, start, end, words)) return 0;
  if (words[0] !== 0 || words[1] !== 0 || words[2] !== 0xffff) return 6;
  words[0] = words[3] as number;
  return 4;
}

/** Four decimal parts without leading zeros, into one word. */
function scanDotted(text: string, start: number, end: number, words: Uint32Array, slot: number): boolean {
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === dot) {
      if (part < 0 || ++dots > 3) return false;
      value = (value << 8) | part;
      part = -1;
      continue;
    }
    const digit = code - zero;
    // A further digit after a 0 would be a leading zero, which other readers take as octal.
    if (digit < 0 || digit > 9 || part === 0) return false;
    part = Math.max(part, 0) * 10 + digit;
    if (part > 255) return false;
  }
  if (dots !== 3 || part < 0) return false;
  words[slot] = (value << 8) | part;
  return true;
}

/** RFC 4291 text: up to eight groups, at most one `::`, the last 32 bits perhaps as dotted decimal. */
function scanGroups(text: string, start: number, end: number, words: Uint32Array): boolean {
  let index = start;
  let count = 0;
  let gap = -1;
  if (end - start >= 2 && text.charCodeAt(start) === colon && text.charCodeAt(start + 1) === colon) {
    gap = 0;
    index += 2;
  }
  while (index < end) {
    const begin = index;
    let value = 0;
    let digit = hexDigit(text.charCodeAt(index));
    while (digit >= 0) {
      if (index - begin === 4) return false;
      value = (value << 4) | digit;
      index++;
      digit = index < end ? hexDigit(text.charCodeAt(index)) : -1;
    }
    if (index < end && text.charCodeAt(index) === dot) {
      if (!scanDotted(text, begin, end, words, 3)) return false;
      groups[count++] = (words[3] as number) >>> 16;
      groups[count++] = words[3] as number;
      break;
    }
    if (index === begin) return false;
    // A ninth group is counted and falls outside the buffer.
    groups[count++] = value;
    if (index === end) break;
    if (text.charCodeAt(index++) !== colon || index === end) return false;
    if (text.charCodeAt(index) === colon) {
      if (gap >= 0) return false;
      gap = count;
      index++;
    }
  }
  if (gap < 0 ? count !== 8 : !openGap(gap, count)) return false;
  words[0] = groupPair(0);
  words[1] = groupPair(2);
  words[2] = groupPair(4);
  words[3] = groupPair(6);
  return true;
}

const groupPair = (at: number): number => ((groups[at] as number) << 16) | (groups[at + 1] as number);

/** Moves the groups after `::` to the end and puts zeros in their place; false where eight leave no room for it. */
function openGap(gap: number, count: number): boolean {
  if (count > 7) return false;
  for (let tail = count - 1, place = 7; place >= gap; place--, tail--)
    groups[place] = tail >= gap ? (groups[tail] as number) : 0;
  return true;
}

/** The value of a hexadecimal digit, or a negative number. */
function hexDigit(code: number): number {
  if (code <= 0x39) return code - zero;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/**
 * The family of a socket's peer, as `scanAddress`; a zone is accepted, and left out, on fe80::/10 only.
 * Spec: AD-1
 */
export function scanPeer(text: string, words: Uint32Array): Family | 0 {
  const family = scanAddress(text, 0, text.length, words);
  if (family !== 0 || text.length > longestText) return family;
  // Where there is no `%`, nothing stands before it either, and nothing is no address.
  const percent = text.indexOf('%');
  if (!isZone(text, percent + 1)) return 0;
  const linkLocal = scanAddress(text, 0, percent, words) === 6 && (words[0] as number) >>> 22 === 0x3fa;
  return linkLocal ? 6 : 0;
}

/** Whether the rest of `text` can name an interface: visible ASCII that is no other notation's delimiter. */
function isZone(text: string, start: number): boolean {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || '%/[]'.includes(text.charAt(index))) return false;
  }
  return text.length > start;
}

/** The canonical text of scanned words: dotted decimal or RFC 5952. Spec: AD-2 */
export function formatAddress(family: Family, words: Uint32Array): string {
  const first = words[0] as number;
  if (family === 4) return `${first >>> 24}.${(first >>> 16) & 0xff}.${(first >>> 8) & 0xff}.${first & 0xff}`;
  const parts: number[] = [];
  for (let word = 0; word < 4; word++)
    parts.push((words[word] as number) >>> 16, (words[word] as number) & 0xffff);
  return new ipaddr.IPv6(parts).toRFC5952String();
}

/** The canonical text of `text`, which `scanAddress` has just read whole into `family` and `words`. Spec: AD-2 */
export function canonicalText(text: string, family: Family, words: Uint32Array): string {
  // The gate lets one dotted spelling of a value through, so dotted text is canonical already.
  if (!text.includes(':')) return text;
  return family === 6 && isCanonical(text, words) ? text : formatAddress(family, words);
}

/**
 * The canonical text of an address, or null where `text` is not one; zones, ports, brackets and every
 * lenient spelling are refused. Never throws. Spec: AD-1, AD-2
 *
 * @example
 * parseAddress('::FFFF:10.0.0.1'); // '10.0.0.1'
 * parseAddress('010.0.0.1'); // null
 */
export function parseAddress(text: string): string | null {
  const words = addressWords();
  const family = scanAddress(text, 0, text.length, words);
  return family === 0 ? null : canonicalText(text, family, words);
}

/** The canonical address of a socket's peer and, apart from it, the zone it was written with. Spec: AD-1 */
export function parsePeer(text: string): { readonly address: string; readonly zone: string | null } | null {
  const words = addressWords();
  const family = scanPeer(text, words);
  if (family === 0) return null;
  return { address: canonicalText(text, family, words), zone: text.split('%')[1] ?? null };
}

/** The scanned words as one number, for set arithmetic off the request path. */
export function addressValue(family: Family, words: Uint32Array): bigint {
  if (family === 4) return BigInt(words[0] as number);
  return words.reduce((value, word) => (value << 32n) | BigInt(word), 0n);
}

/** Puts the number of an address into words: the inverse of `addressValue`. */
export function valueWords(family: Family, value: bigint, words: Uint32Array): Uint32Array {
  if (family === 4) words[0] = Number(value);
  else
    [96n, 64n, 32n, 0n].forEach((shift, word) => {
      words[word] = Number(BigInt.asUintN(32, value >> shift));
    });
  return words;
}

/** The canonical text of an address given as a number. */
export const valueText = (family: Family, value: bigint): string =>
  formatAddress(family, valueWords(family, value, addressWords()));
