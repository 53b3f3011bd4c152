import { excerpt } from '../parse/excerpt.ts';
import { addressValue, addressWords, type Family, scanAddress, valueText, valueWords } from './address.ts';
import { parseRange, type Range } from './entry.ts';

export { parseRange, parseTrustedRange, type Range } from './entry.ts';

/** A compiled list of entries: exact membership, and nothing allocated to find it. Spec: AL-3 */
export interface Ranges {
  /** How many entries were given, duplicates counted. */
  readonly size: number;
  /** Whether the text is an address (AD-1) in one of the entries; text that is no address is in none. */
  contains(address: string): boolean;
  /** Whether an address that `scanAddress` read is in one of the entries. */
  match(family: Family, words: Uint32Array): boolean;
  /** The canonical text of the first entry that holds the address, or null; slow, for explanations. */
  find(address: string): string | null;
}

/** A stretch of one family, both ends inclusive. */
interface Stretch {
  readonly first: bigint;
  readonly last: bigint;
}

/** The address in hand; one buffer for all look-ups, which never overlap. */
const scanned = addressWords();

/**
 * The entries made ready for membership. Throws a RangeError that names each bad entry by index and code.
 * An empty list holds nothing: that an empty allow-list allows everything is the caller's rule (AL-1). Spec: AL-3
 *
 * @example
 * compileRanges(['10.0.0.0/8', '2001:db8::1']).contains('10.255.255.255'); // true
 */
export function compileRanges(entries: readonly string[]): Ranges {
  const ranges = readEntries(entries);
  const inIPv4 = searchIPv4(merge(ranges, 4));
  const inIPv6 = searchIPv6(merge(ranges, 6));
  const match = (family: Family, words: Uint32Array): boolean =>
    family === 4 ? inIPv4(words) : inIPv6(words);
  return Object.freeze({
    size: ranges.length,
    match,
    contains(address: string): boolean {
      const family = scanAddress(address, 0, address.length, scanned);
      return family !== 0 && match(family, scanned);
    },
    find(address: string): string | null {
      const family = scanAddress(address, 0, address.length, scanned);
      const isIn = ({ first, last }: Range, value: bigint): boolean => first <= value && value <= last;
      const holds = (range: Range) =>
        range.family === family && isIn(range, addressValue(range.family, scanned));
      return ranges.find(holds)?.canonical ?? null;
    },
  });
}

function readEntries(entries: readonly string[]): readonly Range[] {
  const ranges: Range[] = [];
  const bad: string[] = [];
  entries.forEach((entry, index) => {
    const parsed = parseRange(entry);
    if (parsed.ok) ranges.push(parsed.value);
    else bad.push(`entry ${index} "${excerpt(entry)}": ${parsed.problem.code}`);
  });
  if (bad.length > 0) throw new RangeError(`Not every entry is a range: ${bad.join('; ')}`);
  return ranges;
}

/** The stretches of one family in ascending order, with those that overlap or touch made one. */
function merge(ranges: readonly Range[], family: Family): readonly Stretch[] {
  const sorted = ranges
    .filter((range) => range.family === family)
    .sort((left, right) => Number(left.first - right.first));
  const merged: Stretch[] = [];
  for (const { first, last } of sorted) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous.last + 1n) merged.push({ first, last });
    else if (last > previous.last) merged[merged.length - 1] = { first: previous.first, last };
  }
  return merged;
}

/** Answers for scanned words, by binary search for the last stretch that begins at or before the address. */
type Search = (words: Uint32Array) => boolean;

function searchIPv4(stretches: readonly Stretch[]): Search {
  const firsts = Uint32Array.from(stretches, (stretch) => Number(stretch.first));
  const lasts = Uint32Array.from(stretches, (stretch) => Number(stretch.last));
  const { starts, shift } = shelve(firsts);
  return (words) => {
    const value = words[0] as number;
    let low = starts[value >>> shift] as number;
    let high = starts[(value >>> shift) + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((firsts[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low > 0 && value <= (lasts[low - 1] as number);
  };
}

/** The same over four words an address. */
function searchIPv6(stretches: readonly Stretch[]): Search {
  const firsts = new Uint32Array(4 * stretches.length);
  const lasts = new Uint32Array(4 * stretches.length);
  stretches.forEach(({ first, last }, index) => {
    valueWords(6, first, firsts.subarray(4 * index));
    valueWords(6, last, lasts.subarray(4 * index));
  });
  const { starts, shift } = shelve(firsts.filter((_, index) => index % 4 === 0));
  return (words) => {
    const shelf = (words[0] as number) >>> shift;
    let low = starts[shelf] as number;
    let high = starts[shelf + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAtMost(firsts, 4 * middle, words, 0)) low = middle + 1;
      else high = middle;
    }
    return low > 0 && isAtMost(words, 0, lasts, 4 * (low - 1));
  };
}

/**
 * Where in sorted words each run of equal leading bits starts, with about one run a word: a search that begins
 * there takes few steps in a long list too.
 */
function shelve(sorted: Uint32Array): { readonly starts: Uint32Array; readonly shift: number } {
  const bits = Math.max(1, 31 - Math.clz32(sorted.length));
  const shift = 32 - bits;
  const starts = new Uint32Array(2 ** bits + 1);
  let next = 0;
  starts.forEach((_, shelf) => {
    while (next < sorted.length && (sorted[next] as number) >>> shift < shelf) next++;
    starts[shelf] = next;
  });
  return { starts, shift };
}

/** Whether the four words of `left` at `leftAt` are at most those of `right` at `rightAt`, as 128-bit numbers. */
function isAtMost(left: Uint32Array, leftAt: number, right: Uint32Array, rightAt: number): boolean {
  let word = 0;
  while (word < 3 && left[leftAt + word] === right[rightAt + word]) word++;
  return (left[leftAt + word] as number) <= (right[rightAt + word] as number);
}

/**
 * What is in `whole` and not in `taken`, exactly, as the fewest addresses and blocks in canonical text: IPv4
 * before IPv6, ascending. An empty list is the empty set here. Throws a RangeError as `compileRanges`. Spec: IM-1
 *
 * @example
 * subtractRanges(['10.0.0.0/30'], ['10.0.0.1']); // ['10.0.0.0', '10.0.0.2/31']
 */
export function subtractRanges(whole: readonly string[], taken: readonly string[]): readonly string[] {
  const wholeRanges = readEntries(whole);
  const takenRanges = readEntries(taken);
  return ([4, 6] as const).flatMap((family) =>
    difference(merge(wholeRanges, family), merge(takenRanges, family)).flatMap((stretch) =>
      blocksOf(family, stretch),
    ),
  );
}

/** Both lists are merged, so one pass from left to right suffices; some of what is left may be empty. */
function difference(whole: readonly Stretch[], taken: readonly Stretch[]): readonly Stretch[] {
  const left: Stretch[] = [];
  let next = 0;
  for (const { first, last } of whole) {
    let from = first;
    while (next < taken.length && (taken[next] as Stretch).last < first) next++;
    // What is taken last may reach into the next stretch of `whole`, so `next` stays where it is.
    for (let index = next; index < taken.length && (taken[index] as Stretch).first <= last; index++) {
      const cut = taken[index] as Stretch;
      left.push({ first: from, last: cut.first - 1n });
      from = cut.last + 1n;
    }
    left.push({ first: from, last });
  }
  return left;
}

/** The fewest blocks that make up a stretch, none for an empty one: each time the largest that begins where the rest begins. */
function blocksOf(family: Family, { first, last }: Stretch): readonly string[] {
  const blocks: string[] = [];
  for (let from = first; from <= last; ) {
    let size = 1n;
    let prefix = family === 4 ? 32 : 128;
    while ((from & size) === 0n && from + 2n * size - 1n <= last) {
      size *= 2n;
      prefix--;
    }
    const mapped = from >> 32n === 0xffffn;
    // IPv4-mapped addresses are IPv4 here: no IPv6 client has one, and the text would be read as an IPv4 block.
    if (!mapped) blocks.push(size === 1n ? valueText(family, from) : `${valueText(family, from)}/${prefix}`);
    from += size;
  }
  return blocks;
}
