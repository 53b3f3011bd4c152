import type { TokenRecord } from '@latchkey/core';
import { assert, same } from './assertion.ts';
import { type StoreCase, type StoreUnderTest, sharedCase, storeCase } from './case.ts';
import { pagesOf } from './pages.ts';
import { eventOf, fill, idOf, recordOf } from './sample.ts';

/** Sixty records, four at each instant; the ids run against the order of creation. */
const many: readonly TokenRecord[] = Array.from({ length: 60 }, (_, place) =>
  recordOf(1000 - place, {
    createdAt: 100 + 10 * Math.floor(place / 4),
    subject: place % 3 === 0 ? 'bob' : 'ada',
    expiresAt: 5,
  }),
);

const remove = (store: StoreUnderTest, ids: readonly string[]) =>
  store.tokens.remove(ids, 10, eventOf.purged(ids, 10));

/** Nothing twice, in order, and each record that stood throughout. */
function checkPages(seen: readonly TokenRecord[], throughout: readonly TokenRecord[]): void {
  const ids = seen.map(({ id }) => id);
  same(new Set(ids).size, ids.length, 'how many different records were shown');
  const missing = throughout.filter(({ id }) => !ids.includes(id)).map(({ id }) => id);
  same(missing, [], 'records that stood throughout and were skipped');
  for (const [place, record] of seen.entries()) {
    const next = seen[place + 1];
    if (next === undefined) continue;
    const isBehind =
      next.createdAt < record.createdAt || (next.createdAt === record.createdAt && next.id < record.id);
    assert(isBehind, `${next.id} was shown behind ${record.id}, which is older`);
  }
}

/** Going through a listing page by page. */
export const pagingCases: readonly StoreCase[] = [
  storeCase('page-whole', 'ST-6 pages of any size make up the whole listing', async (store) => {
    await fill(store, many);
    for (const limit of [1, 3, 7, 20, 59, 60, 61])
      for (const filter of [{}, { subject: 'bob' }, { label: 'TOKEN', scope: 'read-write' as const }]) {
        const whole = await store.tokens.list({ ...filter, after: null, limit: 1000 });
        const paged = await pagesOf(store, { ...filter, limit });
        same(paged, whole, `pages of ${limit} by ${JSON.stringify(filter)}`);
      }
  }),
  storeCase(
    'page-position',
    'ST-6 a page begins behind a position, also one where no record is any more',
    async (store) => {
      await fill(store, [
        recordOf(2, { createdAt: 10 }),
        recordOf(4, { createdAt: 10 }),
        recordOf(6, { createdAt: 20 }),
      ]);
      const behind = async (createdAt: number, number: number) =>
        (await store.tokens.list({ after: { createdAt, id: idOf(number) }, limit: 9 })).map(({ id }) => id);
      same(await behind(20, 7), [6, 4, 2].map(idOf), 'behind a greater id');
      same(await behind(20, 6), [4, 2].map(idOf), 'behind the newest');
      same(await behind(20, 5), [4, 2].map(idOf), 'behind a smaller id at the same instant');
      same(await behind(15, 5), [4, 2].map(idOf), 'behind an instant between');
      same(await behind(10, 5), [4, 2].map(idOf), 'behind a greater id among two');
      same(await behind(10, 4), [2].map(idOf), 'behind the first of two');
      same(await behind(10, 3), [2].map(idOf), 'between two');
      same(await behind(10, 2), [], 'behind the last');
      same(await behind(9, 9), [], 'behind an instant before all');
      same(await behind(21, 0), [6, 4, 2].map(idOf), 'behind an instant after all');
    },
  ),
  storeCase(
    'page-between-changes',
    'ST-6 nothing that stands is skipped or shown twice while others come and go',
    async (store) => {
      await fill(store, many);
      const gone = new Set<string>();
      let round = 0;
      const seen = await pagesOf(store, { limit: 7 }, async (page) => {
        round++;
        const last = page.at(-1);
        if (last === undefined) return;
        // One newer than all, one within the page just shown, one still to come; and the end of the page goes.
        const createdAt = [5000 + round, last.createdAt, Math.max(0, last.createdAt - 15)];
        await fill(
          store,
          createdAt.map((at, place) => recordOf(2000 + 10 * round + place, { createdAt: at })),
        );
        const [first] = page;
        const later = await store.tokens.list({ after: last, limit: 3 });
        const ids = [last, first, later.at(-1)].flatMap((record) =>
          record?.expiresAt === 5 ? [record.id] : [],
        );
        for (const id of ids) gone.add(id);
        await remove(store, ids);
      });
      checkPages(
        seen,
        many.filter(({ id }) => !gone.has(id)),
      );
    },
  ),
  sharedCase(
    'page-beside-writers',
    'ST-6 pages stay whole beside concurrent inserts, deletes and changes',
    async (one, other) => {
      await fill(one, many);
      const standing = many.filter((_, place) => place % 2 === 0);
      let isReading = true;
      const write = async () => {
        for (let turn = 0; isReading && turn < 200; turn++) {
          const record = recordOf(3000 + turn, { createdAt: 90 + ((turn * 37) % 170), expiresAt: 5 });
          await fill(other, [record]);
          const victim = many[(2 * turn + 1) % many.length];
          await remove(other, [record.id, ...(turn < 30 && victim !== undefined ? [victim.id] : [])]);
          const kept = standing[turn % standing.length];
          if (kept === undefined) continue;
          await other.tokens.touch([{ id: kept.id, at: turn }]);
          await other.tokens.relabel(kept.id, `token again ${turn}`, eventOf.relabelled(kept.id));
        }
      };
      const read = async () => {
        try {
          for (const limit of [1, 4, 9]) {
            checkPages(await pagesOf(one, { limit }), standing);
            checkPages(await pagesOf(one, { label: 'token', limit }), standing);
            const bobs = standing.filter(({ subject }) => subject === 'bob');
            checkPages(await pagesOf(one, { subject: 'bob', limit }), bobs);
          }
        } finally {
          isReading = false;
        }
      };
      await Promise.all([write(), read()]);
    },
  ),
];
