/** Limits of a connection that `openSql` makes; all have defaults. Spec: ST-5 */
export interface OpenOptions {
  /** The most connections at a time; 10 where absent. SQLite has one. */
  readonly connections?: number;
  /** The longest wait for a free or new connection, in milliseconds; 1,000 where absent. */
  readonly connectMs?: number;
  /** The longest that a statement may take until the server cancels it, in milliseconds; 2,000 where absent. */
  readonly statementMs?: number;
}

/** Options with every default filled in. */
export type Limits = Required<OpenOptions>;

/** What holds where nothing is said. */
export const defaultLimits: Limits = { connections: 10, connectMs: 1000, statementMs: 2000 };

/** How much longer than the server's own limit a reply is waited for, in milliseconds. */
export const graceMs = 500;
