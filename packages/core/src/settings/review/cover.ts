import type { Family } from '../../net/address.ts';
import { parseRange } from '../../net/ranges.ts';

/** An entry of a list as the stretch of addresses it holds, both ends inclusive. */
export interface Entry {
  readonly index: number;
  readonly text: string;
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** An entry that could go without changing what the list holds. */
export interface Spare {
  readonly entry: Entry;
  /** Whether an earlier entry holds the very same addresses, or others hold them among more. */
  readonly kind: 'duplicate' | 'shadowed';
  /** The one entry that holds it, or null where several do together. */
  readonly by: Entry | null;
}

/** A list of entries as sets of addresses. */
export interface Cover {
  /** Every entry that can be read, in the order of the list. */
  readonly entries: readonly Entry[];
  /** The fewest entries that hold all that the list holds, ascending, IPv4 first. */
  readonly kept: readonly Entry[];
  /** All others; they can go together, and the list still holds the same addresses. */
  readonly spare: readonly Spare[];
}

/**
 * Which entries of a list are needed and which are not, exactly. Entries that cannot be read are left out.
 * Takes n log n steps and never throws. Spec: RE-1
 *
 * @example
 * coverOf(['10.0.0.0/9', '10.0.0.0/8', '10.128.0.0/9']).kept.map((entry) => entry.text); // ['10.0.0.0/8']
 */
export function coverOf(list: readonly string[]): Cover {
  const entries: Entry[] = [];
  list.forEach((text, index) => {
    const parsed = parseRange(text);
    if (!parsed.ok) return;
    const { canonical, family, first, last } = parsed.value;
    entries.push({ index, text: canonical, family, first, last });
  });
  const families = ([4, 6] as const).map((family) => {
    const sorted = entries.filter((entry) => entry.family === family).sort(byStart);
    const kept = fewest(sorted);
    return { kept, spare: sparesOf(sorted, kept) };
  });
  return {
    entries,
    kept: families.flatMap((family) => family.kept),
    spare: families.flatMap((family) => family.spare),
  };
}

const compare = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0);

/** By where they begin, the longest first; sorting leaves equal ones in the order of the list. */
const byStart = (left: Entry, right: Entry): number =>
  compare(left.first, right.first) || compare(right.last, left.last);

/** The fewest entries that hold what all hold: each time the one that reaches furthest without leaving a gap. */
function fewest(sorted: readonly Entry[]): readonly Entry[] {
  const needed: Entry[] = [];
  let end = -1n;
  let best: Entry | null = null;
  for (const entry of sorted) {
    // Nothing further on can close in at the end any more, so what reaches furthest so far is needed.
    if (best !== null && entry.first > end + 1n) {
      needed.push(best);
      end = best.last;
      best = null;
    }
    if (entry.last > (best?.last ?? end)) best = entry;
  }
  if (best !== null) needed.push(best);
  return needed;
}

/** The entries that are not needed, each with what holds it. */
function sparesOf(sorted: readonly Entry[], needed: readonly Entry[]): readonly Spare[] {
  const isNeeded = new Set(needed.map((entry) => entry.index));
  const spare: Spare[] = [];
  let next = 0;
  let earliest: Entry | null = null;
  for (const entry of sorted) {
    if (earliest === null || earliest.first !== entry.first || earliest.last !== entry.last) earliest = entry;
    // Needed entries ascend at both ends, so the last that begins early enough reaches furthest.
    while (next < needed.length && (needed[next] as Entry).first <= entry.first) next++;
    if (isNeeded.has(entry.index)) continue;
    const holder = needed[next - 1] as Entry;
    if (earliest !== entry) spare.push({ entry, kind: 'duplicate', by: earliest });
    else spare.push({ entry, kind: 'shadowed', by: holder.last >= entry.last ? holder : null });
  }
  return spare;
}

/** The first entries of two lists that share an address, or null. */
export function sharedBy(left: Cover, right: Cover): readonly [Entry, Entry] | null {
  let a = 0;
  let b = 0;
  while (a < left.kept.length && b < right.kept.length) {
    const one = left.kept[a] as Entry;
    const other = right.kept[b] as Entry;
    if (one.family !== other.family) {
      if (one.family < other.family) a++;
      else b++;
    } else if (one.last < other.first) a++;
    else if (other.last < one.first) b++;
    else return [one, other];
  }
  return null;
}

const lastOf = (family: Family): bigint => (family === 4 ? (1n << 32n) - 1n : (1n << 128n) - 1n);

/** Whether one entry holds every address of its family. */
export const isWholeFamily = ({ family, first, last }: Entry): boolean =>
  first === 0n && last === lastOf(family);

/** Whether a list holds every address of a family, by one entry or by several. */
export function holdsFamily(cover: Cover, family: Family): boolean {
  let end = -1n;
  for (const entry of cover.kept) {
    if (entry.family !== family) continue;
    if (entry.first > end + 1n) return false;
    end = entry.last;
  }
  return end === lastOf(family);
}

/** Whether every entry of a list lies within the entries of another. */
export function liesWithin(cover: Cover, outer: Cover): boolean {
  return cover.entries.every((entry) =>
    outer.kept.some(
      (block) => block.family === entry.family && block.first <= entry.first && entry.last <= block.last,
    ),
  );
}
