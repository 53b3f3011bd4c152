import { openSql, sqlStore } from '@latchkey/store-sql';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/serve/store.ts';
import { engines } from './engine.ts';
import { actor, answered, asks, engineOver, issued, lookUpMs, revoked, wordsOf } from './stage.ts';

const tables = ['latchkey_tokens', 'latchkey_state'];

/** Takes the tables for itself, as a careless migration of somebody else would; answers what lets go of them. */
const takers: Readonly<Record<string, (url: string) => Promise<() => Promise<void>>>> = {
  async PostgreSQL(url) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`begin; lock table ${tables.join(', ')} in access exclusive mode`);
    return () => client.end();
  },
  async MariaDB(url) {
    const connection = await mysql.createConnection({ uri: url });
    await connection.query(`lock tables ${tables.map((table) => `${table} write`).join(', ')}`);
    return () => connection.end();
  },
};

const cases = engines.flatMap(({ name, place }) => {
  const take = takers[name];
  return take === undefined ? [] : [{ name, place, take }];
});

describe.each(cases)('tables of $name that somebody else holds', ({ place, take }) => {
  it('ST-5 cost each of many callers the deadline at most, statements are cancelled, and then all goes on', async () => {
    const url = await place();
    await (await openStore(url)).close();
    // Far fewer connections than callers: most wait for one, and get none.
    const db = await openSql(url, { connections: 2, connectMs: 400, statementMs: 400 });
    onTestFinished(() => db.destroy());
    const store = sqlStore({ db });
    const engine = engineOver(store, { deadlines: { lookUpMs, manageMs: 600 } });
    const [live, gone] = [await issued(engine), await revoked(engine)];
    const release = await take(url);
    try {
      const kinds = new Set<string>();
      for (let round = 0; round < 4; round++) {
        const begun = performance.now();
        const decisions = await Promise.all(
          Array.from({ length: 48 }, (_, n) => engine.authenticate(asks((n % 2 === 0 ? live : gone).text))),
        );
        expect(new Set(decisions.map(wordsOf))).toEqual(new Set(['deny 503']));
        // Far less than the calls would take one after another.
        expect(performance.now() - begun).toBeLessThan(3000);
        const errors = await Promise.allSettled(['x', 'y', 'z', 'w'].map((id) => store.tokens.find(id)));
        for (const error of errors) kinds.add(error.status === 'rejected' ? error.reason.kind : 'answered');
      }
      expect([...kinds].sort()).toEqual(['exhausted', 'timeout']);
      const refusal = await engine.tokens.issue(actor('ada'), { label: 'none' });
      expect(refusal).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
      expect(wordsOf(await engine.authenticate(asks('a password', 'Basic')))).toBe('defer unknown-open');
    } finally {
      await release();
    }
    expect(await answered(engine, live.text)).toBe('accepted');
    expect(await answered(engine, gone.text)).toBe('token-revoked');
    expect(await answered(engine, (await issued(engine)).text)).toBe('accepted');
    await engine.close();
  });
});
