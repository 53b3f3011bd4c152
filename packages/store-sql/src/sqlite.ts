import { type Dialect, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { loadDriver } from './driver.ts';
import { storeError } from './failure.ts';
import type { Limits } from './limits.ts';
import { lookUpMark } from './lookup.ts';
import { type Rows, withShortcut } from './shortcut.ts';

/** How long the process is held up for another one's write; beyond it the session waits without holding it up. */
const busyMs = 10;

/**
 * The most memory for pages of the file, in KiB, taken as far as the file is large: for what writes and lists, and for
 * look-ups, which go anywhere in the table: a million tokens fit.
 */
const cacheKib = { writer: 32 * 1024, reader: 256 * 1024 };

/** How many statements are kept prepared. */
const mostPrepared = 100;

/**
 * A dialect on a file of SQLite, made where there is none. What was acknowledged survives a power cut: the
 * write-ahead log is forced to the disk with every commit. Other processes may have the file open too.
 */
export async function sqliteDialect(connectionString: string, _limits: Limits): Promise<Dialect> {
  const file = connectionString.slice('sqlite:'.length).replace(/^\/\//, '');
  if (file === '' || file === ':memory:')
    throw new TypeError('A connection string for SQLite names a file: sqlite:latchkey.db');
  const { default: Database } = await loadDriver('libsql', () => import('libsql'));
  // Opened with the first statement, so that a file that cannot be opened fails like a server that cannot be reached.
  let reader: Pick<SqliteDatabase, 'prepare'> | null = null;
  const connect = (kib: number) => {
    const database = new Database(file);
    database.exec(`pragma busy_timeout = ${busyMs}`);
    database.exec(`pragma cache_size = -${kib}`);
    return database;
  };
  const open = async (): Promise<SqliteDatabase> => {
    try {
      const database = connect(cacheKib.writer);
      database.exec('pragma journal_mode = wal');
      database.exec('pragma synchronous = full');
      const writer = careful(database);
      const lookUps = connect(cacheKib.reader);
      lookUps.exec('pragma query_only = true');
      reader = careful(lookUps);
      return {
        prepare: writer.prepare,
        close() {
          reader = null;
          lookUps.close();
          // Statements that are not collected yet keep the file open, so the log is emptied without waiting for that.
          database.exec('pragma wal_checkpoint(truncate)');
          database.close();
        },
      };
    } catch (error) {
      throw storeError(error);
    }
  };
  // Kysely gives its one connection to one user after the other. A look-up sees what was committed, and need not wait.
  return withShortcut(
    new SqliteDialect({ database: open }),
    (statement, parameters) => reader && (reader.prepare(statement).all(parameters) as Rows),
  );
}

/** What is used of libsql; its own types leave the rows open. */
interface Statement {
  readonly reader: boolean;
  columns(): readonly { readonly name: string }[];
  raw(isRaw: boolean): unknown;
  get(parameters: readonly unknown[]): readonly unknown[] | undefined;
  all(parameters: readonly unknown[]): readonly (readonly unknown[])[];
  iterate(parameters: readonly unknown[]): Iterable<readonly unknown[]>;
  run: SqliteStatement['run'];
}

/** Rows come as lists and are named here: libsql takes twice as long to make objects of them, or to look for a second. */
function named(statement: Statement, hasOneRow: boolean): SqliteStatement {
  if (!statement.reader)
    return { reader: false, all: () => [], iterate: () => [].values(), run: statement.run.bind(statement) };
  const names = statement.columns().map(({ name }) => name);
  statement.raw(true);
  const toObject = (row: readonly unknown[]): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index++) object[names[index] as string] = row[index];
    return object;
  };
  return {
    reader: true,
    all(parameters) {
      if (!hasOneRow) return statement.all(parameters).map(toObject);
      const row = statement.get(parameters);
      return row === undefined ? [] : [toObject(row)];
    },
    *iterate(parameters) {
      for (const row of statement.iterate(parameters)) yield toObject(row);
    },
    run: statement.run.bind(statement),
  };
}

/** The database, but a statement is prepared once and not each time; the one used longest ago makes room. */
function careful(database: { prepare(sql: string): unknown }): Pick<SqliteDatabase, 'prepare'> {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const statement =
        prepared.get(sql) ?? named(database.prepare(sql) as Statement, sql.includes(lookUpMark));
      prepared.delete(sql);
      prepared.set(sql, statement);
      if (prepared.size > mostPrepared) {
        const [oldest] = prepared.keys();
        if (oldest !== undefined) prepared.delete(oldest);
      }
      return statement;
    },
  };
}
