import { same } from './assertion.ts';
import { type StoreCase, storeCase } from './case.ts';
import { eventOf, eventsOf, fill, found, idOf, kindsIn, recordOf } from './sample.ts';

/** Relabelling, revoking and noting uses. */
export const changeCases: readonly StoreCase[] = [
  storeCase('relabel', 'TK-5 a label is changed and nothing else', async (store) => {
    const ended = recordOf(2, { expiresAt: 3, lastUsedAt: 2, revokedAt: 3, revokedBy: 'root' });
    await fill(store, [recordOf(1), ended]);
    for (const record of [recordOf(1), ended]) {
      same(
        await store.tokens.relabel(record.id, 'Other', eventOf.relabelled(record.id)),
        'relabelled',
        'relabel',
      );
      same(await found(store, record.id), { ...record, label: 'Other' }, 'the record');
      same(await eventsOf(store, record.id), [eventOf.relabelled(record.id)], 'the log');
    }
    same(
      (await store.tokens.list({ label: 'OTHER', after: null, limit: 10 })).map(({ id }) => id),
      [idOf(2), idOf(1)],
      'the listing by the new label',
    );
    same(
      await store.tokens.list({ label: 'token', after: null, limit: 10 }),
      [],
      'the listing by the former label',
    );
  }),
  storeCase(
    'relabel-unknown',
    'ST-2 relabelling what is not there says so and leaves no event',
    async (store) => {
      same(await store.tokens.relabel(idOf(1), 'Other', eventOf.relabelled(idOf(1))), 'not-found', 'relabel');
      same(await found(store, idOf(1)), null, 'the record');
      same(await kindsIn(store), [], 'the log');
    },
  ),
  storeCase('revoke-first-wins', 'ST-3 the first revocation stands', async (store) => {
    const record = recordOf(1, { expiresAt: 900, lastUsedAt: 7 });
    await fill(store, [record]);
    same(
      await store.tokens.revoke(record.id, 50, 'ada', eventOf.revoked(record.id, 'ada')),
      'revoked',
      'the first',
    );
    same(
      await store.tokens.revoke(record.id, 40, 'root', eventOf.revoked(record.id)),
      'already-revoked',
      'the second',
    );
    same(await found(store, record.id), { ...record, revokedAt: 50, revokedBy: 'ada' }, 'the record');
    same(await eventsOf(store, record.id), [eventOf.revoked(record.id, 'ada')], 'the log');
  }),
  storeCase(
    'revoke-expired',
    'ST-2 a store does not judge: an expired token can be revoked',
    async (store) => {
      await fill(store, [recordOf(1, { expiresAt: 5 })]);
      same(await store.tokens.revoke(idOf(1), 50, 'root', eventOf.revoked(idOf(1))), 'revoked', 'revoke');
      same((await found(store, idOf(1)))?.revokedAt, 50, 'the record');
    },
  ),
  storeCase(
    'revoke-unknown',
    'ST-2 revoking what is not there says so and leaves no event',
    async (store) => {
      same(await store.tokens.revoke(idOf(1), 5, 'root', eventOf.revoked(idOf(1))), 'not-found', 'revoke');
      same(await found(store, idOf(1)), null, 'the record');
      same(await kindsIn(store), [], 'the log');
    },
  ),
  storeCase('touch-first', 'TK-6 a token that was never used gets its first stamp', async (store) => {
    await fill(store, [recordOf(1), recordOf(2)]);
    await store.tokens.touch([{ id: idOf(1), at: 20 }]);
    same(await found(store, idOf(1)), recordOf(1, { lastUsedAt: 20 }), 'the touched record');
    same(await found(store, idOf(2)), recordOf(2), 'the other record');
  }),
  storeCase('touch-forward', 'TK-6 the last use moves forward only', async (store) => {
    await fill(store, [recordOf(1, { lastUsedAt: 20 })]);
    for (const [at, expected] of [
      [19, 20],
      [20, 20],
      [21, 21],
      [0, 21],
    ] as const) {
      await store.tokens.touch([{ id: idOf(1), at }]);
      same(await found(store, idOf(1)), recordOf(1, { lastUsedAt: expected }), `the record after ${at}`);
    }
  }),
  storeCase('touch-revoked', 'TK-6 a revoked token is never touched, and stays revoked', async (store) => {
    const revoked = recordOf(1, { lastUsedAt: 5, revokedAt: 10, revokedBy: 'root' });
    await fill(store, [revoked, recordOf(2)]);
    await store.tokens.revoke(idOf(2), 10, 'root', eventOf.revoked(idOf(2)));
    await store.tokens.touch([
      { id: idOf(1), at: 20 },
      { id: idOf(2), at: 20 },
    ]);
    same(await found(store, idOf(1)), revoked, 'a record that came revoked');
    same(
      await found(store, idOf(2)),
      recordOf(2, { revokedAt: 10, revokedBy: 'root' }),
      'a record that was revoked',
    );
  }),
  storeCase('touch-batch', 'TK-6 a batch notes each use; unknown ids are passed over', async (store) => {
    await fill(store, [recordOf(1), recordOf(2, { expiresAt: 1 }), recordOf(3)]);
    await store.tokens.touch([]);
    await store.tokens.touch([
      { id: idOf(1), at: 20 },
      { id: idOf(9), at: 25 },
      { id: idOf(2), at: 30 },
      { id: idOf(3), at: 44 },
      { id: idOf(3), at: 41 },
    ]);
    const stamps = [1, 2, 3].map(async (number) => (await found(store, idOf(number)))?.lastUsedAt);
    same(await Promise.all(stamps), [20, 30, 44], 'the stamps');
    same(await found(store, idOf(9)), null, 'the unknown id');
    same(await kindsIn(store), [], 'the log');
  }),
];
