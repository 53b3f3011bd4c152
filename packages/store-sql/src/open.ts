import { type Dialect, Kysely } from 'kysely';
import { defaultLimits, type Limits, type OpenOptions } from './limits.ts';
import { mysqlDialect } from './mysql.ts';
import { postgresDialect } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';

const openers: readonly {
  readonly prefix: RegExp;
  readonly open: (target: string, limits: Limits) => Promise<Dialect>;
}[] = [
  { prefix: /^postgres(?:ql)?:\/\//i, open: postgresDialect },
  { prefix: /^(?:mysql|mariadb):\/\//i, open: mysqlDialect },
  { prefix: /^sqlite:/i, open: sqliteDialect },
];

/** The dialect for a connection string, for an instance of your own making. Like {@link openSql} in all else. */
export async function dialectFor(connectionString: string, options: OpenOptions = {}): Promise<Dialect> {
  const opener = openers.find(({ prefix }) => prefix.test(connectionString));
  if (opener === undefined)
    throw new TypeError('A connection string begins with postgres://, mysql://, mariadb:// or sqlite:');
  return opener.open(connectionString, { ...defaultLimits, ...options });
}

/**
 * A Kysely instance for a connection string: `postgres://…`, `mysql://…` (or `mariadb://…`), or `sqlite:FILE`. The
 * driver is yours to install: pg, mysql2 or libsql. Connects with the first statement; `destroy()` ends it. Throws a
 * TypeError, which never repeats the string, for one that it cannot read. Sessions are set up and a statement is
 * prepared in them, which a pooler between (PgBouncer) may not pass on: there, bring an instance of your own.
 *
 * @example
 * const db = await openSql('postgres://latchkey@db.example/tokens');
 */
export async function openSql(connectionString: string, options: OpenOptions = {}): Promise<Kysely<unknown>> {
  return new Kysely({ dialect: await dialectFor(connectionString, options) });
}
