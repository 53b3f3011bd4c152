import type { AuditLog, SettingsStore, TokenStore } from '@latchkey/core';
import type { Kysely } from 'kysely';
import { auditLog } from './audit.ts';
import type { SqlDialect } from './dialect.ts';
import { sessionOf } from './session.ts';
import { settingsStore } from './settings.ts';
import { tokenStore } from './tokens.ts';

/** The three ports over one database. */
export interface SqlStore {
  readonly tokens: TokenStore;
  readonly settings: SettingsStore;
  readonly audit: AuditLog;
}

/** What a store is made of. */
export interface SqlStoreOptions<Database> {
  /** Yours, or one of `openSql`; it stays yours to destroy. Its plugins are not used. */
  readonly db: Kysely<Database>;
  /** Told by the instance where absent. */
  readonly dialect?: SqlDialect;
}

/**
 * A store in PostgreSQL, MariaDB, MySQL or SQLite, whose tables `migrate` has made. A look-up is one statement by
 * primary key. Every failure is a `StoreError` without anything secret in it. Spec: ST-1…ST-7
 *
 * With your own instance, time limits are yours to set, and on a `pg` pool a listener for `error` (also on its
 * clients): without one the process ends when PostgreSQL restarts. `openSql` sees to both.
 *
 * @example
 * const db = await openSql('sqlite:latchkey.db');
 * await migrate(db);
 * const { tokens, settings, audit } = sqlStore({ db });
 */
export function sqlStore<Database>({ db, dialect }: SqlStoreOptions<Database>): SqlStore {
  const session = sessionOf(db, dialect);
  return { tokens: tokenStore(session), settings: settingsStore(session), audit: auditLog(session) };
}
