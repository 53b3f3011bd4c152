import { type Kysely, type Migration, type RawBuilder, sql } from 'kysely';
import { createdMonth, dayMs, expiresDay } from '../day.ts';
import type { DialectTraits } from '../dialect.ts';
import { lockBuckets } from '../schema.ts';

const isEmpty = async (db: Kysely<unknown>, table: string): Promise<boolean> =>
  (await sql`select 1 as one from ${sql.table(table)} limit 1`.execute(db)).rows.length === 0;

/** The first tables. Every step may be repeated, because not every engine can undo half of them. */
export function initial(traits: DialectTraits): Migration {
  const [id, digest] = [sql.raw(traits.idType), sql.raw(traits.digestType)];
  const [name, document] = [sql.raw(traits.nameType), sql.raw(traits.documentType)];
  const keyed = sql.raw(traits.keyedTable);
  const day = sql`last_used_at ${sql.raw(traits.divide)} ${sql.lit(dayMs)}`;

  /** The one engine without indexes of a part of a table also knows no `if not exists` for an index. */
  const createIndex = async (
    db: Kysely<unknown>,
    table: string,
    columns: readonly string[],
    where = sql``,
    keys: readonly RawBuilder<unknown>[] = columns.map((column) => sql.ref(column)),
  ) => {
    const index = `${table}_by_${columns.join('_')}`;
    const on = sql`${sql.ref(index)} on ${sql.table(table)} (${sql.join(keys)})`;
    if (traits.rightIndexes) await sql`create index if not exists ${on} ${where}`.execute(db);
    else if (
      (await sql`show index from ${sql.table(table)} where key_name = ${index}`.execute(db)).rows.length === 0
    )
      await sql`create index ${on}`.execute(db);
  };

  return {
    async up(db: Kysely<unknown>) {
      await sql`create table if not exists latchkey_tokens (
        created_at bigint not null,
        expires_at bigint,
        last_used_at bigint,
        revoked_at bigint,
        used_day integer generated always as (${day}) stored,
        scope smallint not null,
        id ${id} not null primary key,
        digest ${digest} not null,
        label ${name} not null,
        label_folded ${name},
        subject ${name} not null,
        issued_by ${name},
        key_version ${name},
        revoked_by ${name},
        replaces ${id}
      ) ${keyed}`.execute(db);
      for (const column of ['created_at', 'subject']) await createIndex(db, 'latchkey_tokens', [column]);
      // What is null is in no range, so there is no need to find it. Days and months and not instants, because equal
      // keys are kept once; and a touch changes an index once a day at most.
      await createIndex(db, 'latchkey_tokens', ['revoked_at'], sql`where revoked_at is not null`);
      if (traits.rightIndexes) {
        const ends = sql`(${expiresDay}), (${createdMonth})`;
        await createIndex(db, 'latchkey_tokens', ['expires_day'], sql`where expires_at is not null`, [ends]);
        const uses = sql`used_day, (${createdMonth})`;
        await createIndex(db, 'latchkey_tokens', ['used_day'], sql`where used_day is not null`, [uses]);
      } else
        for (const column of ['expires_at', 'used_day']) await createIndex(db, 'latchkey_tokens', [column]);

      await sql`create table if not exists latchkey_locks (
        bucket integer not null primary key,
        taken bigint not null
      ) ${keyed}`.execute(db);
      if (await isEmpty(db, 'latchkey_locks')) {
        const buckets = Array.from({ length: lockBuckets }, (_, bucket) => sql`(${sql.lit(bucket)}, 0)`);
        await sql`insert into latchkey_locks (bucket, taken) values ${sql.join(buckets)}`.execute(db);
      }

      await sql`create table if not exists latchkey_audit (
        position ${sql.raw(traits.positionType)},
        at bigint not null,
        kind ${name} not null,
        actor ${name},
        token_id ${name},
        event ${document} not null
      )`.execute(db);
      for (const column of ['at', 'kind', 'actor', 'token_id'])
        await createIndex(db, 'latchkey_audit', [column, 'position']);
      await sql`create table if not exists latchkey_audit_tokens (
        token_id ${name} not null,
        position bigint not null,
        primary key (token_id, position)
      ) ${keyed}`.execute(db);

      // Last, because the tables count as there when this row is.
      await sql`create table if not exists latchkey_state (
        id integer not null primary key,
        schema_version integer not null,
        oldest_code integer not null,
        revision bigint not null,
        document ${document}
      ) ${keyed}`.execute(db);
      if (await isEmpty(db, 'latchkey_state'))
        await sql`insert into latchkey_state (id, schema_version, oldest_code, revision, document)
          values (1, 1, 1, 0, null)`.execute(db);
    },
    async down(db: Kysely<unknown>) {
      for (const table of ['state', 'audit_tokens', 'audit', 'locks', 'tokens'])
        await sql`drop table if exists ${sql.table(`latchkey_${table}`)}`.execute(db);
    },
  };
}
