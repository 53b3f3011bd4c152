import { attemptLimiter } from '@latchkey/attempts';
import type { AttemptLimiter } from '@latchkey/core';
import {
  RateLimiterMySQL,
  RateLimiterPostgres,
  RateLimiterSQLite,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';

/** A limiter, and what has to be closed with it. */
export interface OpenAttempts {
  readonly attempts: AttemptLimiter;
  close(): Promise<void>;
}

/** Five failures lock a name at an address for the rest of 15 minutes, in a table of their own. Spec: DE-6 */
const limit = { points: 5, duration: 900, tableName: 'latchkey_attempt', keyPrefix: '' };
const connections = 4;
const connectMs = 2000;

/** A limiter is ready once its table is there. */
const ready = (make: (done: (error?: Error) => void) => RateLimiterStoreAbstract): Promise<AttemptLimiter> =>
  new Promise((resolve, reject) => {
    const limiter = make((error) => (error ? reject(error) : resolve(attemptLimiter(limiter))));
  });

async function postgresAttempts(connectionString: string): Promise<OpenAttempts> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString, max: connections, connectionTimeoutMillis: connectMs });
  // Without a listener a restart of the database would end the process.
  pool.on('error', () => undefined);
  const attempts = await ready(
    (done) => new RateLimiterPostgres({ storeClient: pool, storeType: 'pool', ...limit }, done),
  );
  return { attempts, close: () => pool.end() };
}

async function mysqlAttempts(connectionString: string): Promise<OpenAttempts> {
  const { default: mysql } = await import('mysql2');
  const uri = connectionString.replace(/^mariadb:/i, 'mysql:');
  const pool = mysql.createPool({ uri, connectionLimit: connections, connectTimeout: connectMs });
  const dbName = decodeURIComponent(new URL(uri).pathname.slice(1));
  const attempts = await ready(
    (done) => new RateLimiterMySQL({ storeClient: pool, storeType: 'pool', dbName, ...limit }, done),
  );
  return { attempts, close: () => new Promise((resolve) => pool.end(() => resolve())) };
}

async function sqliteAttempts(file: string): Promise<OpenAttempts> {
  const { default: Database } = await import('libsql');
  const database = new Database(file);
  database.exec('pragma busy_timeout = 1000');
  const attempts = await ready(
    (done) => new RateLimiterSQLite({ storeClient: database, storeType: 'better-sqlite3', ...limit }, done),
  );
  return {
    attempts,
    close: async () => {
      database.close();
    },
  };
}

/** Failed logins counted in the database of a connection string, for all servers that share it. Spec: DE-6 */
export function openSqlAttempts(connectionString: string): Promise<OpenAttempts> {
  if (/^sqlite:/i.test(connectionString))
    return sqliteAttempts(connectionString.slice('sqlite:'.length).replace(/^\/\//, ''));
  return /^postgres/i.test(connectionString)
    ? postgresAttempts(connectionString)
    : mysqlAttempts(connectionString);
}
