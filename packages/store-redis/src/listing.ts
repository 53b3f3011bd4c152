import type { EpochMs, InstantRange, TokenQuery, TokenRecord } from '@latchkey/core';
import { readRecords } from './lookup.ts';
import { decodeRecord } from './record.ts';
import { idOfMember, memberOf, sortable, textsOf } from './sortable.ts';
import type { Space } from './space.ts';

/** An instant range that at most so many tokens fall into is read as a whole; of others the listing is searched. */
const narrow = 10_000;
/** How many candidates one round looks at, at least and at most. Spec: ST-7 */
const [smallest, largest] = [50, 1000];

const within = (at: EpochMs | null, range: InstantRange | undefined): boolean =>
  range === undefined ||
  (at !== null &&
    (range.from === undefined || at >= range.from) &&
    (range.before === undefined || at < range.before));

/** The filters, asked of the record itself: an index only says where to look. */
const matches = (
  record: TokenRecord,
  { subject, label, scope, created, used, expires }: TokenQuery,
): boolean =>
  (subject === undefined || record.subject === subject) &&
  (scope === undefined || record.scope === scope) &&
  (label === undefined || record.label.toLowerCase().includes(label.toLowerCase())) &&
  within(record.createdAt, created) &&
  within(record.lastUsedAt, used) &&
  within(record.expiresAt, expires);

/**
 * One page of a listing, newest first. Records are looked for where the fewest are: among those of the subject, in a
 * narrow range of uses or ends, or in the listing by creation, of one scope or both. A label is searched among what
 * the other filters leave. Spec: TK-5, ST-6
 */
export async function listTokens(space: Space, query: TokenQuery): Promise<readonly TokenRecord[]> {
  const found: TokenRecord[] = [];
  for await (const members of candidates(space, query)) {
    const ids = members.map(idOfMember);
    const kept = await readRecords(space, ids);
    for (const id of ids) {
      const record = decodeRecord(id, kept.get(id));
      if (record !== null && matches(record, query)) found.push(record);
      if (found.length === query.limit) return found;
    }
  }
  return found;
}

/** Index entries that the page can be made of, in its order, in rounds of growing size. */
async function* candidates(space: Space, query: TokenQuery): AsyncGenerator<readonly string[]> {
  const gathered = await gatherNarrow(space, query);
  let size = Math.min(largest, Math.max(smallest, query.limit));
  if (gathered === null) return yield* walk(space, query, size);
  for (let place = 0; place < gathered.length; place += size, size = Math.min(largest, size * 2))
    yield gathered.slice(place, place + size);
}

/** The bounds of a page among index entries, as Redis compares text: to the newest, and from the oldest. */
function boundsOf({ created, after }: TokenQuery): { readonly newest: string; readonly oldest: string } {
  const ends = [
    ...(after === null ? [] : [memberOf(after.createdAt, after.id)]),
    ...(created?.before === undefined ? [] : [sortable(created.before)]),
  ].sort();
  return {
    newest: ends[0] === undefined ? '+' : `(${ends[0]}`,
    oldest: created?.from === undefined ? '-' : `[${sortable(created.from)}`,
  };
}

/** All entries of a range of uses or ends, where they are few and no subject leads to fewer; else null. */
async function gatherNarrow(
  { connection, keys }: Space,
  query: TokenQuery,
): Promise<readonly string[] | null> {
  if (query.subject !== undefined) return null;
  const ranges = (['used', 'expires'] as const).flatMap((field) => {
    const range = query[field];
    const bounds = [`${range?.from ?? '-inf'}`, range?.before === undefined ? '+inf' : `(${range.before}`];
    return range === undefined ? [] : [{ name: field === 'used' ? ('u' as const) : ('e' as const), bounds }];
  });
  const shards = Array.from({ length: keys.shards }, (_, shard) => shard);
  const counted = await Promise.all(
    ranges.map(async ({ name, bounds }) => {
      const counts = await Promise.all(
        shards.map((shard) =>
          connection.ask(['ZCOUNT', keys.of(shard, name), ...bounds], keys.of(shard, name)),
        ),
      );
      return { name, bounds, count: counts.reduce<number>((sum, count) => sum + Number(count), 0) };
    }),
  );
  const [least] = counted.sort((a, b) => a.count - b.count);
  if (least === undefined || least.count > narrow) return null;
  const members = await Promise.all(
    shards.map(async (shard) => {
      const key = keys.of(shard, least.name);
      return textsOf(await connection.ask(['ZRANGE', key, ...least.bounds, 'BYSCORE'], key));
    }),
  );
  const { newest, oldest } = boundsOf(query);
  return members
    .flat()
    .filter(
      (member) =>
        (newest === '+' || member < newest.slice(1)) && (oldest === '-' || member >= oldest.slice(1)),
    )
    .sort()
    .reverse();
}

/** The listing by creation, merged from the shards: each round asks all of them for what comes next. */
async function* walk(
  { connection, keys }: Space,
  query: TokenQuery,
  first: number,
): AsyncGenerator<readonly string[]> {
  const { subject, scope } = query;
  const scopes =
    scope === undefined ? (['r', 'w'] as const) : [scope === 'read-only' ? ('r' as const) : ('w' as const)];
  const sources = Array.from({ length: keys.shards }, (_, shard) =>
    subject === undefined ? scopes.map((name) => keys.of(shard, name)) : [keys.tokensOf(shard, subject)],
  ).flat();
  let { newest, oldest } = boundsOf(query);
  for (let size = first; ; size = Math.min(largest, size * 2)) {
    // Tokens lie evenly in the shards, so a little more than an even share of each makes a round.
    const share = sources.length === 1 ? size : Math.ceil((size / sources.length) * 1.5) + 4;
    const told = await Promise.all(
      sources.map(async (key) => {
        const range = [key, newest, oldest, 'BYLEX', 'REV', 'LIMIT', '0', `${share}`];
        return textsOf(await connection.ask(['ZRANGE', ...range], key));
      }),
    );
    const unfinished = told.filter((members) => members.length === share);
    // Behind the last entry of a source that has more, others may not be shown before those.
    const edge =
      unfinished
        .map((members) => members.at(-1) ?? '')
        .sort()
        .at(-1) ?? '';
    const round = told
      .flat()
      .filter((member) => member >= edge)
      .sort()
      .reverse();
    if (round.length > 0) yield round;
    if (unfinished.length === 0) return;
    newest = `(${edge}`;
  }
}
