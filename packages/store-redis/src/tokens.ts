import type { TokenId, TokenStore } from '@latchkey/core';
import { StoreError } from './error.ts';
import { eventText, insert } from './insertion.ts';
import { isKeyId } from './keys.ts';
import { listTokens } from './listing.ts';
import { lookupOf } from './lookup.ts';
import { escaped } from './record.ts';
import { findEnded, remove } from './removal.ts';
import { replace } from './replacement.ts';
import { relabelScript, revokeScript, touchScript } from './script/change.ts';
import { byShard, runOnce, type Space } from './space.ts';

/** Ids name keys, so no other text may come in with a record. */
function assertId(id: TokenId): void {
  if (!isKeyId(id)) throw new TypeError('The id of a record is 1 to 64 letters and digits.');
}

/** The word of a script; its set of words is known only to the script. */
function wordIn<T extends string>(word: string, ...words: readonly T[]): T {
  const known = words.find((one) => one === word);
  if (known === undefined) throw new StoreError('corrupt');
  return known;
}

/** The token port over a space. Spec: ST-1…ST-3, ST-6, ST-7 */
export function tokenStore(space: Space, durable: boolean): TokenStore {
  const { connection, keys } = space;
  return {
    // Across shards a replacement or a purge is finished in steps, so between them its event may stand alone.
    capabilities: { durable, sharedAcrossProcesses: true, atomicAudit: keys.shards === 1 },
    find: lookupOf(space),
    async insert(record, event = null, limit = null) {
      assertId(record.id);
      return insert(space, record, event, limit);
    },
    list: (query) => listTokens(space, query),
    async relabel(id, label, event) {
      const shard = keys.shardOf(id);
      const names = [keys.record(id), keys.of(shard, 'a')];
      const word = await runOnce(space, relabelScript, shard, names, [escaped(label), eventText(event)]);
      return wordIn(word, 'relabelled', 'not-found');
    },
    async revoke(id, at, by, event) {
      const shard = keys.shardOf(id);
      const names = [keys.record(id), keys.of(shard, 'v'), keys.of(shard, 'a')];
      const args = [id, `${at}`, escaped(by), eventText(event)];
      const word = await runOnce(space, revokeScript, shard, names, args);
      return wordIn(word, 'revoked', 'already-revoked', 'not-found');
    },
    async replace(old, successor, event, limit) {
      assertId(successor.id);
      return wordIn(
        await replace(space, old, successor, event, limit),
        'replaced',
        'changed',
        'duplicate',
        'limit-reached',
      );
    },
    async touch(uses) {
      const groups = byShard(uses, ({ id }) => keys.shardOf(id));
      await Promise.all(
        [...groups].map(([shard, group]) => {
          const names = [keys.of(shard, 'u'), ...group.map(({ id }) => keys.record(id))];
          return connection.run(
            touchScript,
            names,
            group.flatMap(({ id, at }) => [id, `${at}`]),
          );
        }),
      );
    },
    findEnded: (before, limit) => findEnded(space, before, limit),
    remove: (ids, endedBefore, event) => remove(space, ids, endedBefore, event),
  };
}
