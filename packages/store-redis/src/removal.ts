import type { AuditEvent, EpochMs, TokenId, TokenRecord } from '@latchkey/core';
import { StoreError } from './error.ts';
import { eventText } from './insertion.ts';
import { readRecords } from './lookup.ts';
import { decodeRecord } from './record.ts';
import { finishReplacements } from './replacement.ts';
import { removeScript } from './script/change.ts';
import { idOfMember, textsOf } from './sortable.ts';
import { byShard, runOnce, type Space } from './space.ts';

/** Ids of at most `limit` records that expired or were revoked before an instant, by the two indexes. Spec: ST-7 */
export async function findEnded(space: Space, before: EpochMs, limit: number): Promise<readonly TokenId[]> {
  // Whoever purges regularly also tidies up after crashes.
  await finishReplacements(space);
  const { connection, keys } = space;
  const range = ['-inf', `(${before}`, 'BYSCORE', 'LIMIT', '0', `${limit}`];
  const indexes = Array.from({ length: keys.shards }, (_, shard) => [
    keys.of(shard, 'e'),
    keys.of(shard, 'v'),
  ]);
  const found = await Promise.all(
    indexes.flat().map(async (key) => textsOf(await connection.ask(['ZRANGE', key, ...range], key))),
  );
  return [...new Set(found.flat().map(idOfMember))].slice(0, limit);
}

const hasEnded = ({ expiresAt, revokedAt }: TokenRecord, before: EpochMs): boolean =>
  (expiresAt !== null && expiresAt < before) || (revokedAt !== null && revokedAt < before);

/**
 * Deletes those of the records that ended before the instant. The event is written with the first of them: in one
 * script with all where they are of one shard; the other shards follow, and a purge that is cut off between them is
 * finished by the next. Answers how many. Spec: ST-7
 */
export async function remove(
  space: Space,
  ids: readonly TokenId[],
  before: EpochMs,
  event: AuditEvent,
): Promise<number> {
  const { connection, keys } = space;
  let unwritten = eventText(event);
  const ended: TokenRecord[] = [];
  for (const [id, reply] of await readRecords(space, ids)) {
    const record = readable(id, reply);
    if (record !== null && hasEnded(record, before)) ended.push(record);
  }
  let removed = 0;
  for (const [shard, records] of byShard(ended, ({ id }) => keys.shardOf(id))) {
    const names = (['a', 'r', 'w', 'e', 'u', 'v'] as const).map((name) => keys.of(shard, name));
    const args = [`${before}`, unwritten];
    for (const { id, subject } of records) {
      const isLocal = keys.shardOfSubject(subject) === shard;
      const tokens = keys.tokensOf(shard, subject);
      names.push(keys.record(id), tokens, isLocal ? keys.liveOf(subject) : tokens);
      args.push(id, isLocal ? '1' : '0');
    }
    const count = Number(await runOnce(space, removeScript, shard, names, args));
    removed += count;
    if (count > 0) unwritten = '';
  }
  await Promise.all(
    ended
      .filter(({ id, subject }) => keys.shardOfSubject(subject) !== keys.shardOf(id))
      .map(({ id, subject }) => connection.ask(['ZREM', keys.liveOf(subject), id], keys.liveOf(subject))),
  );
  return removed;
}

/** A record that cannot be read stays for somebody to look at; the others must not wait for that. */
function readable(id: TokenId, reply: unknown): TokenRecord | null {
  try {
    return decodeRecord(id, reply);
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}
