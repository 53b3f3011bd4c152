import {
  type AuditEntry,
  type AuditEvent,
  type AuditLog,
  type AuditQuery,
  tokensOfEvent,
} from '@latchkey/core';
import type { Insertable, Kysely } from 'kysely';
import type { DialectTraits } from './dialect.ts';
import { StoreError } from './error.ts';
import { codecOf } from './record.ts';
import type { AuditTable, Tables } from './schema.ts';
import type { Session } from './session.ts';

/** How many events one statement writes. */
const batch = 200;

function rowOf(traits: DialectTraits, event: AuditEvent): Insertable<AuditTable> {
  const codec = codecOf(traits);
  const [only, ...others] = tokensOfEvent(event);
  return {
    at: event.at,
    kind: codec.name(event.kind),
    actor: event.actor === null ? null : codec.name(event.actor),
    token_id: only === undefined || others.length > 0 ? null : codec.name(only),
    event: traits.writeText(JSON.stringify(event)),
  };
}

/** Writes an event in the transaction of its operation. Spec: ST-3, TK-7 */
export async function writeEvent(
  db: Kysely<Tables>,
  traits: DialectTraits,
  event: AuditEvent,
): Promise<void> {
  const insert = db.insertInto('latchkey_audit').values(rowOf(traits, event));
  const tokens = tokensOfEvent(event);
  if (tokens.length < 2) {
    await insert.execute();
    return;
  }
  const position = traits.returning
    ? (await insert.returning('position').executeTakeFirstOrThrow()).position
    : (await insert.executeTakeFirstOrThrow()).insertId;
  const codec = codecOf(traits);
  for (let start = 0; start < tokens.length; start += batch)
    await db
      .insertInto('latchkey_audit_tokens')
      .values(
        tokens
          .slice(start, start + batch)
          .map((id) => ({ token_id: codec.name(id), position: Number(position) })),
      )
      .execute();
}

/** The log: append only; a position is the key of the row, padded so that text compares like numbers. Spec: TK-7 */
export function auditLog({ read, write, traits }: Session): AuditLog {
  const codec = codecOf(traits);
  const entryOf = ({
    position,
    event,
  }: {
    position: number | string | bigint;
    event: string | Uint8Array;
  }): AuditEntry => {
    const place = String(position).padStart(16, '0');
    try {
      return { position: place, event: JSON.parse(traits.readText(event)) as AuditEvent };
    } catch {
      throw new StoreError('corrupt', `audit entry ${place}`);
    }
  };

  const page = (db: Kysely<Tables>, { kind, actor, at, after, limit }: AuditQuery) =>
    db
      .selectFrom('latchkey_audit as entry')
      .select(['entry.position', 'entry.event'])
      .$if(kind !== undefined, (query) => query.where('entry.kind', '=', codec.name(kind ?? '')))
      .$if(actor !== undefined, (query) => query.where('entry.actor', '=', codec.name(actor ?? '')))
      .$if(at?.from !== undefined, (query) => query.where('entry.at', '>=', at?.from ?? 0))
      .$if(at?.before !== undefined, (query) => query.where('entry.at', '<', at?.before ?? 0))
      .$if(after !== null, (query) => query.where('entry.position', '<', Number(after)))
      .orderBy('entry.position', 'desc')
      .limit(limit);

  return {
    append: (events) =>
      events.length === 0
        ? Promise.resolve()
        : write(async (db) => {
            const many = events.filter((event) => tokensOfEvent(event).length > 1);
            if (many.length > 0) {
              for (const event of events) await writeEvent(db, traits, event);
              return;
            }
            for (let start = 0; start < events.length; start += batch)
              await db
                .insertInto('latchkey_audit')
                .values(events.slice(start, start + batch).map((event) => rowOf(traits, event)))
                .execute();
          }),
    async list(query) {
      const { tokenId, after, limit } = query;
      // A position that we never gave out stands before nothing.
      if (after !== null && !/^\d{1,16}$/.test(after)) return [];
      if (tokenId === undefined) return (await read((db) => page(db, query).execute())).map(entryOf);
      const id = codec.name(tokenId);
      const alone = await read((db) => page(db, query).where('entry.token_id', '=', id).execute());
      const among = await read((db) =>
        page(db, query)
          .innerJoin('latchkey_audit_tokens as about', 'about.position', 'entry.position')
          .where('about.token_id', '=', id)
          .execute(),
      );
      const entries = [...alone, ...among].sort((a, b) => Number(b.position) - Number(a.position));
      return entries.slice(0, limit).map(entryOf);
    },
  };
}
