import type { SettingsStore } from '@latchkey/core';
import { sql } from 'kysely';
import { writeEvent } from './audit.ts';
import { StoreError } from './error.ts';
import type { Session } from './session.ts';

/** What JSON text stands for, or the text itself: whoever asked finds out that it is no settings document. Spec: SE-4 */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The settings port: one document under a revision, saved by comparing that. Spec: SE-5 */
export function settingsStore({ read, write, traits }: Session): SettingsStore {
  return {
    load: () =>
      read(async (db) => {
        const row = await db
          .selectFrom('latchkey_state')
          .select(['revision', 'document'])
          .where('id', '=', sql.lit(1))
          .executeTakeFirst();
        if (row === undefined) throw new StoreError('schema-missing');
        if (row.document === null) return null;
        return { document: parsed(traits.readText(row.document)), revision: Number(row.revision) };
      }),
    save: (settings, expectedRevision, event) =>
      write(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('latchkey_state')
          .set({ revision: expectedRevision + 1, document: traits.writeText(JSON.stringify(settings)) })
          .where('id', '=', sql.lit(1))
          .where('revision', '=', expectedRevision)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return 'conflict';
        if (event !== undefined) await writeEvent(db, traits, event);
        return 'saved';
      }),
  };
}
