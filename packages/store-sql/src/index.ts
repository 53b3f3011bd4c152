export type { SqlDialect } from './dialect.ts';
export { StoreError, type StoreErrorKind } from './error.ts';
export type { OpenOptions } from './limits.ts';
export { type AppliedMigration, type MigrationTarget, migrate } from './migration.ts';
export { dialectFor, openSql } from './open.ts';
export { type SqlStore, type SqlStoreOptions, sqlStore } from './store.ts';
