import type { EpochMs, LiveLimit, SubjectId, TokenId, TokenRecord, TokenStore } from '@latchkey/core';
import { type Kysely, sql } from 'kysely';
import { writeEvent } from './audit.ts';
import { dayOf, expiresDay } from './day.ts';
import { isDuplicateKey } from './failure.ts';
import { listing } from './listing.ts';
import { lookUp } from './lookup.ts';
import { codecOf } from './record.ts';
import { lockBuckets, type Tables } from './schema.ts';
import type { Session } from './session.ts';
import { touchRows } from './touch.ts';

/** How many ids one statement names. */
const batch = 500;

const inBatches = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / batch) }, (_, index) =>
    items.slice(index * batch, (index + 1) * batch),
  );

/** The lock that a subject shares with few others (FNV-1a over its code units). */
function bucketOf(subject: SubjectId): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < subject.length; index++)
    hash = Math.imul(hash ^ subject.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % lockBuckets;
}

/** The token port: each operation is one transaction with its event. Spec: ST-1…ST-3, ST-6, ST-7 */
export function tokenStore(session: Session): TokenStore {
  const { read, write, traits } = session;
  const codec = codecOf(traits);

  /**
   * Has the tokens of a subject to itself until the transaction ends, so that two cannot count at the same time.
   * It comes first of all locks, and there is never a second one: nobody waits in a circle.
   */
  const lockSubject = (db: Kysely<Tables>, subject: SubjectId) =>
    db
      .updateTable('latchkey_locks')
      .set({ taken: sql<number>`taken + 1` })
      .where('bucket', '=', bucketOf(subject))
      .execute();

  const keep = async (db: Kysely<Tables>, record: TokenRecord): Promise<boolean> => {
    try {
      await db.insertInto('latchkey_tokens').values(codec.row(record)).execute();
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };

  /** Whether a subject already has as many live tokens as it may, those that are named aside. Spec: TK-8 */
  const isFull = async (
    db: Kysely<Tables>,
    subject: SubjectId,
    limit: LiveLimit,
    except: readonly TokenId[],
  ) => {
    const { live } = await db
      .selectFrom('latchkey_tokens')
      .select((eb) => eb.fn.countAll<number | string | bigint>().as('live'))
      .where('subject', '=', codec.name(subject))
      .where('id', 'not in', except.map(codec.id))
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', limit.at)]))
      .executeTakeFirstOrThrow();
    return Number(live) >= limit.live;
  };

  const exists = async (db: Kysely<Tables>, id: TokenId): Promise<boolean> =>
    (await db
      .selectFrom('latchkey_tokens')
      .select('id')
      .where('id', '=', codec.id(id))
      .executeTakeFirst()) !== undefined;

  /** The end and revocation of a record, which stay as they are until the transaction ends. */
  const lockEnd = (db: Kysely<Tables>, id: TokenId) =>
    db
      .selectFrom('latchkey_tokens')
      .select(['expires_at', 'revoked_at'])
      .where('id', '=', codec.id(id))
      .$if(traits.locksRows, (query) => query.forUpdate())
      .executeTakeFirst();

  const endedBefore = (instant: EpochMs) => ({
    expired: sql<boolean>`expires_at < ${instant}`,
    revoked: sql<boolean>`revoked_at < ${instant}`,
  });

  return {
    capabilities: { durable: true, sharedAcrossProcesses: true, atomicAudit: true },
    find: lookUp(session, codec),
    insert: (record, event = null, limit = null) =>
      write(
        async (db) => {
          if (limit !== null) await lockSubject(db, record.subject);
          if (!(await keep(db, record))) return 'duplicate';
          if (limit !== null && (await isFull(db, record.subject, limit, [record.id])))
            return 'limit-reached';
          if (event !== null) await writeEvent(db, traits, event);
          return 'inserted';
        },
        (word) => word === 'inserted',
      ),
    async list(query) {
      const rows = await read((db) => listing(db, query, codec, traits).execute());
      return rows.map((row) => codec.record(row, codec.readId(row.id)));
    },
    relabel: (id, label, event) =>
      write(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('latchkey_tokens')
          .set(codec.label(label))
          .where('id', '=', codec.id(id))
          .executeTakeFirst();
        // Some connections do not count a row that has the label already.
        if (numUpdatedRows === 0n && !(await exists(db, id))) return 'not-found';
        await writeEvent(db, traits, event);
        return 'relabelled';
      }),
    revoke: (id, at, by, event) =>
      write(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('latchkey_tokens')
          .set({ revoked_at: at, revoked_by: codec.name(by) })
          .where('id', '=', codec.id(id))
          .where('revoked_at', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return (await exists(db, id)) ? 'already-revoked' : 'not-found';
        await writeEvent(db, traits, event);
        return 'revoked';
      }),
    replace: ({ id, expectedEnd, endsAt }, successor, event, limit) =>
      write(
        async (db) => {
          await lockSubject(db, successor.subject);
          const old = await lockEnd(db, id);
          if (old === undefined || old.revoked_at !== null) return 'changed';
          if ((old.expires_at === null ? null : Number(old.expires_at)) !== expectedEnd) return 'changed';
          if (!(await keep(db, successor))) return 'duplicate';
          if (await isFull(db, successor.subject, limit, [id, successor.id])) return 'limit-reached';
          await db
            .updateTable('latchkey_tokens')
            .set({ expires_at: endsAt })
            .where('id', '=', codec.id(id))
            .execute();
          await writeEvent(db, traits, event);
          return 'replaced';
        },
        (word) => word === 'replaced',
      ),
    async touch(uses) {
      const latest = new Map<TokenId, EpochMs>();
      for (const { id, at } of uses) latest.set(id, Math.max(at, latest.get(id) ?? at));
      // Everybody locks rows in the same order.
      const sorted = [...latest].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const part of inBatches(sorted)) await write((db) => touchRows(db, traits, codec, part));
    },
    async findEnded(before, limit) {
      const { expired, revoked } = endedBefore(before);
      const expiredByDay = sql<boolean>`${expired} and ${expiresDay} <= ${dayOf(before)}`;
      const found = new Set<TokenId>();
      for (const [ended, order] of [
        traits.rightIndexes ? ([expiredByDay, expiresDay] as const) : ([expired, sql`expires_at`] as const),
        [revoked, sql`revoked_at`] as const,
      ]) {
        if (found.size >= limit) break;
        const rows = await read((db) =>
          db.selectFrom('latchkey_tokens').select('id').where(ended).orderBy(order).limit(limit).execute(),
        );
        for (const { id } of rows) found.add(codec.readId(id));
      }
      return [...found].slice(0, limit);
    },
    remove: (ids, before, event) =>
      write(async (db) => {
        const { expired, revoked } = endedBefore(before);
        let removed = 0;
        for (const part of inBatches([...ids].sort())) {
          const named = part.map(codec.id);
          if (traits.locksRows)
            await db
              .selectFrom('latchkey_tokens')
              .select('id')
              .where('id', 'in', named)
              .orderBy('id')
              .forUpdate()
              .execute();
          const { numDeletedRows } = await db
            .deleteFrom('latchkey_tokens')
            .where('id', 'in', named)
            .where((eb) => eb.or([expired, revoked]))
            .executeTakeFirst();
          removed += Number(numDeletedRows);
        }
        if (removed > 0) await writeEvent(db, traits, event);
        return removed;
      }),
  };
}
