import { type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { loadDriver, partsOf } from './driver.ts';
import { StoreError } from './error.ts';
import { graceMs, type Limits } from './limits.ts';
import { lookUpMark } from './lookup.ts';
import { type Rows, withShortcut } from './shortcut.ts';

const names = new Map<string, string>();
/** The name that a statement of look-ups is prepared under; there are few of them. */
function preparedName(text: string): string {
  const name = names.get(text) ?? `latchkey_look_up_${names.size}`;
  names.set(text, name);
  return name;
}

const ignore = (): void => undefined;

/** A dialect on a pool of pg. */
export async function postgresDialect(connectionString: string, limits: Limits): Promise<Dialect> {
  partsOf(connectionString);
  const { default: pg } = await loadDriver('pg', () => import('pg'));
  const pool = new pg.Pool({
    connectionString,
    max: limits.connections,
    connectionTimeoutMillis: limits.connectMs,
    statement_timeout: limits.statementMs,
    query_timeout: limits.statementMs + graceMs,
    keepAlive: true,
    application_name: 'latchkey',
  });
  // An error that nobody listens to ends the process. What fails is told by the statement that meets it.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return withShortcut(new PostgresDialect({ pool: careful(pool) }), (text, values) =>
    // The pool closes a connection on which anything failed, also a reply that was given up.
    pool
      .query<Rows[number]>({ name: preparedName(text), text, values: [...values] })
      .then(({ rows }) => rows),
  );
}

/**
 * The pool, but a connection on which a reply was given up is closed and not handed out again: its reply would still
 * come, or never. The look-up, which every request makes, is prepared once for each connection.
 */
function careful(pool: Pool): PostgresPool {
  const wrap = (client: PoolClient): PostgresPoolClient => {
    let isStuck = false;
    const query = async (text: string, values: readonly unknown[]) => {
      // It would wait behind the reply that was given up.
      if (isStuck) throw new StoreError('timeout');
      const prepared = text.includes(lookUpMark) ? { name: preparedName(text) } : {};
      try {
        return await client.query({ ...prepared, text, values: [...values] });
      } catch (error) {
        isStuck ||= error instanceof Error && error.message === 'Query read timeout';
        throw error;
      }
    };
    return {
      query: query as unknown as PostgresPoolClient['query'],
      release: (isBroken?: boolean | Error) => client.release(isStuck || isBroken),
    };
  };
  return { connect: async () => wrap(await pool.connect()), end: () => pool.end() };
}
