import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/migration.ts';
import { engines, newPlace, openStore, removePlaces } from './engine.ts';
import { recordOf } from './sample.ts';

afterEach(removePlaces);

describe.each(engines)('migrations on $name', (engine) => {
  it('ST-5 before them, every port says what to do', async () => {
    const { url } = await newPlace(engine, 'empty');
    const { tokens, settings, audit, close } = await openStore(url);
    for (const call of [
      () => tokens.find('x'),
      () => tokens.insert(recordOf('1')),
      () => settings.load(),
      () => audit.list({ after: null, limit: 1 }),
    ])
      await expect(call()).rejects.toMatchObject({
        kind: 'schema-missing',
        message: expect.stringContaining('migrate(db)'),
      });
    await close();
  });

  it('ST-5 go up once, down once and up again', async () => {
    const { url } = await newPlace(engine, 'empty');
    const store = await openStore(url);
    const up = [{ name: '0001-initial', direction: 'up' }];
    expect(await migrate(store.db)).toEqual(up);
    expect(await migrate(store.db)).toEqual([]);
    expect(await store.tokens.insert(recordOf('1'))).toBe('inserted');
    expect(await migrate(store.db)).toEqual([]);
    expect((await store.tokens.find(recordOf('1').id)).record).toEqual(recordOf('1'));
    expect(await migrate(store.db, 'none')).toEqual([{ name: '0001-initial', direction: 'down' }]);
    await expect(store.tokens.find('x')).rejects.toMatchObject({ kind: 'schema-missing' });
    expect(await migrate(store.db)).toEqual(up);
    expect(await store.tokens.find(recordOf('1').id)).toEqual({ record: null, settingsRevision: 0 });
    await store.close();
  });

  it('ST-5 begun by several at once are made once', async () => {
    const { url } = await newPlace(engine, 'empty');
    const stores = await Promise.all([1, 2, 3].map(() => openStore(url, { statementMs: 20_000 })));
    const steps = await Promise.all(stores.map(({ db }) => migrate(db)));
    expect(steps.flat()).toHaveLength(1);
    for (const store of stores) await store.close();
  });

  it('ST-5 a schema that needs newer code stops look-ups and writes, and is left alone', async () => {
    const { url } = await newPlace(engine);
    const { tokens, db, close } = await openStore(url);
    await sql`update latchkey_state set schema_version = 9, oldest_code = 9`.execute(db);
    const newer = { kind: 'schema-newer', message: expect.stringContaining('update @latchkey/store-sql') };
    await expect(tokens.find('x')).rejects.toMatchObject(newer);
    await expect(tokens.insert(recordOf('1'))).rejects.toMatchObject(newer);
    await expect(migrate(db)).rejects.toMatchObject(newer);
    await sql`update latchkey_state set schema_version = 9, oldest_code = 1`.execute(db);
    expect(await tokens.find(recordOf('1').id)).toEqual({ record: null, settingsRevision: 0 });
    expect(await tokens.insert(recordOf('1'))).toBe('inserted');
    expect(await migrate(db)).toEqual([]);
    await expect(migrate(db, 'none')).rejects.toMatchObject(newer);
    await close();
  });

  it('ST-5 a schema of older code names the remedy', async () => {
    const { url } = await newPlace(engine);
    const { tokens, db, close } = await openStore(url);
    await sql`update latchkey_state set schema_version = 0`.execute(db);
    await expect(tokens.find('x')).rejects.toMatchObject({ kind: 'schema-older' });
    await close();
  });
});
