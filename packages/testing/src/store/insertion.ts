import { same } from './assertion.ts';
import { type StoreCase, storeCase } from './case.ts';
import { eventOf, eventsOf, fill, found, idOf, kindsIn, recordOf, settingsOf } from './sample.ts';

/** Keeping and finding records. */
export const insertionCases: readonly StoreCase[] = [
  storeCase('find-nothing', 'ST-1 an id that is not there is answered with null', async (store) => {
    same(await store.tokens.find(idOf(1)), { record: null, settingsRevision: 0 }, 'find in an empty store');
  }),
  storeCase('find-whole-record', 'TK-4 every field comes back as it was given', async (store) => {
    const bare = recordOf(1);
    const full = recordOf(2, {
      keyVersion: 'k-2',
      label: 'Deploy key',
      subject: 'bob',
      issuedBy: 'issuer',
      scope: 'read-only',
      createdAt: 1_767_225_600_123,
      expiresAt: 1_767_312_000_456,
      lastUsedAt: 1_767_225_600_789,
      revokedAt: 1_767_225_601_001,
      revokedBy: 'root',
      replaces: idOf(1),
    });
    await fill(store, [bare, full]);
    same(await found(store, bare.id), bare, 'a record with nulls');
    same(await found(store, full.id), full, 'a record without nulls');
  }),
  storeCase('find-revision', 'ST-1 a look-up tells the settings revision that stands', async (store) => {
    await fill(store, [recordOf(1)]);
    const revisions = async () => [
      (await store.tokens.find(idOf(1))).settingsRevision,
      (await store.tokens.find(idOf(2))).settingsRevision,
    ];
    same(await revisions(), [0, 0], 'before any settings were saved');
    await store.settings.save(settingsOf('one'), 0);
    same(await revisions(), [1, 1], 'after the first save');
    await store.settings.save(settingsOf('two'), 1);
    same(await revisions(), [2, 2], 'after the second save');
    await store.settings.save(settingsOf('three'), 1);
    same(await revisions(), [2, 2], 'after a save that was refused');
  }),
  storeCase('insert-event', 'ST-3 a new record and its event are both there', async (store) => {
    const record = recordOf(1);
    same(await store.tokens.insert(record, eventOf.issued(record), null), 'inserted', 'insert');
    same(await eventsOf(store, record.id), [eventOf.issued(record)], 'the log');
  }),
  storeCase(
    'insert-bare',
    'ST-3 a record may be kept without an event and without a limit',
    async (store) => {
      same(await store.tokens.insert(recordOf(1)), 'inserted', 'insert of a record alone');
      same(await store.tokens.insert(recordOf(2), null, null), 'inserted', 'insert with nulls');
      same(
        [await found(store, idOf(1)), await found(store, idOf(2))],
        [recordOf(1), recordOf(2)],
        'the records',
      );
      same(await kindsIn(store), [], 'the log');
    },
  ),
  storeCase('insert-duplicate', 'ST-3 an id that is taken is refused, never overwritten', async (store) => {
    const first = recordOf(1);
    const second = recordOf(1, { label: 'another', subject: 'eve', createdAt: 9 });
    await fill(store, [first]);
    same(await store.tokens.insert(second, eventOf.issued(second), null), 'duplicate', 'the second insert');
    same(await found(store, first.id), first, 'the record that was there');
    same(
      await store.tokens.list({ subject: 'eve', after: null, limit: 10 }),
      [],
      'records of the second subject',
    );
    same(await kindsIn(store), [], 'the log');
  }),
  storeCase(
    'insert-duplicate-of-ended',
    'ST-3 the id of a token that ended stays taken until it is purged',
    async (store) => {
      await fill(store, [recordOf(1, { expiresAt: 5 }), recordOf(2, { revokedAt: 5, revokedBy: 'root' })]);
      same(await store.tokens.insert(recordOf(1), null, null), 'duplicate', 'the id of an expired token');
      same(await store.tokens.insert(recordOf(2), null, null), 'duplicate', 'the id of a revoked token');
      await store.tokens.remove([idOf(1)], 10, eventOf.purged([idOf(1)], 10));
      same(await store.tokens.insert(recordOf(1), null, null), 'inserted', 'the id after the purge');
    },
  ),
  storeCase('insert-limit', 'TK-8 one live token more than the limit is refused', async (store) => {
    const limit = { live: 2, at: 100 };
    const word = (number: number, subject = 'ada') => {
      const record = recordOf(number, { subject });
      return store.tokens.insert(record, eventOf.issued(record), limit);
    };
    same([await word(1), await word(2), await word(3)], ['inserted', 'inserted', 'limit-reached'], 'inserts');
    same(await found(store, idOf(3)), null, 'the record that was refused');
    same(await eventsOf(store, idOf(3)), [], 'its event');
    same(await word(4, 'bob'), 'inserted', 'a token of another subject');
    same(await store.tokens.insert(recordOf(5), null, null), 'inserted', 'a token without a limit');
    same(await word(1), 'duplicate', 'a taken id of a full subject');
  }),
  storeCase(
    'insert-limit-live',
    'TK-8 only unrevoked tokens that end later than the instant count',
    async (store) => {
      await fill(store, [
        recordOf(1, { expiresAt: 100 }),
        recordOf(2, { revokedAt: 5, revokedBy: 'root' }),
        recordOf(3, { revokedAt: 500, revokedBy: 'root', expiresAt: 900 }),
        recordOf(4, { expiresAt: 101 }),
      ]);
      const limit = { live: 2, at: 100 };
      same(
        await store.tokens.insert(recordOf(5), null, limit),
        'inserted',
        'beside one that ends a millisecond later',
      );
      same(await store.tokens.insert(recordOf(6), null, limit), 'limit-reached', 'beside two live tokens');
      same(
        await store.tokens.insert(recordOf(6), null, { live: 2, at: 101 }),
        'inserted',
        'a millisecond later',
      );
      await store.tokens.revoke(idOf(5), 102, 'root', eventOf.revoked(idOf(5)));
      same(
        await store.tokens.insert(recordOf(7), null, { live: 2, at: 102 }),
        'inserted',
        'after a revocation',
      );
      same(
        await store.tokens.insert(recordOf(8), null, { live: 0, at: 102 }),
        'limit-reached',
        'under a limit of none',
      );
    },
  ),
];
