import type { EpochMs, TokenId } from '@latchkey/core';
import { type Kysely, type SqlBool, sql } from 'kysely';
import type { DialectTraits } from './dialect.ts';
import type { Codec } from './record.ts';
import type { Tables } from './schema.ts';

/**
 * Moves the last use of several records, sorted by id, in one statement: forward only, never on a revoked one, no
 * other field. Spec: TK-6, ST-3
 */
export async function touchRows(
  db: Kysely<Tables>,
  traits: DialectTraits,
  codec: Codec,
  uses: readonly (readonly [id: TokenId, at: EpochMs])[],
): Promise<void> {
  const ids = uses.map(([id]) => codec.id(id));
  const integer = sql.raw(traits.integer);
  const cases = uses.map(([id, at]) => sql`when ${codec.id(id)} then cast(${at} as ${integer})`);
  const used = sql<number>`case id ${sql.join(cases, sql` `)} end`;
  if (traits.locksRows)
    await db
      .selectFrom('latchkey_tokens')
      .select('id')
      .where('id', 'in', ids)
      .orderBy('id')
      .forUpdate()
      .execute();
  await db
    .updateTable('latchkey_tokens')
    .set({ last_used_at: used })
    .where('id', 'in', ids)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), sql<SqlBool>`last_used_at < ${used}`]))
    .execute();
}
