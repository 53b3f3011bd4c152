import { type Address, parseAddress } from './address.ts';

/** Every address from `low` to `high`, both included, of one family. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly low: bigint;
  readonly high: bigint;
}

const LONGEST_ENTRY = 128;

/** The range an entry of the allow-list stands for, or null. Spec: AL. */
export function parseRange(entry: string): AddressRange | null {
  if (entry.length > LONGEST_ENTRY) return null;
  const text = entry.replace(/^[ \t]+|[ \t]+$/g, '');
  if (text.includes('/')) return parsePrefix(text);
  if (text.includes('-')) return parseSpan(text);
  const single = parseAddress(text);
  return single === null ? null : { family: single.family, low: single.value, high: single.value };
}

/** Whether an address lies in any of the entries; an entry that does not parse is a mistake of the test. */
export function isWithin(address: Address, entries: readonly string[]): boolean {
  for (const entry of entries) {
    const range = parseRange(entry);
    if (range === null) throw new TypeError(`not an address range: ${entry}`);
    if (range.family !== address.family) continue;
    if (range.low <= address.value && address.value <= range.high) return true;
  }
  return false;
}

function parsePrefix(text: string): AddressRange | null {
  const [base = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(length)) return null;
  const address = parseAddress(base);
  if (address === null) return null;
  const writtenBits = base.includes(':') ? 128 : 32;
  const prefix = Number(length) - (writtenBits === 128 && address.family === 4 ? 96 : 0);
  const bits = address.family === 4 ? 32 : 128;
  if (prefix < 0 || prefix > bits) return null;
  const size = 1n << BigInt(bits - prefix);
  if (address.value % size !== 0n) return null;
  return { family: address.family, low: address.value, high: address.value + size - 1n };
}

function parseSpan(text: string): AddressRange | null {
  const ends = text.split('-');
  if (ends.length !== 2) return null;
  const [first, last] = ends.map((end) => parseAddress(end.replace(/^[ \t]+|[ \t]+$/g, '')));
  if (first === null || first === undefined || last === null || last === undefined) return null;
  if (first.family !== last.family || first.value > last.value) return null;
  return { family: first.family, low: first.value, high: last.value };
}
