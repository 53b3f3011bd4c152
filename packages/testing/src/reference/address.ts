/** An IP address as a number; a mapped IPv6 address is already its IPv4 one. Spec: AD-2. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

const LONGEST_TEXT = 64;
const ZONED = /^([^%]+)%([0-9A-Za-z._~-]+)$/;

/** The address a text stands for, or null. Spec: AD-1, AD-2. */
export function parseAddress(text: string): Address | null {
  if (text.length > LONGEST_TEXT) return null;
  const four = parseFour(text);
  if (four !== null) return { family: 4, value: four };
  const six = parseSix(text);
  if (six === null) return null;
  if (six >> 32n === 0xffffn) return { family: 4, value: six & 0xffffffffn };
  return { family: 6, value: six };
}

/** The address of a socket peer, which alone may carry a zone on a link-local address. Spec: AD-1, PX-1. */
export function parsePeer(text: string): Address | null {
  if (text.length > LONGEST_TEXT) return null;
  const zoned = ZONED.exec(text);
  if (zoned === null) return parseAddress(text);
  const address = parseAddress(zoned[1] ?? '');
  if (address === null || address.family !== 6) return null;
  return address.value >> 118n === 0xfe80n >> 6n ? address : null;
}

/** Whether an address is the one that names no host, `0.0.0.0` or `::`. Spec: PX-5. */
export function isUnspecified(address: Address): boolean {
  return address.value === 0n;
}

/** Canonical text: dotted decimal, or RFC 5952. Spec: AD-2. */
export function addressText(address: Address): string {
  if (address.family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => String((address.value >> shift) & 0xffn)).join('.');
  }
  const groups: bigint[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push((address.value >> shift) & 0xffffn);
  const run = longestZeroRun(groups);
  const words = groups.map((group) => group.toString(16));
  if (run.length < 2) return words.join(':');
  return `${words.slice(0, run.start).join(':')}::${words.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly bigint[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === 0n ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}

function parseFour(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part)) return null;
    const octet = BigInt(part);
    if (octet > 255n) return null;
    value = value * 256n + octet;
  }
  return value;
}

function parseSix(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const left = halves[0] ?? '';
  const right = halves[1];
  if (right === undefined) {
    const groups = groupsOf(left, true);
    return groups !== null && groups.length === 8 ? joined(groups) : null;
  }
  const before = groupsOf(left, false);
  const after = groupsOf(right, true);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (missing < 1) return null;
  return joined([...before, ...Array.from({ length: missing }, () => 0n), ...after]);
}

function groupsOf(text: string, dottedTailAllowed: boolean): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    if (!dottedTailAllowed || index !== parts.length - 1) return null;
    const four = parseFour(part);
    if (four === null) return null;
    groups.push(four >> 16n, four & 0xffffn);
  }
  return groups;
}

function joined(groups: readonly bigint[]): bigint {
  return groups.reduce((value, group) => value * 65536n + group, 0n);
}
