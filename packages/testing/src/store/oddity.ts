import type { TokenRecord } from '@latchkey/core';
import { same } from './assertion.ts';
import { type StoreCase, storeCase } from './case.ts';
import { pagesOf } from './pages.ts';
import { eventOf, eventsOf, fill, found, idOf, recordOf } from './sample.ts';

/** The last instant that a calendar date can be told of. */
const lastInstant = 8.64e15;

/** Names that a careless store takes for one another, for syntax, or for something of its own. */
const names: readonly string[] = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'ada',
  'Ada',
  'ADA',
  'ada ',
  ' ada',
  'a\u0301da',
  'áda',
  'ß',
  'ss',
  'ı',
  'i',
  '用户',
  '👩‍💻',
  "o'neil",
  'quote"d',
  'back\\slash',
  '; drop table tokens --',
  '%',
  '_',
  '*',
  '{tag}',
  'a:b',
  'a/b',
  '1',
  '01',
  '1e0',
  'null',
  'undefined',
  'x'.repeat(255),
  `${'x'.repeat(254)}y`,
  '語'.repeat(255),
];

/** Odd names and extreme instants. */
export const oddityCases: readonly StoreCase[] = [
  storeCase(
    'odd-subjects',
    'TK-4 a subject may have any name, and names are compared exactly',
    async (store) => {
      await fill(
        store,
        names.map((subject, number) => recordOf(number, { subject, issuedBy: subject })),
      );
      for (const [number, subject] of names.entries()) {
        const record = recordOf(number, { subject, issuedBy: subject });
        same(await found(store, idOf(number)), record, 'the record');
        same(
          await store.tokens.list({ subject, after: null, limit: 9 }),
          [record],
          `the listing of ${subject}`,
        );
        const limit = { live: 2, at: 0 };
        const words = [1000, 2000].map((by) =>
          store.tokens.insert(recordOf(number + by, { subject }), null, limit),
        );
        same(
          (await Promise.all(words)).sort(),
          ['inserted', 'limit-reached'],
          `two more tokens of ${subject}`,
        );
      }
    },
  ),
  storeCase(
    'odd-actors',
    'TK-7 an actor may have any name, and names are compared exactly',
    async (store) => {
      for (const [number, actor] of names.entries()) {
        await fill(store, [recordOf(number)]);
        await store.tokens.revoke(idOf(number), 5, actor, eventOf.revoked(idOf(number), actor));
      }
      for (const [number, actor] of names.entries()) {
        same((await found(store, idOf(number)))?.revokedBy, actor, 'who revoked');
        const entries = await store.audit.list({ actor, after: null, limit: 9 });
        same(
          entries.map(({ event }) => event),
          [eventOf.revoked(idOf(number), actor)],
          `the log of ${actor}`,
        );
      }
    },
  ),
  storeCase('odd-labels', 'TK-4 a label of 255 characters of any kind comes back as it is', async (store) => {
    const labels = [...names, '🔑'.repeat(127), 'İ'.repeat(255), ' ', '\u00a0', 'x '];
    await fill(
      store,
      labels.map((label, number) => recordOf(number, { label })),
    );
    for (const [number, label] of labels.entries())
      same((await found(store, idOf(number)))?.label, label, 'the label');
    for (const [number, label] of labels.entries()) {
      await store.tokens.relabel(
        idOf(number),
        labels.at(-number - 1) ?? label,
        eventOf.relabelled(idOf(number)),
      );
      same((await found(store, idOf(number)))?.label, labels.at(-number - 1), 'the new label');
    }
  }),
  storeCase('odd-ids', 'TK-1 ids are compared exactly: case matters', async (store) => {
    const ids = [
      'abcdefghijklmnop',
      'ABCDEFGHIJKLMNOP',
      'aBCDEFGHIJKLMNOP',
      '0000000000000000',
      '1e15000000000000',
    ];
    const records = ids.map((id, number): TokenRecord => recordOf(number, { id, label: `label of ${id}` }));
    await fill(store, records.slice(1));
    same(await found(store, ids[0] ?? ''), null, 'an id that differs in case');
    await fill(store, records.slice(0, 1));
    for (const record of records) same(await found(store, record.id), record, 'the record');
    const [first = ''] = ids;
    await store.tokens.revoke(first, 5, 'root', eventOf.revoked(first));
    const revoked = await Promise.all(ids.map(async (id) => (await found(store, id))?.revokedAt));
    same(revoked, [5, null, null, null, null], 'who is revoked');
    same((await eventsOf(store, ids[1] ?? '')).length, 0, 'events of an id that differs in case');
  }),
  storeCase(
    'odd-instants',
    'TK-4 instants are kept to the millisecond, from the first to the last',
    async (store) => {
      const instants = [
        0,
        1,
        999,
        2 ** 31 - 1,
        2 ** 31,
        2 ** 32,
        253_402_300_800_000,
        lastInstant - 1,
        lastInstant,
      ];
      const records = instants.map((at, number) =>
        recordOf(number, { createdAt: at, expiresAt: at, lastUsedAt: at }),
      );
      await fill(store, records);
      for (const record of records) same(await found(store, record.id), record, 'the record');
      same(await store.tokens.list({ after: null, limit: 99 }), [...records].reverse(), 'the listing');
      same(await pagesOf(store, { limit: 1 }), [...records].reverse(), 'the listing, one by one');
      for (const [number, at] of instants.entries())
        for (const range of ['created', 'used', 'expires'] as const) {
          const query = { [range]: { from: at, before: at + 1 }, after: null, limit: 9 };
          same(await store.tokens.list(query), [records[number]], `the listing by ${range} at ${at}`);
        }
      const ended = await store.tokens.findEnded(lastInstant, 99);
      same(
        [...ended].sort(),
        records.slice(0, -1).map(({ id }) => id),
        'what ended before the last instant',
      );
    },
  ),
  storeCase('odd-changes', 'TK-4 the last instant can be an end, a use and a revocation', async (store) => {
    await fill(store, [recordOf(1), recordOf(2)]);
    await store.tokens.touch([{ id: idOf(1), at: lastInstant }]);
    const successor = recordOf(3, { createdAt: lastInstant });
    const change = { id: idOf(1), expectedEnd: null, endsAt: lastInstant };
    const event = eventOf.rotated(idOf(1), successor, lastInstant);
    same(
      await store.tokens.replace(change, successor, event, { live: 9, at: lastInstant }),
      'replaced',
      'replace',
    );
    await store.tokens.revoke(idOf(1), lastInstant, 'root', eventOf.revoked(idOf(1)));
    const [at, by] = [lastInstant, 'root'];
    const expected = recordOf(1, { expiresAt: at, lastUsedAt: at, revokedAt: at, revokedBy: by });
    same(await found(store, idOf(1)), expected, 'the record');
    same(
      (await eventsOf(store, idOf(3))).map((entry) => entry),
      [event],
      'the event',
    );
  }),
];
