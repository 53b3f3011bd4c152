import type { TokenPosition } from '@latchkey/core';

/** Something that is listed by when it was created; `isGone` once it was deleted. */
interface Listed extends TokenPosition {
  isGone: boolean;
}

/** Entries from the oldest to the newest, to be read from the newest back. */
export interface Order<Entry> {
  add(entry: Entry): void;
  /** Call it after an entry was marked as gone. */
  forgetOne(): void;
  /** Entries behind a position, or all for null, newest first. */
  behind(after: TokenPosition | null): Generator<Entry>;
  readonly size: number;
}

const isBefore = (a: TokenPosition, b: TokenPosition): boolean =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id);

/** How far from the newest end an entry is put in place at once; beyond that, sorting later is cheaper. */
const near = 32;

/**
 * A sorted array: tokens are made at its newest end, so that adding costs nothing; those that come far out of
 * order wait unsorted until somebody reads. Gone entries stay until they are an eighth, so that deleting
 * costs a constant too, and a page is found by bisection. Spec: ST-6
 */
export function order<Entry extends Listed>(): Order<Entry> {
  let entries: Entry[] = [];
  let gone = 0;
  let isSorted = true;

  /** How many entries come before a position. */
  const placeOf = (position: TokenPosition): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(entries[middle] as Entry, position)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get size() {
      return entries.length - gone;
    },
    add(entry) {
      let place = entries.length;
      while (isSorted && place > 0 && isBefore(entry, entries[place - 1] as Entry)) {
        place--;
        isSorted = entries.length - place < near;
      }
      if (isSorted) entries.splice(place, 0, entry);
      else entries.push(entry);
    },
    forgetOne() {
      gone++;
      if (gone * 8 < entries.length) return;
      entries = entries.filter(({ isGone }) => !isGone);
      gone = 0;
    },
    *behind(after) {
      if (!isSorted) entries.sort((a, b) => (isBefore(a, b) ? -1 : 1));
      isSorted = true;
      const from = after === null ? entries.length : placeOf(after);
      for (let place = from - 1; place >= 0; place--) {
        const entry = entries[place] as Entry;
        if (!entry.isGone) yield entry;
      }
    },
  };
}
