import type { Kysely } from 'kysely';

/** The families of databases that the store speaks to; MariaDB counts as MySQL. */
export type SqlDialect = 'postgres' | 'mysql' | 'sqlite';

/** A value of a text column as a driver takes and gives it. */
export type Text = string | Uint8Array;

/** In what the families differ, as far as the store is concerned. */
export interface DialectTraits {
  /** Text that is equal only to itself, byte by byte, whatever the default collation says. */
  readonly nameType: string;
  /** The same, for columns that are in no index and have no bound. */
  readonly documentType: string;
  /** A column that counts up by itself and is the primary key. */
  readonly positionType: string;
  /** What whole numbers are cast to. */
  readonly integer: string;
  /** Division of whole numbers without remainder. */
  readonly divide: string;
  /** What stands behind the columns of a table that is looked up by its primary key. */
  readonly keyedTable: string;
  /** Begins a transaction that sees what others committed before each of its statements. */
  readonly begin: readonly string[];
  /** Single rows can be locked; otherwise a transaction that writes is the only one anyway. */
  readonly locksRows: boolean;
  /** An index can leave out rows. */
  readonly partialIndexes: boolean;
  /** An insert can answer the key that it made; otherwise the driver knows it. */
  readonly returning: boolean;
  readonly writeText: (text: string) => Text;
  readonly readText: (value: Text) => string;
}

const utf8 = new TextDecoder();
const readText = (value: Text): string => (typeof value === 'string' ? value : utf8.decode(value));

/** What each family is like. */
export const dialects: Readonly<Record<SqlDialect, DialectTraits>> = {
  postgres: {
    nameType: 'text collate "C"',
    documentType: 'text',
    positionType: 'bigint generated always as identity primary key',
    integer: 'bigint',
    divide: '/',
    keyedTable: '',
    begin: ['begin isolation level read committed'],
    locksRows: true,
    partialIndexes: true,
    returning: true,
    writeText: (text) => text,
    readText,
  },
  mysql: {
    // Every text collation of MariaDB 10.11 and MySQL 8 alike pads with spaces or folds case; bytes do neither.
    nameType: 'varbinary(1024)',
    documentType: 'longblob',
    positionType: 'bigint auto_increment primary key',
    integer: 'signed',
    divide: 'div',
    keyedTable: 'engine = InnoDB',
    begin: ['set transaction isolation level read committed', 'begin'],
    locksRows: true,
    partialIndexes: false,
    returning: false,
    // As bytes the text is sent in hexadecimal, which no character set or SQL mode of the connection changes.
    writeText: (text) => Buffer.from(text),
    readText,
  },
  sqlite: {
    nameType: 'text',
    documentType: 'text',
    positionType: 'integer primary key autoincrement',
    integer: 'integer',
    divide: '/',
    keyedTable: 'without rowid',
    begin: ['begin immediate'],
    locksRows: false,
    partialIndexes: true,
    returning: true,
    writeText: (text) => text,
    readText,
  },
};

/** The family that a Kysely instance speaks to; throws a TypeError for one that the store cannot work with. */
export function dialectOf<Tables>(db: Kysely<Tables>): SqlDialect {
  const { supportsReturning, supportsTransactionalDdl } = db.getExecutor().adapter;
  if (supportsReturning) return supportsTransactionalDdl ? 'postgres' : 'sqlite';
  if (!supportsTransactionalDdl) return 'mysql';
  throw new TypeError(
    'The store works on PostgreSQL, MySQL, MariaDB and SQLite; give `dialect` if this is one.',
  );
}
