import type { TokenQuery } from '@latchkey/core';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { listing } from '../src/listing.ts';
import { codecOf } from '../src/record.ts';
import { sessionOf } from '../src/session.ts';
import { newStore, postgres, removePlaces, sqlite } from './engine.ts';

afterEach(removePlaces);

const day = 86_400_000;

/** Each filter that an index serves, and the column that it starts with. */
const filters: readonly (readonly [index: string, query: Partial<TokenQuery>])[] = [
  ['created_at', {}],
  ['created_at', { after: { createdAt: 5, id: 'x' } }],
  ['created_at', { created: { from: 5, before: 9 } }],
  ['created_at', { label: 'ci', after: { createdAt: 5, id: 'x' } }],
  ['subject', { subject: 'ada' }],
  ['used_day', { used: { from: 10 * day, before: 11 * day } }],
  ['used_day', { used: { from: 10 * day, before: 13 * day }, after: { createdAt: 5, id: 'x' } }],
  ['expires_day', { expires: { from: 5, before: 9 } }],
  ['expires_day', { expires: { from: 5, before: 30 * day }, created: { before: 9 } }],
];

describe('pages of a listing', () => {
  it.each(filters)('TK-5 start from the index on %s in SQLite: %o', async (index, query) => {
    const { db, close } = await newStore(sqlite());
    const session = sessionOf(db);
    // Without figures the planner guesses; these are of a table with a million tokens.
    await sql`analyze`.execute(db);
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values
      ('latchkey_tokens', 'latchkey_tokens_by_created_at', '1000000 1'),
      ('latchkey_tokens', 'latchkey_tokens_by_subject', '1000000 5'),
      ('latchkey_tokens', 'latchkey_tokens_by_expires_day', '1000000 500 20'),
      ('latchkey_tokens', 'latchkey_tokens_by_used_day', '1000000 500 20'),
      ('latchkey_tokens', 'latchkey_tokens_by_revoked_at', '1000000 2')`.execute(db);
    await sql`analyze sqlite_schema`.execute(db);
    const built = listing(
      session.db,
      { after: null, limit: 50, ...query },
      codecOf(session.traits),
      session.traits,
    );
    const plan = await built.explain(undefined, sql`query plan`);
    expect(JSON.stringify(plan)).toContain(`latchkey_tokens_by_${index}`);
    await close();
  });

  it.each(filters)('TK-5 can start from the index on %s in PostgreSQL: %o', async (index, query) => {
    const { db, close } = await newStore(postgres(), { connections: 1 });
    const session = sessionOf(db);
    // The table is empty, and reading it whole would be the best plan.
    await sql`set enable_seqscan = off`.execute(db);
    const built = listing(
      session.db,
      { after: null, limit: 50, ...query },
      codecOf(session.traits),
      session.traits,
    );
    expect(JSON.stringify(await built.explain())).toContain(`latchkey_tokens_by_${index}`);
    await close();
  });
});
