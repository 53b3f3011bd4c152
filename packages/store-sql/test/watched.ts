import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from 'kysely';

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
  const connections = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const inner = new WeakMap<DatabaseConnection, DatabaseConnection>();

  const watchConnection = (connection: DatabaseConnection): DatabaseConnection => {
    const outer: DatabaseConnection = {
      executeQuery<R>(query: CompiledQuery) {
        statements.push(query.sql);
        const index = faults.findIndex(({ pattern }) => pattern.test(query.sql));
        const [fault] = index === -1 ? [] : faults.splice(index, 1);
        return fault === undefined ? connection.executeQuery<R>(query) : Promise.reject(fault.error);
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

  return {
    dialect: {
      createDriver: () => watchDriver(dialect.createDriver()),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (db) => dialect.createIntrospector(db),
    },
    statements,
    failNext: (pattern, error = new Error('made to fail')) => void faults.push({ pattern, error }),
  };
}
