import type { AuditEvent, EpochMs, LiveLimit, TokenId, TokenRecord } from '@latchkey/core';
import { StoreError } from './error.ts';
import { eventText, giveBackUnlessOwn, indexesOf, recordTexts } from './insertion.ts';
import { limitTexts, takePlace, withinLimit } from './limit.ts';
import { readRecords } from './lookup.ts';
import { decodeRecord, encodeRecord, instantText } from './record.ts';
import { replaceScript } from './script/change.ts';
import { holdMs } from './script/place.ts';
import { commitScript, dropScript, layScript, overdueScript, revealScript } from './script/succession.ts';
import { textsOf } from './sortable.ts';
import { runOnce, type Space } from './space.ts';

/** The record that is to be replaced, as the caller knows it. */
interface Replaced {
  readonly id: TokenId;
  readonly expectedEnd: EpochMs | null;
  readonly endsAt: EpochMs;
}

type Word = 'replaced' | 'changed' | 'duplicate' | 'limit-reached';

/** Gives a record its end and keeps its successor: one script where all is in one shard, else in steps. Spec: ST-3 */
export async function replace(
  space: Space,
  old: Replaced,
  successor: TokenRecord,
  event: AuditEvent,
  limit: LiveLimit,
): Promise<Word> {
  const [from, record, written] = [{ ...old }, { ...successor }, eventText(event)];
  await space.prepare();
  await raiseEnd(space, from);
  const { keys } = space;
  const shards = [keys.shardOf(from.id), keys.shardOf(record.id), keys.shardOfSubject(record.subject)];
  const isLocal = new Set(shards).size === 1;
  const word = await withinLimit(space, record.subject, limit, () =>
    isLocal
      ? replaceWithin(space, from, record, written, limit)
      : replaceAcross(space, from, record, written, limit),
  );
  return word === 'full' ? refusalOf(space, from, record) : (word as Word);
}

/**
 * Where the old token is to end later than it would have, which no rotation does, its place among its subject's live
 * tokens has to know before: it may count too much for a while, but never too little.
 */
async function raiseEnd(space: Space, { id, expectedEnd, endsAt }: Replaced): Promise<void> {
  if (expectedEnd === null || endsAt <= expectedEnd) return;
  const record = decodeRecord(id, (await readRecords(space, [id])).get(id));
  if (record === null) return;
  const live = space.keys.liveOf(record.subject);
  await space.connection.ask(['ZADD', live, 'XX', 'GT', `${endsAt}`, id], live);
}

/** Which refusal comes first, where there is no room. */
async function refusalOf(space: Space, old: Replaced, { id }: TokenRecord): Promise<Word> {
  const kept = await readRecords(space, [old.id, id]);
  const record = decodeRecord(old.id, kept.get(old.id));
  if (record === null || record.revokedAt !== null || record.expiresAt !== old.expectedEnd) return 'changed';
  return (kept.get(id) ?? null) === null ? 'limit-reached' : 'duplicate';
}

function replaceWithin(
  space: Space,
  old: Replaced,
  record: TokenRecord,
  event: string,
  limit: LiveLimit,
): Promise<string> {
  const { keys } = space;
  const shard = keys.shardOf(record.id);
  const names = [
    keys.record(old.id),
    keys.record(record.id),
    keys.pending(record.id),
    ...indexesOf(keys, record),
    keys.of(shard, 'a'),
    keys.liveOf(record.subject),
  ];
  const args = [old.id, instantText(old.expectedEnd), `${old.endsAt}`, ...recordTexts(record), event];
  return runOnce(space, replaceScript, shard, names, [...args, ...limitTexts(limit)]);
}

async function replaceAcross(
  space: Space,
  old: Replaced,
  record: TokenRecord,
  event: string,
  limit: LiveLimit,
): Promise<string> {
  const { keys } = space;
  const place = await takePlace(space, record, limit, old.id);
  if (place === 'full') return place;
  if ((await lay(space, old.id, record)) === 'duplicate') {
    await giveBackUnlessOwn(space, record, place);
    return (await refusalOf(space, old, record)) === 'changed' ? 'changed' : 'duplicate';
  }
  const shard = keys.shardOf(old.id);
  const names = [
    keys.record(old.id),
    keys.of(shard, 'e'),
    keys.of(shard, 'a'),
    keys.promise(shard, record.id),
  ];
  const args = [old.id, instantText(old.expectedEnd), `${old.endsAt}`, event, place.notAfter];
  const word = await runOnce(space, commitScript, shard, names, args);
  if (word !== 'replaced') {
    await place.giveBack();
    await drop(space, record.id);
    return word;
  }
  await reveal(space, old.id, record);
  await place.keep();
  return word;
}

const lay = (space: Space, oldId: TokenId, record: TokenRecord): Promise<string> => {
  const { keys } = space;
  const { id } = record;
  const shard = keys.shardOf(id);
  const names = [keys.record(id), keys.pending(id), keys.of(shard, 'q')];
  return runOnce(space, layScript, shard, names, [id, `${oldId}\n${encodeRecord(record)}`]);
};

async function reveal({ connection, keys }: Space, oldId: TokenId, record: TokenRecord): Promise<void> {
  const { id } = record;
  const names = [
    keys.record(id),
    keys.pending(id),
    keys.of(keys.shardOf(id), 'q'),
    ...indexesOf(keys, record),
  ];
  const [packed = '', , ...rest] = recordTexts(record);
  await connection.run(revealScript, names, [id, packed, ...rest]);
  const promise = keys.promise(keys.shardOf(oldId), id);
  await connection.ask(['DEL', promise], promise);
}

const drop = ({ connection, keys }: Space, id: TokenId): Promise<unknown> =>
  connection.run(dropScript, [keys.pending(id), keys.of(keys.shardOf(id), 'q')], [id]);

/** Finishes replacements that a crash left halfway, `overdueMs` after they began. Answers how many there were. */
export async function finishReplacements(space: Space, overdueMs = holdMs): Promise<number> {
  const { connection, keys } = space;
  if (keys.shards === 1) return 0;
  const shards = Array.from({ length: keys.shards }, (_, shard) => shard);
  const finished = await Promise.all(
    shards.map(async (shard) => {
      const ids = textsOf(await connection.run(overdueScript, [keys.of(shard, 'q')], [`${overdueMs}`]));
      for (const id of ids) await finish(space, id);
      return ids.length;
    }),
  );
  return finished.reduce((sum, count) => sum + count, 0);
}

async function finish(space: Space, id: TokenId): Promise<void> {
  const { connection, keys } = space;
  const pending = keys.pending(id);
  const laid = await connection.ask(['GET', pending], pending);
  const [oldId = '', ...lines] = typeof laid === 'string' ? laid.split('\n') : [];
  const promise = keys.promise(keys.shardOf(oldId), id);
  if ((await connection.ask(['EXISTS', promise], promise)) !== 1) return void (await drop(space, id));
  const record = decodeRecord(id, lines.join('\n'));
  if (record === null) throw new StoreError('corrupt', id);
  await reveal(space, oldId, record);
}
