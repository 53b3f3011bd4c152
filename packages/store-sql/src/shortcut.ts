import type { Dialect, DialectAdapter, Kysely } from 'kysely';

/** Rows by the names of their columns. */
export type Rows = readonly Readonly<Record<string, unknown>>[];

/**
 * A way for look-ups, which are single statements that only read, straight to the driver: taking a connection through
 * Kysely costs about as much as the statement. Null as long as there is no such way.
 */
export type Shortcut = (statement: string, parameters: readonly unknown[]) => Rows | Promise<Rows> | null;

/** By the adapter, because that is what can be seen of a dialect in an instance. */
const shortcuts = new WeakMap<DialectAdapter, Shortcut>();

/** A dialect whose instances have a shortcut. */
export const withShortcut = (dialect: Dialect, shortcut: Shortcut): Dialect => ({
  createDriver: () => dialect.createDriver(),
  createQueryCompiler: () => dialect.createQueryCompiler(),
  createIntrospector: (db) => dialect.createIntrospector(db),
  createAdapter() {
    const adapter = dialect.createAdapter();
    shortcuts.set(adapter, shortcut);
    return adapter;
  },
});

/** The shortcut of an adapter, if there is one. */
export const shortcutOf = (adapter: DialectAdapter): Shortcut | null => shortcuts.get(adapter) ?? null;

/** The shortcut of an instance, if it has one. */
export const shortcutIn = <Tables>(db: Kysely<Tables>): Shortcut | null =>
  shortcutOf(db.getExecutor().adapter);
