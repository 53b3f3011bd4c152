import { type Kysely, type Migration, Migrator, NO_MIGRATIONS } from 'kysely';
import { type DialectTraits, dialectOf, dialects, type SqlDialect } from './dialect.ts';
import { StoreError } from './error.ts';
import { storeError } from './failure.ts';
import { initial } from './migration/initial.ts';
import { schemaVersion, type Tables } from './schema.ts';
import { transact } from './session.ts';
import { readState, type SchemaState } from './state.ts';

/** Where to: the tables that this code needs, or none of them. */
export type MigrationTarget = 'latest' | 'none';

/** One step that was made. */
export interface AppliedMigration {
  readonly name: string;
  readonly direction: 'up' | 'down';
}

/** Every migration by its name, oldest first; one that has been released is never changed. */
const migrations: Readonly<Record<string, (traits: DialectTraits) => Migration>> = {
  '0001-initial': initial,
};

/**
 * Brings the tables to what this code needs, or takes them away with all that they hold (`'none'`). Answers the steps
 * that were made, none where there was nothing to do; calling it from several processes at once is safe. Throws
 * {@link StoreError}, of kind `schema-newer` where newer code has been here.
 *
 * @example
 * await migrate(db);
 */
export async function migrate<Database>(
  db: Kysely<Database>,
  target: MigrationTarget = 'latest',
  dialect: SqlDialect = dialectOf(db),
): Promise<readonly AppliedMigration[]> {
  const traits = dialects[dialect];
  const plain = db.withoutPlugins() as unknown as Kysely<Tables>;
  try {
    // Without row locks Kysely has nothing to keep a second process out with; the transaction does that.
    return await (traits.locksRows
      ? move(plain, traits, target)
      : transact(plain, traits, (transaction) => move(transaction, traits, target)));
  } catch (error) {
    throw storeError(error);
  }
}

/** Makes the steps to a target. */
async function move(
  db: Kysely<Tables>,
  traits: DialectTraits,
  target: MigrationTarget,
): Promise<readonly AppliedMigration[]> {
  const made = Object.entries(migrations).map(([name, make]) => [name, make(traits)] as const);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(made) },
    migrationTableName: 'latchkey_migration',
    migrationLockTableName: 'latchkey_migration_lock',
  });
  const state = await stateOf(db);
  if (state !== null && state.version > schemaVersion) {
    // Newer code has been here and left the tables as this code can use them: they are more than it needs.
    if (target === 'latest' && state.oldestCode <= schemaVersion) return [];
    throw new StoreError('schema-newer', `version ${state.version}`);
  }
  const { error, results = [] } =
    target === 'latest' ? await migrator.migrateToLatest() : await migrator.migrateTo(NO_MIGRATIONS);
  if (error !== undefined) throw error;
  return results.map(({ migrationName, direction }) => ({
    name: migrationName,
    direction: direction === 'Up' ? 'up' : 'down',
  }));
}

/** The versions of the tables; null where they are not there, or not all. */
async function stateOf(db: Kysely<Tables>): Promise<SchemaState | null> {
  try {
    return await readState(db);
  } catch (error) {
    if (storeError(error).kind === 'schema-missing') return null;
    throw error;
  }
}
