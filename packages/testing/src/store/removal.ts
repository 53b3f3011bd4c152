import type { TokenRecord } from '@latchkey/core';
import { assert, same } from './assertion.ts';
import { type StoreCase, type StoreUnderTest, storeCase } from './case.ts';
import { eventOf, fill, found, idOf, kindsIn, recordOf } from './sample.ts';

/** Records around the instant 100, and whether they ended before it. */
const around: readonly (readonly [TokenRecord, boolean])[] = [
  [recordOf(1), false],
  [recordOf(2, { expiresAt: 99 }), true],
  [recordOf(3, { expiresAt: 100 }), false],
  [recordOf(4, { expiresAt: 101 }), false],
  [recordOf(5, { revokedAt: 99, revokedBy: 'root' }), true],
  [recordOf(6, { revokedAt: 100, revokedBy: 'root' }), false],
  [recordOf(7, { revokedAt: 99, revokedBy: 'root', expiresAt: 900 }), true],
  [recordOf(8, { revokedAt: 900, revokedBy: 'root', expiresAt: 99 }), true],
];
const records = around.map(([record]) => record);
const ended = around.filter(([, hasEnded]) => hasEnded).map(([{ id }]) => id);
const standing = around.filter(([, hasEnded]) => !hasEnded).map(([{ id }]) => id);

const purge = (store: StoreUnderTest, ids: readonly string[], before = 100) =>
  store.tokens.remove(ids, before, eventOf.purged(ids, before));

const idsIn = async (store: StoreUnderTest): Promise<readonly string[]> =>
  (await store.tokens.list({ after: null, limit: 1000 })).map(({ id }) => id).reverse();

/** Finding what ended, and deleting it. */
export const removalCases: readonly StoreCase[] = [
  storeCase(
    'find-ended',
    'ST-7 records that expired or were revoked before an instant are found',
    async (store) => {
      await fill(store, records);
      same([...(await store.tokens.findEnded(100, 1000))].sort(), ended, 'the ids');
      same(await store.tokens.findEnded(0, 1000), [], 'the ids before all time');
    },
  ),
  storeCase(
    'find-ended-changed',
    'ST-7 what was revoked, replaced or removed since is found by what it is now',
    async (store) => {
      await fill(store, [recordOf(1), recordOf(2), recordOf(3, { expiresAt: 5 })]);
      await store.tokens.revoke(idOf(1), 50, 'root', eventOf.revoked(idOf(1)));
      const successor = recordOf(4, { replaces: idOf(2) });
      const change = { id: idOf(2), expectedEnd: null, endsAt: 60 };
      const event = eventOf.rotated(idOf(2), successor, 60);
      await store.tokens.replace(change, successor, event, { live: 10, at: 0 });
      await purge(store, [idOf(3)]);
      same([...(await store.tokens.findEnded(61, 10))].sort(), [idOf(1), idOf(2)], 'the ids');
      same(await store.tokens.findEnded(60, 10), [idOf(1)], 'the ids a millisecond earlier');
    },
  ),
  storeCase('find-ended-bounded', 'ST-7 a batch has a bound, and rounds come to an end', async (store) => {
    await fill(
      store,
      Array.from({ length: 10 }, (_, number) => recordOf(number, { expiresAt: 5 })),
    );
    const seen = new Set<string>();
    for (const size of [4, 4, 2, 0]) {
      const ids = await store.tokens.findEnded(100, 4);
      same([ids.length, new Set(ids).size], [size, size], 'the size of a batch');
      for (const id of ids) assert(!seen.has(id), `${id} was found after it was removed`);
      for (const id of ids) seen.add(id);
      same(await purge(store, ids), size, 'how many were removed');
    }
    same(seen.size, 10, 'how many were found in all');
  }),
  storeCase('remove', 'TK-5 what did end before the instant is deleted, and nothing else', async (store) => {
    await fill(store, records);
    same(await purge(store, [...records.map(({ id }) => id), idOf(99)]), ended.length, 'how many');
    same(await idsIn(store), standing, 'what is left');
    for (const id of ended) same(await found(store, id), null, `the record ${id}`);
    same(await kindsIn(store), ['tokens-purged'], 'the log');
  }),
  storeCase('remove-named-only', 'TK-5 records that ended but are not named stay', async (store) => {
    await fill(store, records);
    same(await purge(store, [idOf(2)]), 1, 'how many');
    same(
      await idsIn(store),
      records.map(({ id }) => id).filter((id) => id !== idOf(2)),
      'what is left',
    );
  }),
  storeCase('remove-repeated', 'ST-7 a purge can be repeated, and an id counts once', async (store) => {
    await fill(store, [recordOf(1, { expiresAt: 5 }), recordOf(2, { expiresAt: 5 })]);
    same(await purge(store, [idOf(1), idOf(1)]), 1, 'an id that is named twice');
    same(await purge(store, [idOf(1), idOf(2)]), 1, 'an id that is gone, and one that is not');
    same(await kindsIn(store), ['tokens-purged', 'tokens-purged'], 'the log');
  }),
  storeCase('remove-nothing', 'ST-3 a purge that removes nothing leaves no event', async (store) => {
    await fill(store, [recordOf(1, { expiresAt: 100 })]);
    same(await purge(store, []), 0, 'of no ids');
    same(await purge(store, [idOf(1), idOf(9)]), 0, 'of ids that did not end or are not there');
    same(await kindsIn(store), [], 'the log');
  }),
  storeCase(
    'remove-frees',
    'TK-5 a deleted record is in no listing and counts for no limit',
    async (store) => {
      await fill(store, [recordOf(1, { expiresAt: 50 }), recordOf(2)]);
      await purge(store, [idOf(1)]);
      for (const query of [{}, { subject: 'ada' }, { label: 'token' }, { scope: 'read-write' as const }])
        same(
          (await store.tokens.list({ ...query, after: null, limit: 9 })).map(({ id }) => id),
          [idOf(2)],
          `the listing by ${Object.keys(query)}`,
        );
      same(await store.tokens.insert(recordOf(3), null, { live: 2, at: 10 }), 'inserted', 'one in its place');
    },
  ),
];
