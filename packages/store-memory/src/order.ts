/**
 * A sorted list in chunks, so that neither adding nor deleting anywhere, nor finding a place in it, grows with the
 * number of entries; eight bytes an entry and what is free in the chunks. No chunk is empty. Spec: ST-6
 */
export interface Order<Key, Entry extends Key> {
  readonly chunks: Entry[][];
  readonly isBefore: (a: Key, b: Key) => boolean;
}

/** An empty list; no two entries of it may stand at the same place. */
export const orderBy = <Key, Entry extends Key>(
  isBefore: (a: Key, b: Key) => boolean,
): Order<Key, Entry> => ({
  chunks: [],
  isBefore,
});

/** How many entries a chunk has at most: enough to keep chunks few, few enough to move them at each insertion. */
const largest = 512;

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

/** The chunk that a key belongs to, and how many of its entries come before the key. */
function placeOf<Key, Entry extends Key>({ chunks, isBefore }: Order<Key, Entry>, key: Key) {
  const begun = countWhile(chunks, ([first]) => first !== undefined && !isBefore(key, first));
  const index = Math.max(0, begun - 1);
  const chunk = chunks[index] ?? [];
  return { index, chunk, place: countWhile(chunk, (entry) => isBefore(entry, key)) };
}

/** Puts an entry in its place. */
export function add<Key, Entry extends Key>(order: Order<Key, Entry>, entry: Entry): void {
  const { chunks } = order;
  const { index, chunk, place } = placeOf(order, entry);
  if (chunks.length === 0) chunks.push([entry]);
  else chunk.splice(place, 0, entry);
  if (chunk.length <= largest) return;
  // Tokens are mostly made in order: what comes last starts a new chunk and leaves the full one full.
  chunks.splice(index + 1, 0, chunk.splice(place === largest ? largest : largest / 2));
}

/** Takes an entry out. */
export function remove<Key, Entry extends Key>(order: Order<Key, Entry>, entry: Entry): void {
  const { index, chunk, place } = placeOf(order, entry);
  if (chunk[place] !== entry) return;
  chunk.splice(place, 1);
  if (chunk.length === 0) order.chunks.splice(index, 1);
}

/** Entries behind a key, or all for null, the last first. */
export function* behind<Key, Entry extends Key>(order: Order<Key, Entry>, key: Key | null): Generator<Entry> {
  const start = key === null ? null : placeOf(order, key);
  for (let index = start?.index ?? order.chunks.length - 1; index >= 0; index--) {
    const chunk = order.chunks[index] ?? [];
    for (let place = (index === start?.index ? start.place : chunk.length) - 1; place >= 0; place--)
      yield chunk[place] as Entry;
  }
}
