import { migrate, openSql, sqlStore } from '@latchkey/store-sql';
import pg from 'pg';
import { startPostgres } from '../../tools/services/postgres.mjs';
import { inPostgres } from '../peers/better-auth.mjs';
import { betterAuthCall, callsOn, inserted, plainRows, together } from './contenders.mjs';

/** Both pools have as many connections as `openSql` opens by itself. */
const connections = 10;

/** @param {readonly import('../world/world.mjs').Token[]} made */
export async function postgres(made) {
  const server = await startPostgres();
  const db = await openSql(server.url, { connections });
  await migrate(db);
  const store = sqlStore({ db });
  await inserted(store, made);
  const pool = new pg.Pool({ connectionString: server.url, max: connections });
  // A connection that the server's own end overtakes complains, when nobody waits for it any more.
  pool.on('error', () => undefined);
  await pool.query(`create extension if not exists pg_stat_statements`);
  await pool.query(
    'create table hand_tokens (id text primary key, digest text, subject text, scope smallint, expires_at bigint)',
  );
  await pool.query('insert into hand_tokens select * from json_populate_recordset(null::hand_tokens, $1)', [
    JSON.stringify(plainRows(made)),
  ]);
  await pool.query('vacuum analyze');
  const bare = async (/** @type {string} */ id) =>
    (
      await pool.query({
        name: 'hand',
        text: 'select id, digest, subject, scope, expires_at from hand_tokens where id = $1',
        values: [id],
      })
    ).rows[0];
  const calls = callsOn({ made, store, bare, read: bare });
  const peer = await inPostgres(50, pool);

  const statements = async () => {
    const { rows } = await pool.query(`
      select coalesce(sum(calls), 0)::int as every,
        coalesce(sum(calls) filter (where query ~* '^(update|insert|delete)'), 0)::int as writes
      from pg_stat_statements where query !~* '(pg_stat_statements|^begin|^commit)'`);
    return { all: rows[0].every, writes: rows[0].writes };
  };
  return {
    name: 'PostgreSQL',
    calls: { ...calls, betterAuth: betterAuthCall(peer) },
    /** @param {(index: number) => Promise<void>} call */
    async requests(call) {
      const times = 100;
      await together(1, call)(20);
      const before = await statements();
      await together(1, call)(times);
      const after = await statements();
      return { all: (after.all - before.all) / times, writes: (after.writes - before.writes) / times };
    },
    async stop() {
      await calls.engine.close();
      await Promise.all([pool.end(), db.destroy()]);
      await server.stop();
    },
  };
}
