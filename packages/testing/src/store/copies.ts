import type { AuditEvent } from '@latchkey/core';
import { same } from './assertion.ts';
import { type StoreCase, storeCase } from './case.ts';
import { eventOf, fill, found, idOf, recordOf, roomy, settingsOf } from './sample.ts';

/** Changes every field of a value that lets itself be changed; a frozen answer is as good as a copy. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    spoil(Reflect.get(value, key));
    Reflect.set(value, key, 'spoilt');
  }
  if (Array.isArray(value) && !Object.isFrozen(value)) value.push('spoilt');
}

/** Stores hand out copies and keep copies. */
export const copyCases: readonly StoreCase[] = [
  storeCase(
    'copies-of-records',
    'ST-2 changing a record that was answered changes nothing',
    async (store) => {
      await fill(store, [recordOf(1)]);
      spoil(await store.tokens.find(idOf(1)));
      same(await found(store, idOf(1)), recordOf(1), 'the record after an answer of find was changed');
      spoil(await store.tokens.list({ after: null, limit: 9 }));
      spoil(await store.tokens.list({ subject: 'ada', after: null, limit: 9 }));
      same(await found(store, idOf(1)), recordOf(1), 'the record after an answer of list was changed');
      same(await store.tokens.list({ after: null, limit: 9 }), [recordOf(1)], 'the listing');
    },
  ),
  storeCase(
    'copies-of-new-records',
    'ST-2 changing a record that was given changes nothing',
    async (store) => {
      const given = recordOf(1);
      const event = eventOf.issued(given);
      await store.tokens.insert(given, event, null);
      spoil(given);
      spoil(event);
      const successor = recordOf(2);
      const change = { id: idOf(1), expectedEnd: null, endsAt: 60 };
      await store.tokens.replace(change, successor, eventOf.rotated(idOf(1), successor, 60), roomy);
      spoil(successor);
      spoil(change);
      const expected = [recordOf(2), recordOf(1, { expiresAt: 60 })];
      same(await store.tokens.list({ after: null, limit: 9 }), expected, 'the listing');
      const [last] = (await store.audit.list({ kind: 'token-issued', after: null, limit: 9 })).map(
        (entry) => entry.event,
      );
      same(last, eventOf.issued(recordOf(1)), 'the event');
    },
  ),
  storeCase(
    'copies-of-settings',
    'ST-2 changing settings that were given or answered changes nothing',
    async ({ settings }) => {
      const given = settingsOf('one');
      await settings.save(given, 0);
      spoil(given);
      same(
        (await settings.load())?.document,
        settingsOf('one'),
        'the document after the given one was changed',
      );
      spoil(await settings.load());
      same(
        await settings.load(),
        { document: settingsOf('one'), revision: 1 },
        'after the answer was changed',
      );
    },
  ),
  storeCase(
    'copies-of-events',
    'ST-2 changing events that were given or answered changes nothing',
    async ({ audit }) => {
      const given: AuditEvent[] = [eventOf.changed(1), eventOf.purged([idOf(1)], 5)];
      await audit.append(given);
      spoil(given);
      const events = async () => (await audit.list({ after: null, limit: 9 })).map(({ event }) => event);
      const expected = [eventOf.purged([idOf(1)], 5), eventOf.changed(1)];
      same(await events(), expected, 'the log after the given events were changed');
      spoil(await events());
      same(await events(), expected, 'the log after the answer was changed');
    },
  ),
  storeCase('copies-as-of-then', 'ST-2 an answer does not change when the record does', async (store) => {
    await fill(store, [recordOf(1)]);
    const [answer] = [await found(store, idOf(1))];
    const listed = await store.tokens.list({ after: null, limit: 9 });
    await store.tokens.relabel(idOf(1), 'Other', eventOf.relabelled(idOf(1)));
    await store.tokens.revoke(idOf(1), 5, 'root', eventOf.revoked(idOf(1)));
    await store.tokens.touch([{ id: idOf(1), at: 5 }]);
    same(answer, recordOf(1), 'the earlier answer of find');
    same(listed, [recordOf(1)], 'the earlier answer of list');
  }),
];
