import type { InstantRange, TokenQuery } from '@latchkey/core';
import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import { createdMonth, dayOf, daysWithin, expiresDay, monthOf } from './day.ts';
import type { DialectTraits, Text } from './dialect.ts';
import { type Codec, type RecordRow, recordColumns, scopes } from './record.ts';
import type { Tables } from './schema.ts';
import { containing } from './text.ts';

type Tokens = ExpressionBuilder<Tables, 'latchkey_tokens'>;
type InstantColumn = 'created_at' | 'last_used_at' | 'expires_at';

const usedDay = sql<number | null>`used_day`;
const columns = ['id', ...recordColumns] as const;

/** Null is in no range: a comparison with it is never true. */
const within = (eb: Tokens, column: InstantColumn, { from, before }: InstantRange): Expression<SqlBool>[] => [
  ...(from === undefined && before === undefined && column !== 'created_at'
    ? [eb(column, 'is not', null)]
    : []),
  ...(from === undefined ? [] : [eb(column, '>=', from)]),
  ...(before === undefined ? [] : [eb(column, '<', before)]),
];

/** The days that a range of instants touches, which there is an index for. */
const daysOf = (
  eb: Tokens,
  day: RawBuilder<number | null>,
  { from, before }: InstantRange,
): Expression<SqlBool>[] => [
  ...(from === undefined ? [] : [eb(day, '>=', dayOf(from))]),
  ...(before === undefined ? [] : [eb(day, '<=', dayOf(before))]),
];

/** Each filter of a query as conditions; all of them hold for what is listed. Spec: TK-5 */
function conditions(
  eb: Tokens,
  query: TokenQuery,
  codec: Codec,
  { rightIndexes }: DialectTraits,
): Expression<SqlBool>[] {
  const { subject, label, scope, created, used, expires, after } = query;
  const all: Expression<SqlBool>[] = [];
  if (subject !== undefined) all.push(eb('subject', '=', codec.name(subject)));
  if (scope !== undefined) all.push(eb('scope', '=', scopes[scope]));
  if (created !== undefined) all.push(...within(eb, 'created_at', created));
  if (used !== undefined) all.push(...within(eb, 'last_used_at', used), ...daysOf(eb, usedDay, used));
  if (expires !== undefined)
    all.push(...within(eb, 'expires_at', expires), ...(rightIndexes ? daysOf(eb, expiresDay, expires) : []));
  if (label !== undefined) {
    const pattern = codec.text(containing(label.toLowerCase()));
    all.push(sql<SqlBool>`coalesce(label_folded, label) like ${pattern} escape '!'`);
  }
  if (after !== null) {
    // The first condition says nothing new, but it is the one that an index can start from.
    all.push(eb('created_at', '<=', after.createdAt));
    all.push(eb.or([eb('created_at', '<', after.createdAt), eb('id', '<', codec.place(after.id))]));
  }
  return all;
}

/** A row of a listing. */
export interface ListedRow extends RecordRow {
  readonly id: Text;
}

/** A query that was built. */
type Listing = Pick<SelectQueryBuilder<Tables, 'latchkey_tokens', ListedRow>, 'execute' | 'explain'>;

/** The query for a page, newest first; a page goes on behind a record, not after a number of them. Spec: ST-6 */
export function listing(db: Kysely<Tables>, query: TokenQuery, codec: Codec, traits: DialectTraits): Listing {
  const walk = traits.rightIndexes ? walkOf(query) : null;
  if (walk === null)
    return matching(db, query, codec, traits).orderBy('created_at', 'desc').orderBy('id', 'desc');
  const { days, rest, day, column } = walk;
  const latest = Math.min(query.after?.createdAt ?? Infinity, query.created?.before ?? Infinity);
  const pages = days.map(({ day: number, ...ends }) => {
    const page = matching(db, rest, codec, traits)
      .where(day, '=', number)
      .where((eb) => eb.and(within(eb, column, ends)))
      .$if(latest < Infinity, (limited) => limited.where(createdMonth, '<=', monthOf(latest)))
      .orderBy(createdMonth, 'desc')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc');
    // As a table, because not every engine takes an order within a union.
    return sql`select * from (${page}) as day`;
  });
  return db
    .selectFrom(sql<ListedRow>`(${sql.join(pages, sql` union all `)})`.as('days'))
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit);
}

/** What a query lists, in no order. */
const matching = (db: Kysely<Tables>, query: TokenQuery, codec: Codec, traits: DialectTraits) =>
  db
    .selectFrom('latchkey_tokens')
    .select(columns)
    .where((eb) => eb.and(conditions(eb, query, codec, traits)))
    .limit(query.limit);

/**
 * The days whose pages hold the page of a query among them, and the query without the range that they stand for, which
 * a planner would count twice. An index has the tokens of a day nearly in the order of listings, so that not much more
 * than a page of each day is read, however many match. Null where another way is shorter.
 */
function walkOf(query: TokenQuery) {
  const { subject, used, expires, ...others } = query;
  if (subject !== undefined) return null;
  const usedDays = used === undefined ? null : daysWithin(used);
  if (usedDays !== null) {
    const rest: TokenQuery = expires === undefined ? others : { ...others, expires };
    return { days: usedDays, rest, day: usedDay, column: 'last_used_at' } as const;
  }
  const endDays = expires === undefined ? null : daysWithin(expires);
  if (endDays === null) return null;
  const rest: TokenQuery = used === undefined ? others : { ...others, used };
  return { days: endDays, rest, day: expiresDay, column: 'expires_at' } as const;
}
