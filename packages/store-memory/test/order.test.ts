import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, behind, type Order, orderBy, remove } from '../src/order.ts';

interface Entry {
  readonly createdAt: number;
  readonly id: string;
}

const emptyOrder = (): Order<Entry, Entry> =>
  orderBy((a, b) => a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id));

const entryOf = (number: number, createdAt: number): Entry => ({
  createdAt,
  id: `${number}`.padStart(6, '0'),
});
const newestFirst = (entries: readonly Entry[]): readonly Entry[] =>
  [...entries].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));

/** An instant for each number: in order, all the same, backwards, or anyhow. */
const creations = fc.constantFrom(
  (number: number) => number,
  () => 7,
  (number: number) => 10_000 - number,
  (number: number) => (number * 7919) % 1009,
);

describe('the order of a listing', () => {
  it('ST-6 is that of a sorted list, however entries come and go', () => {
    const property = fc.property(
      creations,
      fc.nat(3000),
      fc.integer({ min: 1, max: 9 }),
      (createdAt, count, kept) => {
        const order = emptyOrder();
        const entries = Array.from({ length: count }, (_, number) => entryOf(number, createdAt(number)));
        for (const entry of entries) add(order, entry);
        expect([...behind(order, null)]).toEqual(newestFirst(entries));
        const isKept = (_: Entry, place: number) => place % 10 < kept;
        for (const [place, entry] of entries.entries()) if (!isKept(entry, place)) remove(order, entry);
        const left = newestFirst(entries.filter(isKept));
        expect([...behind(order, null)]).toEqual(left);
        for (const place of [0, 1, left.length >> 1, left.length - 1]) {
          const position = left[place];
          if (position !== undefined) expect([...behind(order, position)]).toEqual(left.slice(place + 1));
        }
        for (const entry of left) remove(order, entry);
        expect(order.chunks).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  it('ST-6 begins behind places where nothing is, and takes out only what is there', () => {
    const order = emptyOrder();
    for (const number of [2, 4, 6]) add(order, entryOf(number, 10));
    remove(order, entryOf(3, 10));
    remove(order, entryOf(4, 11));
    const idsBehind = (number: number, at: number) =>
      [...behind(order, entryOf(number, at))].map(({ id }) => Number(id));
    expect(idsBehind(9, 10)).toEqual([6, 4, 2]);
    expect(idsBehind(0, 11)).toEqual([6, 4, 2]);
    expect(idsBehind(5, 10)).toEqual([4, 2]);
    expect(idsBehind(2, 10)).toEqual([]);
    expect(idsBehind(9, 9)).toEqual([]);
  });

  it('ST-6 keeps its chunks full when entries come in order, so that few bytes are wasted', () => {
    const order = emptyOrder();
    for (let number = 0; number < 5130; number++) add(order, entryOf(number, number));
    expect(order.chunks.map(({ length }) => length)).toEqual([...Array(10).fill(512), 10]);
  });
});
