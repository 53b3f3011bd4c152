import type { Settings } from '@latchkey/core';
import { same } from './assertion.ts';
import { type StoreCase, storeCase } from './case.ts';
import { eventOf, kindsIn, settingsOf } from './sample.ts';

/** The settings document under its revision. */
export const documentCases: readonly StoreCase[] = [
  storeCase('settings-none', 'SE-4 where none were ever saved the answer is null', async ({ settings }) => {
    same(await settings.load(), null, 'load');
  }),
  storeCase(
    'settings-first',
    'SE-5 the first save is over revision 0 and makes revision 1',
    async (store) => {
      const { settings } = store;
      same(await settings.save(settingsOf('early'), 1), 'conflict', 'a save over a revision that never was');
      same(await settings.load(), null, 'load after it');
      same(await settings.save(settingsOf('one'), 0, eventOf.changed(1)), 'saved', 'the first save');
      same(await settings.load(), { document: settingsOf('one'), revision: 1 }, 'load after the first save');
      const entries = await store.audit.list({ kind: 'settings-changed', after: null, limit: 9 });
      same(
        entries.map(({ event }) => event),
        [eventOf.changed(1)],
        'the log',
      );
    },
  ),
  storeCase(
    'settings-conflict',
    'SE-5 a save over another revision is refused and changes nothing',
    async (store) => {
      const { settings } = store;
      for (const [name, revision] of [
        ['one', 0],
        ['two', 1],
        ['three', 2],
      ] as const)
        same(await settings.save(settingsOf(name), revision), 'saved', `the save of ${name}`);
      for (const revision of [0, 1, 2, 4])
        same(
          await settings.save(settingsOf('late'), revision, eventOf.changed(9)),
          'conflict',
          `over ${revision}`,
        );
      same(await settings.load(), { document: settingsOf('three'), revision: 3 }, 'load');
      same(await kindsIn(store), [], 'the log');
    },
  ),
  storeCase('settings-eventless', 'SE-5 settings can be saved without an event', async (store) => {
    same(await store.settings.save(settingsOf('one'), 0), 'saved', 'save');
    same(await kindsIn(store), [], 'the log');
  }),
  storeCase(
    'settings-not-judged',
    'SE-4 a document comes back as it stands, also one that no longer parses',
    async ({ settings }) => {
      const document = JSON.parse('{"version":99,"__proto__":{"a":[null,true,1.5,"ü🔑\\\\\\""]},"long":""}');
      document.long = 'x'.repeat(100_000);
      same(await settings.save(document as Settings, 0), 'saved', 'save');
      same(await settings.load(), { document, revision: 1 }, 'load');
    },
  ),
];
