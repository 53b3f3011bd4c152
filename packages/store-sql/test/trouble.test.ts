import { inspect } from 'node:util';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreError } from '../src/index.ts';
import {
  type Engine,
  engines,
  mariadb,
  newPlace,
  newStore,
  openStore,
  postgres,
  removePlaces,
} from './engine.ts';
import { recordOf, revoked, rotated } from './sample.ts';

afterEach(removePlaces);

const servers: readonly Engine[] = [postgres(), mariadb()];

/** The error of a call, which has to fail. */
async function failureOf(call: Promise<unknown>): Promise<StoreError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

describe.each(servers)('a connection to $name', (engine) => {
  const changed = (url: string, change: Partial<Record<'password' | 'port' | 'pathname', string>>): string =>
    Object.assign(new URL(url), change).href;

  it.each([
    ['a wrong password', { password: 'Sesame-0pen' }, 'denied'],
    ['no such database', { pathname: '/nowhere' }, 'denied'],
    ['nobody at the port', { port: '1' }, 'unavailable'],
  ] as const)('ST-5 with %s fails clearly and without secrets', async (_, change, kind) => {
    const { url } = await newPlace(engine);
    const store = await openStore(changed(url, change));
    const { password } = new URL(url);
    for (const call of [() => store.tokens.find('x'), () => store.tokens.insert(recordOf('1'))]) {
      const error = await failureOf(call());
      expect(error.kind).toBe(kind);
      const shown = inspect(error, { depth: 9, showHidden: true });
      for (const part of ['Sesame-0pen', password, '127.0.0.1', 'latchkey_tokens', 'd'.repeat(42)])
        expect(shown).not.toContain(part);
      expect(error.cause).toBeUndefined();
    }
    await store.close();
  });

  it('ST-5 that every other holds is given up after the time for it, and there again afterwards', async () => {
    const { tokens, db, close } = await newStore(engine, { connections: 2, connectMs: 150 });
    await tokens.find('warm');
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held = 0;
    const holders = [1, 2].map(() =>
      db.connection().execute(() => {
        held++;
        return released;
      }),
    );
    while (held < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    const begun = performance.now();
    expect((await failureOf(tokens.find('x'))).kind).toBe('exhausted');
    expect(performance.now() - begun).toBeLessThan(1500);
    release();
    await Promise.all(holders);
    expect((await tokens.find('x')).record).toBeNull();
    await close();
  });

  it('ST-5 cancels a statement that takes too long, at the server', async () => {
    const { tokens, db, close } = await newStore(engine, { connections: 2, statementMs: 200 });
    const slow =
      engine.name === 'PostgreSQL' ? sql`select pg_sleep(20)` : sql`select sleep(20) from latchkey_state`;
    const begun = performance.now();
    await slow.execute(db).catch(() => undefined);
    expect(performance.now() - begun).toBeLessThan(5000);
    const list =
      engine.name === 'PostgreSQL'
        ? sql`select query as q from pg_stat_activity where state = 'active'`
        : sql`select info as q from information_schema.processlist`;
    const { rows } = await sql<{ q: unknown }>`${list}`.execute(db);
    expect(rows.filter(({ q }) => String(q).includes('sleep(20)'))).toEqual([]);
    expect((await tokens.find('x')).record).toBeNull();
    await close();
  });

  it('ST-3 in a deadlock tries again, and what was undone leaves no trace', async () => {
    const { tokens, audit, db, watch, close } = await newStore(engine, { statementMs: 10_000 });
    const old = recordOf('1');
    const successor = recordOf('2', { replaces: old.id });
    await tokens.insert(old);
    await db.connection().execute(async (other) => {
      await sql`begin`.execute(other);
      await sql`update latchkey_tokens set label = label where label = ${old.label}`.execute(other);
      const replaced = tokens.replace(
        { id: old.id, expectedEnd: null, endsAt: 9 },
        successor,
        rotated(old.id, successor),
        { live: 5, at: 0 },
      );
      // Wait until the other has its first lock and waits for the row.
      while (!watch.statements.some((text) => text.includes('for update')))
        await new Promise((r) => setTimeout(r, 5));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await sql`update latchkey_locks set taken = taken`.execute(other).then(
        () => sql`commit`.execute(other),
        () => sql`rollback`.execute(other),
      );
      expect(await replaced).toBe('replaced');
    });
    expect((await tokens.find(old.id)).record?.expiresAt).toBe(9);
    expect((await tokens.find(successor.id)).record).toEqual(successor);
    expect(await audit.list({ after: null, limit: 9 })).toHaveLength(1);
    await close();
  });
});

describe.each(engines)('trouble on $name', (engine) => {
  const conflict = () => Object.assign(new Error('could not serialize access'), { code: '40001' });

  it('ST-3 a conflict at any statement is tried again, and the operation happens once', async () => {
    const { tokens, audit, watch, close } = await newStore(engine);
    const record = recordOf('1');
    await tokens.insert(record);
    watch.failNext(/^begin/, conflict());
    watch.failNext(/^update .latchkey_tokens/, conflict());
    watch.failNext(/^insert into .latchkey_audit/, conflict());
    watch.failNext(/^commit/, conflict());
    expect(await tokens.revoke(record.id, 5, 'root', revoked(record.id))).toBe('revoked');
    expect(await audit.list({ after: null, limit: 9 })).toHaveLength(1);
    await close();
  });

  it('ST-3 a conflict without end is given up after ten attempts', async () => {
    const { tokens, watch, close } = await newStore(engine);
    for (let count = 0; count < 11; count++) watch.failNext(/^insert into .latchkey_tokens/, conflict());
    const error = await failureOf(tokens.insert(recordOf('1')));
    expect(error).toMatchObject({ kind: 'contention', retryable: true });
    expect(watch.statements.filter((text) => /^insert into .latchkey_tokens/.test(text))).toHaveLength(10);
    expect((await tokens.find(recordOf('1').id)).record).toBeNull();
    await close();
  });

  it('ST-3 a connection lost within a transaction is not tried again: it may have happened', async () => {
    const { tokens, watch, close } = await newStore(engine);
    watch.failNext(/^commit/, Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    expect((await failureOf(tokens.insert(recordOf('1')))).kind).toBe('unavailable');
    expect(watch.statements.filter((text) => text === 'commit')).toHaveLength(1);
    await close();
  });

  it('ST-5 a look-up on a connection that turns out dead is made once more', async () => {
    const { tokens, watch, close } = await newStore(engine);
    const lost = () => Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    watch.failNext(/look-up/, lost());
    expect((await tokens.find('x')).record).toBeNull();
    watch.failNext(/look-up/, lost());
    watch.failNext(/look-up/, lost());
    expect((await failureOf(tokens.find('x'))).kind).toBe('unavailable');
    await close();
  });

  it.each([
    ['an unknown scope', sql`scope = 3`],
    ['no label', sql`label = ''`],
    ['half a digest', sql`digest = 'abc'`],
    ['an instant that is none', sql`created_at = -8640000000000001`],
  ])('ST-5 a record with %s is an error that names it, and no token', async (_, damage) => {
    const { tokens, db, close } = await newStore(engine);
    const record = recordOf('1');
    await tokens.insert(record);
    await sql`update latchkey_tokens set ${damage}`.execute(db);
    for (const call of [() => tokens.find(record.id), () => tokens.list({ after: null, limit: 9 })]) {
      const error = await failureOf(call());
      expect(error.kind).toBe('corrupt');
      expect(error.message).toContain(record.id);
      expect(inspect(error)).not.toContain(record.digest);
    }
    expect((await tokens.find('other')).record).toBeNull();
    await close();
  });

  it('SE-4 settings that are no JSON come as they are, and so fail to parse', async () => {
    const { settings, db, close } = await newStore(engine);
    await sql`update latchkey_state set revision = 3, document = '{"version": 1'`.execute(db);
    expect(await settings.load()).toEqual({ document: '{"version": 1', revision: 3 });
    await close();
  });

  it('ST-5 a name that no column could hold is refused, and cuts into no other', async () => {
    const { tokens, close } = await newStore(engine);
    const subject = 's'.repeat(1025);
    const error = await failureOf(tokens.insert(recordOf('1', { subject })));
    expect(error.kind).toBe('constraint');
    expect(inspect(error)).not.toContain('sss');
    expect(await tokens.insert(recordOf('1', { subject: subject.slice(1) }))).toBe('inserted');
    await close();
  });

  it.each(['a\0b', 'a\\0b', '\ud800', '\udfff', '\ufffd', 'a\\', 'CORP\\ada'])(
    'ST-2 the subject %j is kept and told from all others',
    async (subject) => {
      const { tokens, close } = await newStore(engine);
      const [one, other] = [recordOf('1', { subject }), recordOf('2', { subject: `${subject} ` })];
      await tokens.insert(one);
      await tokens.insert(other);
      expect((await tokens.find(one.id)).record).toEqual(one);
      expect(await tokens.list({ subject, after: null, limit: 9 })).toEqual([one]);
      await close();
    },
  );
});
