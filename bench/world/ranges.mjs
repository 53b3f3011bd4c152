// Mixed ranges of an allow-list, in every notation, and addresses inside and outside of them.
import { below } from './random.mjs';

/**
 * A block that every contender can express: `cidr` for those that know nothing else, `entry` as an administrator
 * would write it, and an address of it.
 *
 * @typedef {object} Block
 * @property {'ipv4' | 'ipv6'} family
 * @property {string} entry
 * @property {string} cidr
 * @property {string} first
 * @property {string} last
 * @property {number} prefix
 * @property {string} member
 */

/** @param {number} value */
const dotted = (value) => `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** A block of IPv4 in a /16 of its own, so that no two overlap. @param {() => number} next @param {number} number @returns {Block} */
function block4(next, number) {
  const base = ((((20 + (number >> 8)) << 24) >>> 0) + ((number & 255) << 16)) >>> 0;
  const prefix = [32, 24, 28, 20, 29][number % 5] ?? 32;
  const size = 2 ** (32 - prefix);
  const first = (base + below(next, 65_536 / size) * size) >>> 0;
  const last = first + size - 1;
  const cidr = `${dotted(first)}/${prefix}`;
  const entry = prefix === 32 ? dotted(first) : number % 5 === 4 ? `${dotted(first)}-${dotted(last)}` : cidr;
  return {
    family: 'ipv4',
    entry,
    cidr,
    first: dotted(first),
    last: dotted(last),
    prefix,
    member: dotted(first + below(next, size)),
  };
}

/** @param {() => number} next @param {number} number @returns {Block} */
function block6(next, number) {
  const net = `2001:db8:${(0x1000 + (number >> 8)).toString(16)}:${(0x1000 + (number & 255)).toString(16)}`;
  const isSingle = number % 3 === 0;
  const member = `${net}::${(1 + below(next, 0xfff0)).toString(16)}`;
  return {
    family: 'ipv6',
    entry: isSingle ? member : `${net}::/64`,
    cidr: isSingle ? `${member}/128` : `${net}::/64`,
    first: isSingle ? member : `${net}::`,
    last: isSingle ? member : `${net}:ffff:ffff:ffff:ffff`,
    prefix: isSingle ? 128 : 64,
    member,
  };
}

/** Blocks, a quarter of them IPv6. @param {() => number} next @param {number} count @returns {Block[]} */
export function blocks(next, count) {
  const made = Array.from({ length: count }, (_, number) =>
    number % 4 === 3 ? block6(next, number >> 2) : block4(next, number),
  );
  // Shuffled, so that a list which is walked from its beginning is not walked in the order of the addresses.
  for (let index = made.length - 1; index > 0; index--) {
    const other = below(next, index + 1);
    [made[index], made[other]] = [/** @type {Block} */ (made[other]), /** @type {Block} */ (made[index])];
  }
  return made;
}

/** An address that no block contains. @param {() => number} next */
export const outsider = (next) =>
  next() < 0.75
    ? `198.${18 + below(next, 2)}.${below(next, 256)}.${below(next, 256)}`
    : `2001:db8:ffff:${below(next, 65_536).toString(16)}::${below(next, 65_536).toString(16)}`;
