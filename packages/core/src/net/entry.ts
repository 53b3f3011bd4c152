import { trimmedSlice } from '../parse/forwarded.ts';
import { type Issue, ok, type Result, refused } from '../result.ts';
import { addressValue, addressWords, canonicalText, type Family, scanAddress, valueText } from './address.ts';

/** One entry of an allow-list or of the trusted proxies: its canonical text and both ends, inclusive. Spec: AL */
export interface Range {
  readonly canonical: string;
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** What can be wrong with an entry; the codes never change, the words may. */
const flaws = {
  'entry-too-long': 'An entry has at most 128 characters.',
  'entry-not-ascii': 'An entry has ASCII characters only.',
  'entry-empty': 'An entry must not be empty.',
  'comment-not-allowed': 'An entry holds no comment.',
  'list-not-allowed': 'An entry holds one address, block or range, without commas or white space inside.',
  'zone-not-allowed': 'An entry holds no zone: write the address without the % and what follows it.',
  'brackets-not-allowed': 'Write the address without brackets.',
  'port-not-allowed': 'Write the address without a port.',
  'address-malformed':
    'This is not an address in full: host names, wildcards, short and non-decimal forms are refused.',
  'range-malformed': 'A range is two full addresses with a hyphen between them.',
  'range-reversed': 'The range ends before it begins.',
  'mixed-families': 'The ends of a range are of one family: both IPv4 or both IPv6.',
  'prefix-malformed': 'The prefix length is a decimal number without sign or leading zeros.',
  'prefix-too-long': 'The prefix is longer than an address of this family.',
  'netmask-not-allowed': 'Write a prefix length in place of the netmask.',
  'host-bits-set': 'The address has bits set to the right of the prefix.',
  'mapped-prefix-too-short': 'An IPv4 block written as IPv4-mapped IPv6 has a prefix of at least 96.',
  'covers-whole-family': 'Trusting every address would let any client name its own address.',
  'unspecified-address': 'The unspecified address is no proxy.',
} as const satisfies Readonly<Record<string, string>>;

/** The code of an issue with an entry. */
export type EntryFlaw = keyof typeof flaws;

const flawed = (code: EntryFlaw, hint?: string): Result<never, Issue> =>
  refused({ code, path: [], message: flaws[code], ...(hint === undefined ? {} : { hint }) });

interface Address {
  readonly family: Family;
  readonly text: string;
  readonly value: bigint;
  /** Written as IPv6, with an IPv4 address inside. */
  readonly mapped: boolean;
}

const words = addressWords();

function readAddress(text: string): Address | null {
  const family = scanAddress(text, 0, text.length, words);
  if (family === 0) return null;
  return {
    family,
    text: canonicalText(text, family, words),
    value: addressValue(family, words),
    mapped: family === 4 && text.includes(':'),
  };
}

const bitsOf = (family: Family): number => (family === 4 ? 32 : 128);
const lastOf = (family: Family): bigint => (1n << BigInt(bitsOf(family))) - 1n;

/**
 * One entry of an allow-list: `address`, `address/prefix` or `address-address`; the canonical text keeps the
 * form that was written. Refuses everything else with a code and, where the right form is clear, a hint.
 * Never throws. Spec: AL, AD-2
 *
 * @example
 * parseRange('::ffff:10.0.0.0/104'); // { ok: true, value: { canonical: '10.0.0.0/8', … } }
 * parseRange('10.0.0.1/8'); // { ok: false, problem: { code: 'host-bits-set', hint: '10.0.0.0/8 or 10.0.0.1', … } }
 */
export function parseRange(text: string): Result<Range, Issue> {
  if (text.length > 128) return flawed('entry-too-long');
  const entry = trimmedSlice(text, 0, text.length);
  if (entry === '') return flawed('entry-empty');
  const hyphen = entry.indexOf('-');
  if (hyphen >= 0) return parseSpan(entry, hyphen);
  const slash = entry.indexOf('/');
  if (slash >= 0) return parseBlock(entry, slash);
  const address = readAddress(entry);
  if (address === null) return flawed(flawOf(entry, 'address-malformed'));
  return ok({ canonical: address.text, family: address.family, first: address.value, last: address.value });
}

/**
 * One entry of the trusted proxies: as `parseRange`, but neither a whole family nor the unspecified address.
 * Spec: AL-2
 */
export function parseTrustedRange(text: string): Result<Range, Issue> {
  const parsed = parseRange(text);
  if (!parsed.ok) return parsed;
  const { family, first, last } = parsed.value;
  if (first !== 0n) return parsed;
  if (last === lastOf(family)) return flawed('covers-whole-family');
  return last === 0n ? flawed('unspecified-address') : parsed;
}

function parseSpan(entry: string, hyphen: number): Result<Range, Issue> {
  const firstText = trimmedSlice(entry, 0, hyphen);
  const lastText = trimmedSlice(entry, hyphen + 1, entry.length);
  const first = readAddress(firstText);
  if (first === null) return flawed(flawOf(firstText, 'range-malformed'));
  const last = readAddress(lastText);
  if (last === null) return flawed(flawOf(lastText, 'range-malformed'));
  if (first.family !== last.family) return flawed('mixed-families');
  if (first.value > last.value) return flawed('range-reversed');
  const canonical = `${first.text}-${last.text}`;
  return ok({ canonical, family: first.family, first: first.value, last: last.value });
}

function parseBlock(entry: string, slash: number): Result<Range, Issue> {
  const baseText = entry.slice(0, slash);
  const prefixText = entry.slice(slash + 1);
  const base = readAddress(baseText);
  if (base === null) return flawed(flawOf(baseText, 'address-malformed'));
  const { family, value } = base;
  const mask = readAddress(prefixText);
  if (mask !== null) {
    const alike = mask.family === family && !base.mapped;
    return flawed('netmask-not-allowed', alike ? maskHint(mask) : undefined);
  }
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(prefixText)) return flawed(flawOf(prefixText, 'prefix-malformed'));
  const written = Number(prefixText);
  if (base.mapped && written < 96) return flawed('mapped-prefix-too-short', mappedHint(value, written));
  const prefix = base.mapped ? written - 96 : written;
  if (prefix > bitsOf(family)) return flawed('prefix-too-long');
  const host = hostBits(family, prefix);
  if ((value & host) !== 0n)
    return flawed('host-bits-set', `${valueText(family, value & ~host)}/${prefix} or ${base.text}`);
  return ok({ canonical: `${base.text}/${prefix}`, family, first: value, last: value | host });
}

const hostBits = (family: Family, prefix: number): bigint => (1n << BigInt(bitsOf(family) - prefix)) - 1n;

/** What was meant by a prefix of 32 or less on a mapped base: most likely the IPv4 prefix. */
const mappedHint = (value: bigint, written: number): string | undefined =>
  written > 32 ? undefined : `${valueText(4, value & ~hostBits(4, written))}/${written}`;

/** The prefix length that a netmask of leading ones stands for. */
function maskHint(mask: Address): string | undefined {
  const bits = bitsOf(mask.family);
  for (let prefix = 0; prefix <= bits; prefix++)
    if (mask.value === (lastOf(mask.family) & ~hostBits(mask.family, prefix))) return `/${prefix}`;
  return undefined;
}

/** The most telling flaw in text that is already known to be wrong. */
function flawOf(text: string, otherwise: EntryFlaw): EntryFlaw {
  if ([...text].some((character) => character > '\x7f')) return 'entry-not-ascii';
  if (text.includes('#')) return 'comment-not-allowed';
  if (/[,;\s]/.test(text)) return 'list-not-allowed';
  if (text.includes('%')) return 'zone-not-allowed';
  if (/[[\]]/.test(text)) return 'brackets-not-allowed';
  // Nothing before a colon, or no colon at all, is no address either.
  if (scanAddress(text, 0, text.indexOf(':'), words) === 4) return 'port-not-allowed';
  return otherwise;
}
