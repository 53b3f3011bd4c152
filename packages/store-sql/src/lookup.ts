import type { Lookup, TokenId } from '@latchkey/core';
import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import { type Batching, batched } from './batch.ts';
import type { Text } from './dialect.ts';
import { StoreError } from './error.ts';
import { type Codec, type RecordRow, recordColumns } from './record.ts';
import type { Session } from './session.ts';
import { shortcutIn } from './shortcut.ts';
import { checkState } from './state.ts';

/** The comment that marks the statement of a look-up, for the server's log and for what prepares it. */
export const lookUpMark = '/* latchkey look-up */';

type Whole = number | string | bigint;

/** A row of the look-up: no columns of a token where there is none. */
type Row = { readonly schema_version: Whole; readonly oldest_code: Whole; readonly revision: Whole } & (
  | RecordRow
  | { readonly digest: null }
);

/** Answers the row for an id; none where the store has no tables. */
type Ask = (id: TokenId) => Promise<Row | undefined>;

/**
 * Answers what a look-up asks in one statement: the record by its primary key and the settings revision, the one with
 * or without the other. It is compiled once. Spec: ST-1
 */
export function lookUp(session: Session, codec: Codec): (id: TokenId) => Promise<Lookup> {
  const ask = session.traits.asksTogether ? askTogether(session, codec) : askAlone(session, codec);
  return (id) =>
    session.read(async () => {
      const row = await ask(id);
      if (row === undefined) throw new StoreError('schema-missing');
      checkState({ version: Number(row.schema_version), oldestCode: Number(row.oldest_code) });
      return {
        record: row.digest === null ? null : codec.record(row, id),
        settingsRevision: Number(row.revision),
      };
    });
}

/** Runs the statement with a parameter, straight at the driver where that is possible. */
function runner<R>({ db }: Session, compiled: CompiledQuery) {
  const shortcut = shortcutIn(db);
  return async (parameter: Text): Promise<readonly R[]> => {
    const parameters = [parameter];
    const direct = shortcut?.(compiled.sql, parameters) ?? null;
    if (direct !== null) return (await direct) as readonly R[];
    return (await db.executeQuery<R>({ ...compiled, parameters })).rows;
  };
}

const stateColumns = ['schema_version', 'oldest_code', 'revision'] as const;

/** One statement for each look-up. */
function askAlone(session: Session, codec: Codec): Ask {
  const compiled = session.db
    .selectFrom('latchkey_state as state')
    .leftJoin('latchkey_tokens as token', (join) => join.on((eb) => eb('token.id', '=', codec.id(''))))
    .modifyFront(sql.raw(lookUpMark))
    .select(stateColumns.map((column) => `state.${column}` as const))
    .select(recordColumns.map((column) => `token.${column}` as const))
    .where('state.id', '=', sql.lit(1))
    .compile();
  const run = runner<Row>(session, compiled);
  return async (id) => (await run(codec.id(id)))[0];
}

/** How look-ups are gathered into statements; the engine itself lets a thousand wait. */
const together: Batching = {
  atOnce: 4,
  largest: 200,
  patienceMs: 50,
  most: 10_000,
  refusal: () => new StoreError('exhausted'),
};

/** Bytes are in no JSON. */
const packedColumns = recordColumns.filter((column) => column !== 'digest');

/** A row with all columns but two in one text: the work of a driver grows with the columns. */
interface PackedRow {
  readonly id: Text | null;
  readonly digest: Text | null;
  readonly packed: string;
}

function unpacked({ digest, packed }: PackedRow): Row {
  const row: Record<string, unknown> = { digest };
  const values = JSON.parse(packed) as readonly unknown[];
  let place = 0;
  for (const column of stateColumns) row[column] = values[place++];
  for (const column of packedColumns) row[column] = values[place++];
  return row as Row;
}

/** One statement for all look-ups that came while others were under way. */
function askTogether(session: Session, codec: Codec): Ask {
  const columns = [
    ...stateColumns.map((column) => sql.ref(`state.${column}`)),
    ...packedColumns.map((column) => sql.ref(`token.${column}`)),
  ];
  const idType = sql.raw(session.traits.idType);
  const statement = (isWanted: RawBuilder<unknown>) => {
    const select = sql`select ${sql.raw(lookUpMark)} token.id, token.digest,
      cast(json_build_array(${sql.join(columns)}) as text) as packed
      from latchkey_state as state left join latchkey_tokens as token on token.id = ${isWanted} where state.id = 1`;
    return runner<PackedRow>(session, select.compile(session.db));
  };
  // Two, because how to look for a list is planned anew each time.
  const runOne = statement(sql`cast(${''} as ${idType})`);
  const runMany = statement(sql`any(cast(${''} as ${idType}[]))`);
  /** Rows by id, and any of them for an id that was not found. */
  const ask = batched(together, async (keys: readonly TokenId[]) => {
    const [first, ...others] = keys.map(codec.id);
    const rows =
      first !== undefined && others.length === 0
        ? await runOne(first)
        : await runMany(`{${[first, ...others].join(',')}}`);
    const found = new Map<TokenId, PackedRow>();
    for (const row of rows) if (row.id !== null) found.set(codec.readId(row.id), row);
    return { found, any: rows[0] };
  });
  return async (id) => {
    const { found, any } = await ask(id);
    const row = found.get(id);
    if (row !== undefined) return unpacked(row);
    return any && unpacked({ ...any, digest: null });
  };
}
