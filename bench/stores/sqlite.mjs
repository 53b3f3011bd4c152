import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate, openSql, sqlStore } from '@latchkey/store-sql';
import Database from 'libsql';
import { callsOn, inserted, plainRows, together } from './contenders.mjs';

/** Writes down what the store's own copy of the driver is asked to carry out, once `told` is there. */
function overheard() {
  const Own = createRequire(new URL('../../packages/store-sql/package.json', import.meta.url))('libsql');
  const database = new Own(':memory:');
  const statements = Object.getPrototypeOf(database.prepare('select 1'));
  database.close();
  const texts = new WeakMap();
  const { prepare } = Own.prototype;
  Own.prototype.prepare = function (/** @type {string} */ text) {
    const statement = Reflect.apply(prepare, this, [text]);
    texts.set(statement, text);
    return statement;
  };
  const state = { told: /** @type {string[] | null} */ (null) };
  /** One way of asking may go through another: only the outermost counts. */
  let depth = 0;
  for (const name of ['get', 'all', 'run', 'iterate']) {
    const original = statements[name];
    statements[name] = function (/** @type {unknown[]} */ ...args) {
      if (depth === 0) state.told?.push(texts.get(this) ?? '');
      depth++;
      try {
        return Reflect.apply(original, this, args);
      } finally {
        depth--;
      }
    };
  }
  return state;
}

/** @param {readonly import('../world/world.mjs').Token[]} made */
export async function sqlite(made) {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-bench-'));
  const file = path.join(folder, 'tokens.db');
  const db = await openSql(`sqlite:${file}`);
  await migrate(db);
  const store = sqlStore({ db });
  await inserted(store, made);

  const database = new Database(file);
  database.exec(
    'create table hand_tokens (id text primary key, digest text, subject text, scope integer, expires_at integer) without rowid',
  );
  database.exec('begin');
  const insert = database.prepare('insert into hand_tokens values (?, ?, ?, ?, ?)');
  for (const { id, digest, subject, scope, expires_at } of plainRows(made))
    insert.run(id, digest, subject, scope, expires_at);
  database.exec('commit');
  const select = database.prepare(
    'select id, digest, subject, scope, expires_at from hand_tokens where id = ?',
  );
  const bare = async (/** @type {string} */ id) => /** @type {{ digest: string }} */ (select.get(id));
  const calls = callsOn({ made, store, bare, read: bare });
  return {
    name: 'SQLite',
    calls,
    /** Called when all has been timed: listening is not free. @param {(index: number) => Promise<void>} call */
    async requests(call) {
      const times = 100;
      const state = overheard();
      const watched = await openSql(`sqlite:${file}`);
      const again = callsOn({ made, store: sqlStore({ db: watched }), bare, read: bare });
      const listened = call === calls.latchkey ? again.latchkey : call;
      await together(1, listened)(20);
      state.told = [];
      await together(1, listened)(times);
      const statements = state.told;
      state.told = null;
      await again.engine.close();
      await watched.destroy();
      return {
        all: statements.length / times,
        writes: statements.filter((text) => /^\s*(update|insert|delete|replace)/i.test(text)).length / times,
      };
    },
    async stop() {
      await calls.engine.close();
      await db.destroy();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
