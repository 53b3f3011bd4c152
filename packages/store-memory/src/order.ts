import type { TokenPosition } from '@latchkey/core';

/**
 * A sorted list, oldest first, in chunks, so that neither adding nor deleting anywhere, nor finding where a page
 * begins, grows with the number of entries. No chunk is empty. Plain arrays, because every subject has one.
 * Spec: ST-6
 */
export type Order<Entry extends TokenPosition> = Entry[][];

/** How many entries a chunk has at most: enough to keep chunks few, few enough to move them at each insertion. */
const largest = 512;

const isBefore = (a: TokenPosition, b: TokenPosition): boolean =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id);

/** How many of a sorted list, from its start, meet a condition that the rest does not meet. */
function countWhile<Item>(list: readonly Item[], meets: (item: Item) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (meets(list[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The chunk that a position belongs to, and how many of its entries come before the position. */
function placeOf<Entry extends TokenPosition>(order: Order<Entry>, position: TokenPosition) {
  const begun = countWhile(order, ([first]) => first !== undefined && !isBefore(position, first));
  const index = Math.max(0, begun - 1);
  const chunk = order[index] ?? [];
  return { index, chunk, place: countWhile(chunk, (entry) => isBefore(entry, position)) };
}

/** Puts an entry in its place. */
export function add<Entry extends TokenPosition>(order: Order<Entry>, entry: Entry): void {
  const { index, chunk, place } = placeOf(order, entry);
  if (order.length === 0) order.push([entry]);
  else chunk.splice(place, 0, entry);
  if (chunk.length <= largest) return;
  // Tokens are mostly made in order: what comes last starts a new chunk and leaves the full one full.
  order.splice(index + 1, 0, chunk.splice(place === largest ? largest : largest / 2));
}

/** Takes out the entry at a position. */
export function remove<Entry extends TokenPosition>(order: Order<Entry>, position: TokenPosition): void {
  const { index, chunk, place } = placeOf(order, position);
  if (chunk[place]?.id !== position.id) return;
  chunk.splice(place, 1);
  if (chunk.length === 0) order.splice(index, 1);
}

/** Entries behind a position, or all for null, newest first. */
export function* behind<Entry extends TokenPosition>(
  order: Order<Entry>,
  after: TokenPosition | null,
): Generator<Entry> {
  const start = after === null ? null : placeOf(order, after);
  for (let index = start?.index ?? order.length - 1; index >= 0; index--) {
    const chunk = order[index] ?? [];
    for (let place = (index === start?.index ? start.place : chunk.length) - 1; place >= 0; place--)
      yield chunk[place] as Entry;
  }
}
