import { type Dialect, MysqlDialect, type MysqlPool, type MysqlPoolConnection } from 'kysely';
import type { Pool, PoolConnection } from 'mysql2';
import { loadDriver, partsOf } from './driver.ts';
import { StoreError } from './error.ts';
import { graceMs, type Limits } from './limits.ts';

/** A dialect on a pool of mysql2, for MariaDB and MySQL. */
export async function mysqlDialect(connectionString: string, limits: Limits): Promise<Dialect> {
  const parts = partsOf(connectionString);
  parts.protocol = 'mysql:';
  const { default: mysql } = await loadDriver('mysql2', () => import('mysql2'));
  const pool = mysql.createPool({
    uri: parts.href,
    charset: 'utf8mb4',
    connectionLimit: limits.connections,
    connectTimeout: limits.connectMs,
    enableKeepAlive: true,
    supportBigNumbers: true,
  });
  return new MysqlDialect({ pool: careful(pool, limits) });
}

/**
 * Limits that each server has a name of its own for: a comment with `M!` is read by MariaDB alone, one with a version
 * of MySQL by MySQL alone. A lock is waited for no longer than a statement may take; the smallest wait is a second.
 */
const limitsOf = ({ statementMs }: Limits): string =>
  `set session innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(statementMs / 1000))}` +
  ` /*M! , max_statement_time = ${statementMs / 1000} */ /*!50708 , max_execution_time = ${Math.ceil(statementMs)} */`;

/**
 * The pool, but nobody waits for a connection without end, and one on which a reply was given up is closed and not
 * handed out again.
 */
function careful(pool: Pool, limits: Limits): MysqlPool {
  const prepared = new WeakSet<object>();

  const wrap = (connection: PoolConnection): MysqlPoolConnection => {
    let isStuck = false;
    const query = (
      sql: string,
      values: readonly unknown[],
      done: (error: unknown, result: unknown) => void,
    ) => {
      // It would wait behind the reply that was given up, and the driver counts no time for what waits.
      if (isStuck) return done(new StoreError('timeout'), undefined);
      const timeout = limits.statementMs + graceMs;
      connection.query({ sql, values: [...values], timeout }, (error, result) => {
        isStuck ||= error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT';
        done(error, result);
      });
    };
    return {
      query: query as unknown as MysqlPoolConnection['query'],
      release: () => (isStuck ? connection.destroy() : connection.release()),
    };
  };

  return {
    getConnection(done) {
      let isLate = false;
      const answer = (error: unknown, connection?: PoolConnection) => {
        clearTimeout(timer);
        if (isLate) connection?.release();
        else if (connection === undefined) done(error, undefined as never);
        else done(null, wrap(connection));
      };
      const timer = setTimeout(() => {
        answer(new StoreError('exhausted'));
        isLate = true;
      }, limits.connectMs);
      pool.getConnection((error, connection) => {
        // Typed as always there, but there is none beside an error.
        if (error !== null) answer(error);
        else if (prepared.has(connection)) answer(null, connection);
        else
          connection.query({ sql: limitsOf(limits), timeout: limits.connectMs }, (failure) => {
            if (failure === null) prepared.add(connection);
            else connection.destroy();
            answer(failure, failure === null ? connection : undefined);
          });
      });
    },
    end: (done) => pool.end(done),
  };
}
