import type { Lookup, TokenId } from '@latchkey/core';
import { sql } from 'kysely';
import { StoreError } from './error.ts';
import { type Codec, type RecordRow, recordColumns } from './record.ts';
import type { Session } from './session.ts';
import { checkState } from './state.ts';

/** The comment that marks the statement of a look-up, for the server's log and for what prepares it. */
export const lookUpMark = '/* latchkey look-up */';

type Whole = number | string | bigint;

/** A row of the look-up: no columns of a token where there is none. */
type Row = { readonly schema_version: Whole; readonly oldest_code: Whole; readonly revision: Whole } & (
  | RecordRow
  | { readonly id: null }
);

/**
 * Answers what a look-up asks in one statement: the record by its primary key and the settings revision, the one with
 * or without the other. It is compiled once. Spec: ST-1
 */
export function lookUp({ db, read }: Session, codec: Codec): (id: TokenId) => Promise<Lookup> {
  const compiled = db
    .selectFrom('latchkey_state as state')
    .leftJoin('latchkey_tokens as token', (join) => join.on((eb) => eb('token.id', '=', codec.name(''))))
    .modifyFront(sql.raw(lookUpMark))
    .select(['state.schema_version', 'state.oldest_code', 'state.revision'])
    .select(recordColumns.map((column) => `token.${column}` as const))
    .where('state.id', '=', sql.lit(1))
    .compile();

  return (id) =>
    read(async () => {
      const { rows } = await db.executeQuery<Row>({ ...compiled, parameters: [codec.name(id)] });
      const [row] = rows;
      if (row === undefined) throw new StoreError('schema-missing');
      checkState({ version: Number(row.schema_version), oldestCode: Number(row.oldest_code) });
      return {
        record: row.id === null ? null : codec.record(row),
        settingsRevision: Number(row.revision),
      };
    });
}
