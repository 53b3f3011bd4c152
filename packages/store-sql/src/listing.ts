import type { InstantRange, TokenQuery } from '@latchkey/core';
import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { type Codec, recordColumns, scopes } from './record.ts';
import { dayMs, type Tables } from './schema.ts';
import { containing } from './text.ts';

type Tokens = ExpressionBuilder<Tables, 'latchkey_tokens'>;
type InstantColumn = 'created_at' | 'last_used_at' | 'expires_at';

/** Null is in no range: a comparison with it is never true. */
const within = (eb: Tokens, column: InstantColumn, { from, before }: InstantRange): Expression<SqlBool>[] => [
  ...(from === undefined && before === undefined && column !== 'created_at'
    ? [eb(column, 'is not', null)]
    : []),
  ...(from === undefined ? [] : [eb(column, '>=', from)]),
  ...(before === undefined ? [] : [eb(column, '<', before)]),
];

/** The days that a range of instants touches, which there is an index for. */
const daysOf = (eb: Tokens, { from, before }: InstantRange): Expression<SqlBool>[] => [
  ...(from === undefined ? [] : [eb('used_day', '>=', Math.floor(from / dayMs))]),
  ...(before === undefined ? [] : [eb('used_day', '<=', Math.floor(before / dayMs))]),
];

/** Each filter of a query as conditions; all of them hold for what is listed. Spec: TK-5 */
function conditions(eb: Tokens, query: TokenQuery, codec: Codec): Expression<SqlBool>[] {
  const { subject, label, scope, created, used, expires, after } = query;
  const all: Expression<SqlBool>[] = [];
  if (subject !== undefined) all.push(eb('subject', '=', codec.name(subject)));
  if (scope !== undefined) all.push(eb('scope', '=', scopes[scope]));
  if (created !== undefined) all.push(...within(eb, 'created_at', created));
  if (used !== undefined) all.push(...within(eb, 'last_used_at', used), ...daysOf(eb, used));
  if (expires !== undefined) all.push(...within(eb, 'expires_at', expires));
  if (label !== undefined) {
    const pattern = codec.text(containing(label.toLowerCase()));
    all.push(sql<SqlBool>`coalesce(label_folded, label) like ${pattern} escape '!'`);
  }
  if (after !== null) {
    // The first condition says nothing new, but it is the one that an index can start from.
    all.push(eb('created_at', '<=', after.createdAt));
    all.push(eb.or([eb('created_at', '<', after.createdAt), eb('id', '<', codec.name(after.id))]));
  }
  return all;
}

/** The query for a page, newest first; a page goes on behind a record, not after a number of them. Spec: ST-6 */
export const listing = (db: Kysely<Tables>, query: TokenQuery, codec: Codec) =>
  db
    .selectFrom('latchkey_tokens')
    .select(recordColumns)
    .where((eb) => eb.and(conditions(eb, query, codec)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit);
