/** What is wrong with the database, in one word. */
export type StoreErrorKind =
  | 'unavailable'
  | 'exhausted'
  | 'timeout'
  | 'contention'
  | 'denied'
  | 'read-only'
  | 'full'
  | 'schema-missing'
  | 'schema-older'
  | 'schema-newer'
  | 'constraint'
  | 'corrupt'
  | 'other';

interface Kind {
  /** True where the same call may succeed later without anybody doing anything. */
  readonly retryable: boolean;
  readonly message: string;
}

const kinds: Readonly<Record<StoreErrorKind, Kind>> = {
  unavailable: {
    retryable: true,
    message: 'The database cannot be reached: check that it runs, and its host and port, or its file.',
  },
  exhausted: {
    retryable: true,
    message:
      'Every connection to the database stayed busy: raise the number of connections, or look for slow statements.',
  },
  timeout: { retryable: true, message: 'The database took too long, and the statement was given up.' },
  contention: { retryable: true, message: 'Concurrent writes kept getting in the way; nothing was written.' },
  denied: {
    retryable: false,
    message:
      'The database refuses the user, the password or the name of the database: check the connection string and the grants.',
  },
  'read-only': {
    retryable: true,
    message: 'The database takes no writes: it is a replica, set to read-only, or its file is not writable.',
  },
  full: { retryable: true, message: 'The database has no space left: free or add some.' },
  'schema-missing': {
    retryable: false,
    message: 'The tables of Latchkey are not there, or not all: run migrate(db).',
  },
  'schema-older': {
    retryable: false,
    message: 'The tables are of an older version than this code needs: run migrate(db).',
  },
  'schema-newer': {
    retryable: false,
    message: 'The tables are of a newer version than this code can work with: update @latchkey/store-sql.',
  },
  constraint: { retryable: false, message: 'The database cannot keep this value.' },
  corrupt: {
    retryable: false,
    message: 'What the database holds cannot be read: restore it, or delete the row.',
  },
  other: { retryable: false, message: 'The database failed in a way that is not foreseen: see its own log.' },
};

/**
 * A failure of the database, told without anything that came from it or went to it: no statement, value, address or
 * password, and no error of the driver as its cause. Spec: ST-5
 *
 * @example
 * if (error instanceof StoreError && error.kind === 'schema-missing') await migrate(db);
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly retryable: boolean;

  /** `detail` is public: the database's own code of the error, or the id of a record. */
  constructor(
    readonly kind: StoreErrorKind,
    detail?: string,
  ) {
    super(detail === undefined ? kinds[kind].message : `${kinds[kind].message} (${detail})`);
    this.retryable = kinds[kind].retryable;
  }
}
