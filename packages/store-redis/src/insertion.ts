import type { AuditEvent, LiveLimit, TokenRecord } from '@latchkey/core';
import type { Keys } from './keys.ts';
import { limitTexts, type Place, takePlace, withinLimit } from './limit.ts';
import { readRecords } from './lookup.ts';
import { decodeRecord, encodeRecord, instantText } from './record.ts';
import { insertScript } from './script/change.ts';
import { memberOf } from './sortable.ts';
import { runOnce, type Space } from './space.ts';

/** The keys of the indexes that a record is entered into. */
export function indexesOf(keys: Keys, { id, scope, subject }: TokenRecord): readonly string[] {
  const shard = keys.shardOf(id);
  return [
    keys.of(shard, scope === 'read-only' ? 'r' : 'w'),
    keys.tokensOf(shard, subject),
    keys.of(shard, 'e'),
    keys.of(shard, 'u'),
    keys.of(shard, 'v'),
  ];
}

/** A record and its index entries as scripts take them. */
export const recordTexts = (record: TokenRecord): readonly string[] => [
  encodeRecord(record),
  record.id,
  memberOf(record.createdAt, record.id),
  instantText(record.expiresAt),
  instantText(record.lastUsedAt),
  instantText(record.revokedAt),
];

/** The event as scripts take it; none is the empty text. */
export const eventText = (event: AuditEvent | null | undefined): string =>
  event === null || event === undefined ? '' : JSON.stringify(event);

/**
 * Keeps a new record and its event in one step. Where the subject is of another shard, a place is taken there first
 * and given back if the id is taken. Spec: ST-3, TK-8
 */
export async function insert(
  space: Space,
  record: TokenRecord,
  event: AuditEvent | null,
  limit: LiveLimit | null,
): Promise<'inserted' | 'duplicate' | 'limit-reached'> {
  // Copied before anything is waited for: what the caller changes afterwards is its own affair.
  const [kept, written] = [{ ...record }, eventText(event)];
  await space.prepare();
  const { keys } = space;
  const isLocal = keys.shardOfSubject(kept.subject) === keys.shardOf(kept.id);
  const word = await withinLimit(space, kept.subject, limit, () =>
    isLocal ? write(space, kept, written, limit, null) : insertAcross(space, kept, written, limit),
  );
  if (word === 'full') return (await isTaken(space, kept)) ? 'duplicate' : 'limit-reached';
  return word === 'inserted' ? word : 'duplicate';
}

/** A limit is told of only where nothing worse is wrong. */
const isTaken = async (space: Space, { id }: TokenRecord): Promise<boolean> =>
  ((await readRecords(space, [id])).get(id) ?? null) !== null;

async function insertAcross(
  space: Space,
  record: TokenRecord,
  event: string,
  limit: LiveLimit | null,
): Promise<string> {
  const place = await takePlace(space, record, limit, null);
  if (place === 'full') return place;
  const word = await write(space, record, event, null, place);
  if (word === 'duplicate') await giveBackUnlessOwn(space, record, place);
  else await place.keep();
  return word;
}

/** Gives back a place, unless the record that has the id is the same subject's: then the place is its own. */
export async function giveBackUnlessOwn(
  space: Space,
  { id, subject }: TokenRecord,
  place: Place,
): Promise<void> {
  const other = decodeRecord(id, (await readRecords(space, [id])).get(id));
  if (other === null || other.subject !== subject || other.revokedAt !== null) await place.giveBack();
}

function write(
  space: Space,
  record: TokenRecord,
  event: string,
  limit: LiveLimit | null,
  place: Place | null,
): Promise<string> {
  const { keys } = space;
  const { id, subject } = record;
  const shard = keys.shardOf(id);
  // Where the place was taken in another shard, the key stands for nothing and must not leave this one.
  const live = place === null ? keys.liveOf(subject) : keys.tokensOf(shard, subject);
  const names = [keys.record(id), keys.pending(id), ...indexesOf(keys, record), keys.of(shard, 'a'), live];
  const last = place === null ? ['1', ''] : ['0', place.notAfter];
  return runOnce(space, insertScript, shard, names, [
    ...recordTexts(record),
    event,
    ...limitTexts(limit),
    ...last,
  ]);
}
