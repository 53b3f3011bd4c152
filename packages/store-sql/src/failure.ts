import { StoreError, type StoreErrorKind } from './error.ts';

/** Codes of PostgreSQL (SQLSTATE), MySQL and MariaDB (symbols), SQLite and the network; the longest match counts. */
const codes: Readonly<Partial<Record<StoreErrorKind, readonly string[]>>> = {
  unavailable: [
    ...[
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOENT',
    ],
    ...['ECONNABORTED', 'EADDRNOTAVAIL', 'ETIMEDOUT', '08', '57P', 'PROTOCOL_CONNECTION_LOST'],
    ...[
      'PROTOCOL_ENQUEUE_AFTER',
      'PROTOCOL_PACKETS_OUT_OF_ORDER',
      'ER_SERVER_SHUTDOWN',
      'ER_CONNECTION_KILLED',
    ],
    ...['SQLITE_CANTOPEN', 'SQLITE_IOERR'],
  ],
  exhausted: ['53300', 'ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS', 'ER_USER_LIMIT_REACHED'],
  timeout: [
    '57014',
    '55P03',
    'ER_QUERY_TIMEOUT',
    'ER_STATEMENT_TIMEOUT',
    'PROTOCOL_SEQUENCE_TIMEOUT',
    'SQLITE_INTERRUPT',
  ],
  contention: [
    ...[
      '40001',
      '40P01',
      'ER_LOCK_DEADLOCK',
      'ER_LOCK_WAIT_TIMEOUT',
      'ER_CHECKREAD',
      'SQLITE_BUSY',
      'SQLITE_LOCKED',
    ],
  ],
  denied: [
    ...[
      '28',
      '3D000',
      '42501',
      'ER_ACCESS_DENIED',
      'ER_DBACCESS_DENIED',
      'ER_BAD_DB_ERROR',
      'ER_TABLEACCESS_DENIED',
    ],
    ...[
      'ER_COLUMNACCESS_DENIED',
      'ER_HOST_NOT_PRIVILEGED',
      'ER_HOST_IS_BLOCKED',
      'ER_SPECIFIC_ACCESS_DENIED',
    ],
    ...['SQLITE_AUTH', 'SQLITE_PERM', 'EACCES'],
  ],
  'read-only': [
    ...[
      '25006',
      'ER_OPTION_PREVENTS_STATEMENT',
      'ER_CANT_EXECUTE_IN_READ_ONLY',
      'ER_READ_ONLY',
      'SQLITE_READONLY',
    ],
    'ER_INNODB_READ_ONLY',
  ],
  full: ['53100', 'ER_DISK_FULL', 'ER_RECORD_FILE_FULL', 'SQLITE_FULL', 'ENOSPC'],
  'schema-missing': ['42P01', '42703', '3F000', 'ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR'],
  constraint: [
    '22',
    '23',
    'ER_DATA_TOO_LONG',
    'ER_DUP_',
    'ER_TRUNCATED',
    'ER_WARN_DATA_OUT_OF_RANGE',
    'SQLITE_CONSTRAINT',
  ],
  corrupt: [
    'XX001',
    'XX002',
    'ER_CRASHED',
    'ER_NOT_KEYFILE',
    'ER_TABLE_CORRUPT',
    'SQLITE_CORRUPT',
    'SQLITE_NOTADB',
  ],
};

/** Numbers of MariaDB that mysql2 has no symbol for. */
const symbols: Readonly<Record<number, string>> = {
  1927: 'ER_CONNECTION_KILLED',
  1969: 'ER_STATEMENT_TIMEOUT',
};

/** Drivers give some failures no code, or one that says nothing, only these words. */
const words: readonly (readonly [RegExp, StoreErrorKind])[] = [
  [/^could not (?:extend|write).*(?:No space left|too large|wrote only)/, 'full'],
  [/no such (?:table|column)/, 'schema-missing'],
  [/timeout exceeded when trying to connect|^Queue limit reached/, 'exhausted'],
  [/^Query read timeout/, 'timeout'],
  [/database is locked/, 'contention'],
  [/password must be|SASL|does not support SSL/, 'denied'],
  [
    /^Connection terminated|not queryable|closed state|ConnectionFailed|Pool is closed|after calling end/,
    'unavailable',
  ],
  [/has already been destroyed|connection is not open|Connection closed/, 'unavailable'],
];

const kindOfPrefix = new Map(
  Object.entries(codes).flatMap(([kind, prefixes]) =>
    prefixes.map((prefix) => [prefix, kind as StoreErrorKind] as const),
  ),
);

function kindOfCode(code: string): StoreErrorKind | undefined {
  for (let length = code.length; length >= 2; length--) {
    const kind = kindOfPrefix.get(code.slice(0, length));
    if (kind !== undefined) return kind;
  }
  return undefined;
}

const codeOf = (error: unknown): string | null => {
  if (typeof error !== 'object' || error === null) return null;
  const code = 'code' in error ? error.code : null;
  // A code is shown to people, so what does not look like one is not taken for one.
  if (typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code)) return code;
  const number = 'errno' in error ? Number(error.errno) : Number.NaN;
  return symbols[number] ?? null;
};

/** Any failure of a driver in our own words; what is one of ours already stays as it is. Spec: ST-5 */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const kind = code === null ? undefined : kindOfCode(code);
  if (code !== null && kind !== undefined) return new StoreError(kind, code);
  const message = error instanceof Error ? error.message : '';
  const said = words.find(([pattern]) => pattern.test(message))?.[1];
  return new StoreError(said ?? 'other', code ?? undefined);
}

/** True where a write met a key that is taken. */
export function isDuplicateKey(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === '23505' ||
    code === 'ER_DUP_ENTRY' ||
    code === 'SQLITE_CONSTRAINT_PRIMARYKEY' ||
    code === 'SQLITE_CONSTRAINT_UNIQUE'
  );
}
