import type { Lookup, TokenId } from '@latchkey/core';
import { StoreError } from './error.ts';
import { decodeRecord } from './record.ts';
import { slotOf } from './slot.ts';
import { byShard, revisionIn, type Space } from './space.ts';

/**
 * The look-up: one command for the record and the revision where one server holds both. In a cluster they are two
 * commands sent at the same time, most often to two servers; each is read after the call was made, so a revocation
 * or a save that was acknowledged before is seen, but the two need not be of one moment. Spec: ST-1
 */
export function lookupOf({ connection, keys }: Space): (id: TokenId) => Promise<Lookup> {
  const { ask, isCluster } = connection;
  const home = slotOf(keys.revision);

  let reading: Promise<unknown> | null = null;
  /** One read of the revision for all look-ups that were begun before it is sent; else one server would get them all. */
  const readRevision = (): Promise<unknown> => {
    reading ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        reading = null;
        ask(['GET', keys.revision], keys.revision).then(resolve, reject);
      });
    });
    return reading;
  };

  return async (id) => {
    const key = keys.record(id);
    const pair =
      isCluster && slotOf(key) !== home
        ? await Promise.all([ask(['GET', key], key), readRevision()])
        : await ask(['MGET', key, keys.revision], key);
    if (!Array.isArray(pair) || pair.length !== 2) throw new StoreError('corrupt');
    return { record: decodeRecord(id, pair[0]), settingsRevision: revisionIn(pair[1], keys) };
  };
}

/** The most records that one command reads. Spec: ST-7 */
const batch = 500;

/** What is kept under each id, null where nothing is: one round trip for each 500 of a shard, all at once. */
export async function readRecords(
  { connection, keys }: Space,
  ids: readonly TokenId[],
): Promise<ReadonlyMap<TokenId, unknown>> {
  const read = new Map<TokenId, unknown>();
  const asks = [...byShard(new Set(ids), keys.shardOf).values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / batch) }, async (_, place) => {
      const some = group.slice(place * batch, (place + 1) * batch);
      const names = some.map(keys.record);
      const replies = await connection.ask(['MGET', ...names], names[0] ?? '');
      if (!Array.isArray(replies) || replies.length !== some.length) throw new StoreError('corrupt');
      for (const [index, id] of some.entries()) read.set(id, replies[index]);
    }),
  );
  await Promise.all(asks);
  return read;
}
