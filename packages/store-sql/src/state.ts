import { type Kysely, sql } from 'kysely';
import { StoreError } from './error.ts';
import { schemaVersion, type Tables } from './schema.ts';

/** The versions that stand in the state row. */
export interface SchemaState {
  readonly version: number;
  /** The oldest code, by its own schema version, that can work with these tables. */
  readonly oldestCode: number;
}

/** What the state row says; throws `schema-missing` where there is none. */
export async function readState(db: Kysely<Tables>): Promise<SchemaState> {
  const row = await db
    .selectFrom('latchkey_state')
    .select(['schema_version', 'oldest_code'])
    .where('id', '=', sql.lit(1))
    .executeTakeFirst();
  if (row === undefined) throw new StoreError('schema-missing');
  return { version: Number(row.schema_version), oldestCode: Number(row.oldest_code) };
}

/** Throws unless this code can work with tables of these versions. Spec: ST-5 */
export function checkState({ version, oldestCode }: SchemaState): void {
  if (version < schemaVersion)
    throw new StoreError('schema-older', `version ${version}, needed ${schemaVersion}`);
  if (!(oldestCode <= schemaVersion))
    throw new StoreError('schema-newer', `version ${version}, for code of version ${oldestCode} or later`);
}
