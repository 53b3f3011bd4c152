import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { lookUpMark } from '../src/lookup.ts';
import { engines, mariadb, newStore, postgres, removePlaces } from './engine.ts';
import { recordOf, settings } from './sample.ts';

afterEach(removePlaces);

describe.each(engines)('look-ups on $name', (engine) => {
  it('ST-1 are one statement, with a record and without, and only read', async () => {
    const { tokens, settings: kept, watch, close } = await newStore(engine);
    const record = recordOf('1');
    await tokens.insert(record);
    await kept.save(settings, 0);
    for (const [id, expected] of [
      [record.id, record],
      ['missing', null],
    ] as const) {
      watch.statements.length = 0;
      expect(await tokens.find(id)).toEqual({ record: expected, settingsRevision: 1 });
      expect(watch.statements).toHaveLength(1);
      expect(watch.statements[0]).toMatch(/^select /);
      expect(watch.statements[0]).toContain(lookUpMark);
    }
    await close();
  });
});

describe.each(engines)('look-ups on $name at the same time', (engine) => {
  it('ST-1 get each its own, and those that are not found nothing', async () => {
    const { tokens, settings: kept, watch, close } = await newStore(engine, { connections: 3 });
    const records = Array.from({ length: 40 }, (_, number) =>
      recordOf(`${number}`, { subject: `u${number}` }),
    );
    for (const record of records.slice(0, 30)) await tokens.insert(record);
    await kept.save(settings, 0);
    watch.statements.length = 0;
    const twice = [...records, ...records];
    const found = await Promise.all(twice.map(({ id }) => tokens.find(id)));
    for (const [place, lookup] of found.entries())
      expect(lookup).toEqual({ record: place % 40 < 30 ? twice[place] : null, settingsRevision: 1 });
    expect(watch.statements.length).toBeLessThanOrEqual(engine.name === 'PostgreSQL' ? 10 : 80);
    await close();
  });

  it('ST-5 of a record that cannot be read leave the others alone', async () => {
    const { tokens, db, close } = await newStore(engine);
    const records = Array.from({ length: 9 }, (_, number) => recordOf(`${number}`));
    for (const record of records) await tokens.insert(record);
    await sql`update latchkey_tokens set scope = 7 where label = 'token 5'`.execute(db);
    const outcomes = await Promise.allSettled(records.map(({ id }) => tokens.find(id)));
    expect(outcomes.map(({ status }) => status)).toEqual(
      records.map((_, number) => (number === 5 ? 'rejected' : 'fulfilled')),
    );
    await close();
  });
});

describe('look-ups as the server counts them', () => {
  const finds = 20;

  it('ST-1 PostgreSQL ran one statement a look-up', async () => {
    const { tokens, db, close } = await newStore(postgres());
    await sql`create extension pg_stat_statements`.execute(db);
    await tokens.find('warm');
    await sql`select pg_stat_statements_reset()`.execute(db);
    for (let count = 0; count < finds; count++) await tokens.find(`id${count}`);
    const { rows } = await sql<{ calls: string; query: string }>`
      select sum(calls) as calls, max(query) as query from pg_stat_statements s join pg_database d on d.oid = s.dbid
      where d.datname = current_database() and query not like '%pg_stat_statements%'`.execute(db);
    expect(rows).toHaveLength(1);
    expect(Number(rows[0]?.calls)).toBe(finds);
    expect(rows[0]?.query).toContain('latchkey_tokens');
    await close();
  });

  it('ST-1 MariaDB ran one statement a look-up', async () => {
    const { tokens, db, close } = await newStore(mariadb(), { connections: 1 });
    const questions = async () =>
      Number((await sql<{ Value: string }>`show session status like 'Questions'`.execute(db)).rows[0]?.Value);
    const before = await questions();
    for (let count = 0; count < finds; count++) await tokens.find(`id${count}`);
    expect((await questions()) - before).toBe(finds + 1);
    await close();
  });
});
