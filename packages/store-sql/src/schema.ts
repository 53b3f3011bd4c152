import type { ColumnType, Generated } from 'kysely';
import type { Text } from './dialect.ts';

/** The version of the tables that this code writes; it grows by one with each migration. */
export const schemaVersion = 1;

/** Drivers answer a 64-bit number as text, as a BigInt or as a number; all of ours are safe as a number. */
export type Integer = ColumnType<number | string | bigint, number, number>;
export type IntegerOrNull = ColumnType<number | string | bigint | null, number | null, number | null>;

/** Bytes; some engines keep text in such a column too, where somebody else wrote it. */
export type Bytes = ColumnType<Text, Uint8Array, Uint8Array>;

/** One row a token. Spec: TK-4 */
export interface TokensTable {
  id: Text;
  digest: Bytes;
  key_version: Text | null;
  label: Text;
  /** The label in lower case; null where that is the label itself. */
  label_folded: Text | null;
  subject: Text;
  /** Null where the subject issued it. */
  issued_by: Text | null;
  /** Place in {@link scopes}. */
  scope: Integer;
  created_at: Integer;
  expires_at: IntegerOrNull;
  last_used_at: IntegerOrNull;
  /** The day of `last_used_at`, which the database computes: an index that a touch changes once a day at most. */
  used_day: ColumnType<number | string | bigint | null, never, never>;
  revoked_at: IntegerOrNull;
  revoked_by: Text | null;
  replaces: Text | null;
}

/** A single row: what every look-up has to know beside the token. Spec: ST-1, SE-5 */
export interface StateTable {
  id: Integer;
  /** The version of the tables, and the oldest code that can still work with them. */
  schema_version: Integer;
  oldest_code: Integer;
  /** 0 with no document where settings were never saved. */
  revision: Integer;
  document: Text | null;
}

/** A fixed number of rows that are locked to have a subject for oneself. Spec: TK-8 */
export interface LocksTable {
  bucket: Integer;
  /** Counts the locks taken; nothing reads it. */
  taken: Integer;
}

/** One row an event. Spec: TK-7 */
export interface AuditTable {
  position: Generated<number | string | bigint>;
  at: Integer;
  kind: Text;
  actor: Text | null;
  /** The token that the event is about, where there is just one. */
  token_id: Text | null;
  event: Text;
}

/** The tokens of an event that is about several. */
export interface AuditTokensTable {
  token_id: Text;
  position: Integer;
}

/** The tables of the store, all of them. */
export interface Tables {
  latchkey_tokens: TokensTable;
  latchkey_state: StateTable;
  latchkey_locks: LocksTable;
  latchkey_audit: AuditTable;
  latchkey_audit_tokens: AuditTokensTable;
}

/** How many rows `latchkey_locks` has. */
export const lockBuckets = 64;
