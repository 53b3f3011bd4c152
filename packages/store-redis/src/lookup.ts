import type { Lookup, TokenId } from '@latchkey/core';
import { type Batching, batched } from './batch.ts';
import { StoreError } from './error.ts';
import { decodeRecord } from './record.ts';
import { slotOf } from './slot.ts';
import { byShard, revisionIn, type Space } from './space.ts';

/** How look-ups are gathered into commands; the engine itself lets a thousand wait. Spec: ST-5 */
const together: Batching = {
  atOnce: 4,
  largest: 200,
  patienceMs: 50,
  most: 10_000,
  refusal: () => new StoreError('exhausted'),
};

/**
 * The look-up: one command for the record and the revision where one server holds both, and for the records of other
 * look-ups that came while such commands were under way. In a cluster they are two commands sent at the same time, most
 * often to two servers. All is read after the call was made, so a revocation or a save that was acknowledged before is
 * seen, but in a cluster the two need not be of one moment. Spec: ST-1
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

  /** What stands under keys, and the revision; a later place of the same key says the same. */
  const askTogether = batched(together, async (names: readonly string[]) => {
    const replies = await ask(['MGET', ...names, keys.revision], keys.revision);
    if (!Array.isArray(replies) || replies.length !== names.length + 1) throw new StoreError('corrupt');
    return { found: new Map(names.map((name, place) => [name, replies[place]])), revision: replies.at(-1) };
  });

  return async (id) => {
    const key = keys.record(id);
    if (isCluster && slotOf(key) !== home) {
      const [reply, revision] = await Promise.all([ask(['GET', key], key), readRevision()]);
      return { record: decodeRecord(id, reply), settingsRevision: revisionIn(revision, keys) };
    }
    const { found, revision } = await askTogether(key);
    return { record: decodeRecord(id, found.get(key)), settingsRevision: revisionIn(revision, keys) };
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
