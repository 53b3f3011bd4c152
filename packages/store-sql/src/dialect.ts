import type { Kysely } from 'kysely';

/** The families of databases that the store speaks to; MariaDB counts as MySQL. */
export type SqlDialect = 'postgres' | 'mysql' | 'sqlite';

/** A value of a text column as a driver takes and gives it. */
export type Text = string | Uint8Array;

/** In what the families differ, as far as the store is concerned. */
export interface DialectTraits {
  /** The id of a token: its 16 characters in as few bytes as the engine can keep and sort by. */
  readonly idType: string;
  /** The 32 bytes of a digest; one of another length stays another, so that it is found to be none. */
  readonly digestType: string;
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
  /** An index can leave out rows and hold what is computed, and rows that it gives half in order are not sorted anew. */
  readonly rightIndexes: boolean;
  /** One statement can name any number of ids as one parameter, and answer each row as one text. */
  readonly asksTogether: boolean;
  /** An insert can answer the key that it made; otherwise the driver knows it. */
  readonly returning: boolean;
  readonly writeText: (text: string) => Text;
  readonly readText: (value: Text) => string;
  /** An id of 16 ASCII characters as a parameter; other text becomes what no id is, and sorts as far as it fits. */
  readonly writeId: (id: string) => Text;
  readonly readId: (value: Text) => string;
}

const utf8 = new TextDecoder();
const readText = (value: Text): string => (typeof value === 'string' ? value : utf8.decode(value));

/** A UUID of the bytes of the characters: compared by bytes, and without a length, which would cost eight in an index. */
const writeUuid = (id: string): string => Buffer.from(id).toString('hex').slice(0, 32).padEnd(32, '0');
const readUuid = (value: Text): string =>
  Buffer.from(readText(value).replaceAll('-', ''), 'hex').toString('latin1');

const writeBytes = (text: string): Text => Buffer.from(text);
const same = (text: string): string => text;

/** What each family is like. */
export const dialects: Readonly<Record<SqlDialect, DialectTraits>> = {
  postgres: {
    idType: 'uuid',
    digestType: 'bytea',
    nameType: 'text collate "C"',
    documentType: 'text',
    positionType: 'bigint generated always as identity primary key',
    integer: 'bigint',
    divide: '/',
    keyedTable: '',
    begin: ['begin isolation level read committed'],
    locksRows: true,
    rightIndexes: true,
    asksTogether: true,
    returning: true,
    writeText: same,
    readText,
    writeId: writeUuid,
    readId: readUuid,
  },
  mysql: {
    idType: 'varbinary(16)',
    digestType: 'varbinary(32)',
    // Every text collation of MariaDB 10.11 and MySQL 8 alike pads with spaces or folds case; bytes do neither.
    nameType: 'varbinary(1024)',
    documentType: 'longblob',
    positionType: 'bigint auto_increment primary key',
    integer: 'signed',
    divide: 'div',
    keyedTable: 'engine = InnoDB',
    begin: ['set transaction isolation level read committed', 'begin'],
    locksRows: true,
    rightIndexes: false,
    asksTogether: false,
    returning: false,
    // As bytes the text is sent in hexadecimal, which no character set or SQL mode of the connection changes.
    writeText: writeBytes,
    readText,
    writeId: writeBytes,
    readId: readText,
  },
  sqlite: {
    idType: 'text',
    digestType: 'blob',
    nameType: 'text',
    documentType: 'text',
    positionType: 'integer primary key autoincrement',
    integer: 'integer',
    divide: '/',
    keyedTable: 'without rowid',
    begin: ['begin immediate'],
    locksRows: false,
    rightIndexes: true,
    asksTogether: false,
    returning: true,
    writeText: same,
    readText,
    writeId: same,
    readId: readText,
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
