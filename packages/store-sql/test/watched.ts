import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from 'kysely';
import { type Shortcut, shortcutOf, withShortcut } from '../src/shortcut.ts';

/** A dialect whose statements are written down, and can be made to fail. */
export interface Watched {
  readonly dialect: Dialect;
  /** Every statement so far, oldest first. */
  readonly statements: string[];
  /** The next statement that the pattern fits fails before it reaches the database; with this error, once. */
  failNext(pattern: RegExp, error?: Error): void;
}

/** Watches the statements between Kysely and the driver; the driver and the database stay real. */
export function watched(dialect: Dialect): Watched {
  const statements: string[] = [];
  const faults: { readonly pattern: RegExp; readonly error: Error }[] = [];
  /** Writes a statement down, and answers the error that it is to meet. */
  const note = (statement: string): Error | undefined => {
    statements.push(statement);
    const index = faults.findIndex(({ pattern }) => pattern.test(statement));
    const [fault] = index === -1 ? [] : faults.splice(index, 1);
    return fault?.error;
  };
  const connections = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const inner = new WeakMap<DatabaseConnection, DatabaseConnection>();

  const watchConnection = (connection: DatabaseConnection): DatabaseConnection => {
    const outer: DatabaseConnection = {
      executeQuery<R>(query: CompiledQuery) {
        const error = note(query.sql);
        return error === undefined ? connection.executeQuery<R>(query) : Promise.reject(error);
      },
      streamQuery: (query, size) => connection.streamQuery(query, size),
    };
    connections.set(connection, outer);
    inner.set(outer, connection);
    return outer;
  };
  const within = (outer: DatabaseConnection): DatabaseConnection => inner.get(outer) ?? outer;

  const watchDriver = (driver: Driver): Driver => ({
    init: () => driver.init(),
    async acquireConnection() {
      const connection = await driver.acquireConnection();
      return connections.get(connection) ?? watchConnection(connection);
    },
    releaseConnection: (outer) => driver.releaseConnection(within(outer)),
    beginTransaction: (outer, settings) => driver.beginTransaction(within(outer), settings),
    commitTransaction: (outer) => driver.commitTransaction(within(outer)),
    rollbackTransaction: (outer) => driver.rollbackTransaction(within(outer)),
    destroy: () => driver.destroy(),
  });

  const outer: Dialect = {
    createDriver: () => watchDriver(dialect.createDriver()),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
  const shortcut = shortcutOf(dialect.createAdapter());
  const watchedShortcut: Shortcut = (statement, parameters) => {
    const rows = shortcut?.(statement, parameters) ?? null;
    // What goes the long way is noted there.
    const error = rows === null ? undefined : note(statement);
    return error === undefined ? rows : Promise.reject(error);
  };
  return {
    dialect: shortcut === null ? outer : withShortcut(outer, watchedShortcut),
    statements,
    failNext: (pattern, error = new Error('made to fail')) => void faults.push({ pattern, error }),
  };
}
