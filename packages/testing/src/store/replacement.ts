import type { TokenRecord } from '@latchkey/core';
import { same } from './assertion.ts';
import { type StoreCase, type StoreUnderTest, storeCase } from './case.ts';
import { eventOf, eventsOf, fill, found, idOf, kindsIn, recordOf, roomy } from './sample.ts';

const successorOf = (number: number, of = 1): TokenRecord => recordOf(number, { replaces: idOf(of) });

const replace = (
  store: StoreUnderTest,
  expectedEnd: number | null,
  successor: TokenRecord,
  limit: { live: number; at: number } = roomy,
) =>
  store.tokens.replace(
    { id: idOf(1), expectedEnd, endsAt: 60 },
    successor,
    eventOf.rotated(idOf(1), successor, 60),
    limit,
  );

/** A refused replacement: its word, the old record as it was, nothing new, no event. */
async function refusesTo(
  store: StoreUnderTest,
  old: TokenRecord | null,
  expectedEnd: number | null,
  word: string,
): Promise<void> {
  same(await replace(store, expectedEnd, successorOf(8)), word, 'replace');
  same(await found(store, idOf(1)), old, 'the old record');
  same(await found(store, idOf(8)), null, 'the successor');
  same(await kindsIn(store), [], 'the log');
}

/** Rotation: an end for the old record, and a successor. */
export const replacementCases: readonly StoreCase[] = [
  storeCase('replace', 'TK-5 the old token gets its end and the successor is there', async (store) => {
    const old = recordOf(1, { expiresAt: 900, lastUsedAt: 3 });
    await fill(store, [old]);
    same(await replace(store, 900, successorOf(2)), 'replaced', 'replace');
    same(await found(store, idOf(1)), { ...old, expiresAt: 60 }, 'the old record');
    same(await found(store, idOf(2)), successorOf(2), 'the successor');
    same(
      await eventsOf(store, idOf(1)),
      [eventOf.rotated(idOf(1), successorOf(2), 60)],
      'the log of the old token',
    );
    same(
      await eventsOf(store, idOf(2)),
      [eventOf.rotated(idOf(1), successorOf(2), 60)],
      'the log of the successor',
    );
    same(
      (await store.tokens.list({ expires: { from: 60, before: 61 }, after: null, limit: 9 })).map(
        ({ id }) => id,
      ),
      [idOf(1)],
      'the listing by the new end',
    );
  }),
  storeCase('replace-endless', 'TK-5 a token without an end is replaced like any other', async (store) => {
    await fill(store, [recordOf(1)]);
    same(await replace(store, null, successorOf(2)), 'replaced', 'replace');
    same((await found(store, idOf(1)))?.expiresAt, 60, 'the end of the old record');
  }),
  storeCase('replace-other-end', 'ST-3 a token whose end is another by now is left alone', async (store) => {
    const old = recordOf(1, { expiresAt: 900 });
    await fill(store, [old]);
    await refusesTo(store, old, 901, 'changed');
    await refusesTo(store, old, null, 'changed');
  }),
  storeCase('replace-endless-other-end', 'ST-3 no end is not the end that was expected', async (store) => {
    await fill(store, [recordOf(1)]);
    await refusesTo(store, recordOf(1), 900, 'changed');
    await refusesTo(store, recordOf(1), 0, 'changed');
  }),
  storeCase('replace-revoked', 'TK-5 a revoked token is not replaced', async (store) => {
    const old = recordOf(1, { revokedAt: 9, revokedBy: 'root' });
    await fill(store, [old]);
    await refusesTo(store, old, null, 'changed');
  }),
  storeCase('replace-missing', 'ST-2 what is not there is not replaced', async (store) => {
    await refusesTo(store, null, null, 'changed');
  }),
  storeCase('replace-duplicate', 'ST-3 the id of a successor is not to be taken', async (store) => {
    const other = recordOf(2, { subject: 'bob' });
    await fill(store, [recordOf(1), other]);
    same(await replace(store, null, successorOf(2)), 'duplicate', 'a successor with the id of another token');
    same(
      await replace(store, null, recordOf(1, { replaces: idOf(1) })),
      'duplicate',
      'a successor with the id of the old one',
    );
    same(await found(store, idOf(1)), recordOf(1), 'the old record');
    same(await found(store, idOf(2)), other, 'the other record');
    same(await kindsIn(store), [], 'the log');
  }),
  storeCase('replace-limit', 'TK-8 the old token does not count towards the limit', async (store) => {
    await fill(store, [recordOf(1), recordOf(5)]);
    same(
      await replace(store, null, successorOf(2), { live: 1, at: 50 }),
      'limit-reached',
      'beside another live token',
    );
    same(await found(store, idOf(1)), recordOf(1), 'the old record');
    same(await found(store, idOf(2)), null, 'the successor');
    same(await kindsIn(store), [], 'the log');
    same(
      await replace(store, null, successorOf(2), { live: 2, at: 50 }),
      'replaced',
      'where two are allowed',
    );
  }),
  storeCase(
    'replace-twice',
    'TK-5 of two replacements of the same token the second is refused',
    async (store) => {
      await fill(store, [recordOf(1, { expiresAt: 900 })]);
      same(await replace(store, 900, successorOf(2)), 'replaced', 'the first');
      same(await replace(store, 900, successorOf(3)), 'changed', 'the second');
      same(await found(store, idOf(3)), null, 'the second successor');
    },
  ),
];
