import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { StoreError, type StoreErrorKind } from '../src/error.ts';
import { isDuplicateKey, storeError } from '../src/failure.ts';

const secret = 'hunter2-s3cr3t';

/** An error as a driver throws it: with the statement, its parameters and the connection in many places. */
const driverError = (code: string | undefined, message = `failed near ${secret}`): Error =>
  Object.assign(new Error(message, { cause: new Error(secret) }), {
    ...(code === undefined ? {} : { code }),
    detail: `Key (digest)=(${secret}) already exists.`,
    sql: `insert into t values ('${secret}')`,
    parameters: [secret],
    address: secret,
    input: `postgres://u:${secret}@h/d`,
  });

const cases: readonly (readonly [code: string, kind: StoreErrorKind])[] = [
  ['ECONNREFUSED', 'unavailable'],
  ['ECONNRESET', 'unavailable'],
  ['57P01', 'unavailable'],
  ['57P03', 'unavailable'],
  ['08006', 'unavailable'],
  ['PROTOCOL_CONNECTION_LOST', 'unavailable'],
  ['SQLITE_CANTOPEN', 'unavailable'],
  ['SQLITE_IOERR_WRITE', 'unavailable'],
  ['53300', 'exhausted'],
  ['ER_CON_COUNT_ERROR', 'exhausted'],
  ['57014', 'timeout'],
  ['ER_STATEMENT_TIMEOUT', 'timeout'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'timeout'],
  ['40001', 'contention'],
  ['40P01', 'contention'],
  ['ER_LOCK_DEADLOCK', 'contention'],
  ['SQLITE_BUSY_SNAPSHOT', 'contention'],
  ['28P01', 'denied'],
  ['3D000', 'denied'],
  ['ER_ACCESS_DENIED_ERROR', 'denied'],
  ['25006', 'read-only'],
  ['ER_OPTION_PREVENTS_STATEMENT', 'read-only'],
  ['SQLITE_READONLY_DBMOVED', 'read-only'],
  ['53100', 'full'],
  ['SQLITE_FULL', 'full'],
  ['ER_RECORD_FILE_FULL', 'full'],
  ['42P01', 'schema-missing'],
  ['ER_NO_SUCH_TABLE', 'schema-missing'],
  ['22001', 'constraint'],
  ['ER_DATA_TOO_LONG', 'constraint'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'constraint'],
  ['XX001', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['42601', 'other'],
];

describe('failures of drivers', () => {
  it.each(cases)('ST-5 the code %s is told as %s', (code, kind) => {
    expect(storeError(driverError(code))).toMatchObject({ kind });
  });

  it.each([
    ['Connection terminated unexpectedly', 'unavailable'],
    ['Client has encountered a connection error and is not queryable', 'unavailable'],
    ['timeout exceeded when trying to connect', 'exhausted'],
    ['Query read timeout', 'timeout'],
    ['no such table: latchkey_state', 'schema-missing'],
    ['something new', 'other'],
  ] as const)('ST-5 without a code, "%s" is told as %s', (message, kind) => {
    expect(storeError(driverError(undefined, message))).toMatchObject({ kind });
  });

  it.each([
    [1969, 'timeout'],
    [1927, 'unavailable'],
    [1, 'other'],
  ] as const)('ST-5 the number %d, which the driver has no code for, is told as %s', (errno, kind) => {
    expect(storeError(Object.assign(driverError(undefined), { errno }))).toMatchObject({ kind });
  });

  it.each([
    'could not extend file "base/5/16384": File too large',
    'could not extend file "base/5/16384": wrote only 4096 of 8192 bytes at block 3072',
    'could not write to file "pg_wal/xlogtemp.1": No space left on device',
  ])('ST-5 a code that says nothing, with "%s", is told as full', (message) => {
    expect(storeError(driverError('XX000', message))).toMatchObject({ kind: 'full' });
  });

  it.each([...cases.map(([code]) => code), undefined, secret, 'x'.repeat(99)])(
    'ST-5 nothing of the error of the driver is in ours (%s)',
    (code) => {
      const error = storeError(driverError(code));
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
      expect(error.cause).toBeUndefined();
    },
  );

  it('ST-5 an error of ours stays, and what is no error at all becomes one', () => {
    const own = new StoreError('schema-newer');
    expect(storeError(own)).toBe(own);
    for (const thrown of [null, undefined, 'text', 7, {}]) expect(storeError(thrown).kind).toBe('other');
  });

  it('ST-5 says what may pass by itself', () => {
    expect(new StoreError('contention').retryable).toBe(true);
    expect(new StoreError('denied').retryable).toBe(false);
  });

  it('ST-3 a taken key is told from other constraints', () => {
    expect(
      ['23505', 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_PRIMARYKEY'].map((code) => isDuplicateKey({ code })),
    ).toEqual([true, true, true]);
    expect(['23502', 'ER_DATA_TOO_LONG', undefined].map((code) => isDuplicateKey({ code }))).toEqual([
      false,
      false,
      false,
    ]);
  });
});
