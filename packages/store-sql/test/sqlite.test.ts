import { spawn } from 'node:child_process';
import { existsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { newPlace, newStore, openStore, removePlaces, sqlite } from './engine.ts';
import { recordOf, revoked } from './sample.ts';

afterEach(removePlaces);

const engine = sqlite();

const fileOf = (url: string): string => url.slice('sqlite:'.length);

/** Runs a process that writes into a file, kills it after some lines and answers all that it printed. */
async function killed(file: string, afterLines: number): Promise<string[]> {
  const program = fileURLToPath(new URL('writer.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === afterLines) child.kill('SIGKILL');
  }
  return lines;
}

describe('a file of SQLite', () => {
  it('ST-4 is written ahead and forced to the disk with every commit', async () => {
    const { db, close } = await newStore(engine);
    const { rows: mode } = await sql`pragma journal_mode`.execute(db);
    const { rows: synchronous } = await sql`pragma synchronous`.execute(db);
    expect(mode).toEqual([{ journal_mode: 'wal' }]);
    expect(synchronous).toEqual([{ synchronous: 2 }]);
    await close();
  });

  it('ST-4 leaves its log empty when it is closed', async () => {
    const { url } = await newPlace(engine);
    const store = await openStore(url);
    await store.tokens.insert(recordOf('1'));
    await store.close();
    const log = `${fileOf(url)}-wal`;
    expect(existsSync(log) ? statSync(log).size : 0).toBe(0);
  });

  it('ST-3 waits for a writer of another process without holding this one up', async () => {
    const { url } = await newPlace(engine);
    const [store, other] = [await openStore(url), await openStore(url)];
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    await other.db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection);
      const inserted = store.tokens.insert(recordOf('1'));
      // Look-ups go on meanwhile, and see what was committed.
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect((await other.reopen?.().then(({ tokens }) => tokens.find('x')))?.record).toBeNull();
      await sql`commit`.execute(connection);
      expect(await inserted).toBe('inserted');
    });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(8);
    await store.close();
    await other.close();
  });

  it('ST-1 is looked into while a transaction of this process is under way, which is not seen before it ends', async () => {
    const { tokens, db, close } = await newStore(engine);
    await tokens.insert(recordOf('1'));
    await db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection);
      await sql`update latchkey_tokens set label = 'new'`.execute(connection);
      expect((await tokens.find(recordOf('1').id)).record?.label).toBe('token 1');
      await sql`commit`.execute(connection);
      expect((await tokens.find(recordOf('1').id)).record?.label).toBe('new');
    });
    await close();
    await expect(tokens.find('x')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('ST-5 that is no database, is cut off or cannot be opened says so', async () => {
    const { url } = await newPlace(engine);
    const file = fileOf(url);
    writeFileSync(file, 'x'.repeat(20_000));
    const rubbish = await openStore(url);
    await expect(rubbish.tokens.find('x')).rejects.toMatchObject({ name: 'StoreError', kind: 'corrupt' });
    truncateSync(file, 0);
    const empty = await openStore(url);
    await expect(empty.tokens.find('x')).rejects.toMatchObject({ kind: 'schema-missing' });
    await empty.close();
    const nowhere = await openStore('sqlite:/nonexistent/folder/file.db');
    await expect(nowhere.tokens.find('x')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('ST-5 that is full takes no writes, and look-ups go on', async () => {
    const { tokens, db, close } = await newStore(engine);
    await tokens.insert(recordOf('1'));
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql.raw(`pragma max_page_count = ${rows[0]?.page_count}`).execute(db);
    const fill = async (): Promise<void> => {
      for (let count = 2; count < 500; count++) await tokens.insert(recordOf(`${count}`), revoked('x'));
    };
    await expect(fill()).rejects.toMatchObject({ kind: 'full', retryable: true });
    expect((await tokens.find(recordOf('1').id)).record).toEqual(recordOf('1'));
    await sql`pragma max_page_count = 1000000`.execute(db);
    expect(await tokens.insert(recordOf('later'))).toBe('inserted');
    await close();
  });

  it('ST-3 has everything that a process acknowledged before it was killed', async () => {
    const { url } = await newPlace(engine);
    const acknowledged = await killed(fileOf(url), 40);
    expect(acknowledged.length).toBeGreaterThanOrEqual(40);
    const store = await openStore(url);
    for (const id of acknowledged) {
      expect((await store.tokens.find(id)).record).not.toBeNull();
      expect(await store.audit.list({ tokenId: id, after: null, limit: 2 })).toHaveLength(1);
    }
    await store.close();
  });
});
