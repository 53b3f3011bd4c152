import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { dialectFor, migrate, sqlStore } from '../src/index.ts';
import { engines, newPlace, newStore, postgres, removePlaces } from './engine.ts';
import { recordOf, settings } from './sample.ts';

afterEach(removePlaces);

describe.each(engines)('a store on $name', (engine) => {
  it('ST-4 promises what the engine keeps', async () => {
    const { tokens, close } = await newStore(engine);
    expect(tokens.capabilities).toEqual({ durable: true, sharedAcrossProcesses: true, atomicAudit: true });
    await close();
  });

  it('ST-2 is not disturbed by the plugins of an instance that the host uses too', async () => {
    const { url } = await newPlace(engine, 'empty');
    const db = new Kysely<unknown>({ dialect: await dialectFor(url), plugins: [new CamelCasePlugin()] });
    await migrate(db);
    const { tokens, settings: kept } = sqlStore({ db });
    const record = recordOf('1', { expiresAt: 5_000, lastUsedAt: 2_000 });
    await tokens.insert(record);
    await kept.save(settings, 0);
    expect(await tokens.find(record.id)).toEqual({ record, settingsRevision: 1 });
    await db.destroy();
  });

  it('ST-7 a bulk of touches and removals of any size is cut into statements that the engine takes', async () => {
    const { tokens, watch, close } = await newStore(engine);
    const records = Array.from({ length: 620 }, (_, number) => recordOf(`${number}`, { expiresAt: 2_000 }));
    for (const record of records) await tokens.insert(record);
    watch.statements.length = 0;
    await tokens.touch(records.map(({ id }, number) => ({ id, at: 1_000 + number })));
    expect(watch.statements.filter((text) => text.startsWith('update'))).toHaveLength(2);
    expect((await tokens.find(records[619]?.id ?? '')).record?.lastUsedAt).toBe(1_619);
    const ids = records.map(({ id }) => id);
    const event = {
      ...({ kind: 'tokens-purged', at: 9, actor: 'root', actorTokenId: null, address: null } as const),
      ...{ tokenIds: ids, endedBefore: 3_000 },
    };
    expect(await tokens.remove(ids, 3_000, event)).toBe(620);
    expect(await tokens.findEnded(3_000, 10)).toEqual([]);
    await close();
  }, 60_000);
});

describe('an instance of the host itself', () => {
  it('ST-2 may be on a pool with settings and types of its own', async () => {
    const { url } = await newPlace(postgres());
    const types = { getTypeParser: (id: number) => (id === 20 ? BigInt : pg.types.getTypeParser(id)) };
    const options = '-c default_transaction_isolation=serializable -c timezone=Asia/Kolkata';
    const pool = new pg.Pool({ connectionString: url, options, types: types as typeof pg.types });
    const { tokens, settings: kept } = sqlStore({
      db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    });
    const record = recordOf('1', { expiresAt: 8.64e15 });
    const limit = { live: 3, at: 0 };
    const words = await Promise.all(
      [1, 2, 3, 4, 5].map((number) => tokens.insert(recordOf(`${number}`, record), null, limit)),
    );
    expect(words.sort()).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'inserted']);
    expect(await kept.save(settings, 0)).toBe('saved');
    expect(await tokens.find(record.id)).toEqual({ record, settingsRevision: 1 });
    await pool.end();
  });
});
