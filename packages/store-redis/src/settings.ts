import type { SettingsStore } from '@latchkey/core';
import { StoreError } from './error.ts';
import { eventText } from './insertion.ts';
import { layout } from './keys.ts';
import { saveScript } from './script/change.ts';
import { textOf } from './sortable.ts';
import { runOnce, type Space } from './space.ts';

/** The settings port over a space: the document as JSON behind its revision, replaced in one step. Spec: SE-5 */
export function settingsStore(space: Space): SettingsStore {
  const { connection, keys } = space;
  return {
    async load() {
      const reply = await connection.ask(['GET', keys.settings], keys.settings);
      if (reply === null || reply === undefined) return null;
      const text = textOf(reply);
      const end = text.indexOf('\n');
      const revision = end === -1 ? Number.NaN : Number(text.slice(0, end));
      if (!Number.isSafeInteger(revision)) throw new StoreError('corrupt');
      try {
        return { document: JSON.parse(text.slice(end + 1)), revision };
      } catch {
        throw new StoreError('corrupt');
      }
    },
    async save(settings, expectedRevision, event) {
      const args = [
        layout,
        `${keys.shards}`,
        `${expectedRevision}`,
        JSON.stringify(settings),
        eventText(event),
      ];
      const names = [keys.revision, keys.settings, keys.of(keys.home, 'a')];
      const word = await runOnce(space, saveScript, keys.home, names, args);
      if (word !== 'saved' && word !== 'conflict') throw new StoreError('corrupt');
      return word;
    },
  };
}
