import { isTokenRecord, type Scope, type TokenId, type TokenRecord } from '@latchkey/core';
import type { Insertable } from 'kysely';
import type { DialectTraits, Text } from './dialect.ts';
import { StoreError } from './error.ts';
import type { TokensTable } from './schema.ts';
import { escapeName, fitting, readName } from './text.ts';

/** The columns that make up a record, its id aside. */
export const recordColumns = [
  'digest',
  'key_version',
  'label',
  'subject',
  'issued_by',
  'scope',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
  'revoked_by',
  'replaces',
] as const satisfies readonly (keyof TokensTable)[];

type Whole = number | string | bigint;

/** A row of {@link recordColumns} but the id. */
export interface RecordRow {
  readonly digest: Text;
  readonly key_version: Text | null;
  readonly label: Text;
  readonly subject: Text;
  readonly issued_by: Text | null;
  readonly scope: Whole;
  readonly created_at: Whole;
  readonly expires_at: Whole | null;
  readonly last_used_at: Whole | null;
  readonly revoked_at: Whole | null;
  readonly revoked_by: Text | null;
  readonly replaces: Text | null;
}

/** The number that stands for each scope. */
export const scopes: Readonly<Record<Scope, number>> = { 'read-only': 1, 'read-write': 2 };

const scopeOf = new Map(Object.entries(scopes).map(([scope, number]) => [number, scope as Scope]));

/** Writes and reads records and names in the manner of a dialect. */
export interface Codec {
  /** A name as a parameter; throws where no column could hold it. */
  name(name: string): Text;
  /** An id as a parameter; one that no token can have is not found. */
  id(id: TokenId): Text;
  /** An id as a place in the order of ids. */
  place(id: TokenId): Text;
  /** Text as a parameter, as it is. */
  text(text: string): Text;
  row(record: TokenRecord): Insertable<TokensTable>;
  label(label: string): { readonly label: Text; readonly label_folded: Text | null };
  /** The record in a row; throws `corrupt` where it is none, so that nothing half-read is ever believed. Spec: ST-5 */
  record(row: RecordRow, id: TokenId): TokenRecord;
  readId(value: Text): TokenId;
}

const wholeOrNull = (value: Whole | null): number | null => (value === null ? null : Number(value));

/** True for what can be the id of a token. Spec: TK-1 */
const isId = (text: string): boolean => /^[0-9A-Za-z]{16}$/.test(text);

/** The bytes of a digest; throws for text that would come back as another. */
function digestBytes(digest: string): Uint8Array {
  const bytes = Buffer.from(digest, 'base64url');
  if (bytes.toString('base64url') !== digest) throw new StoreError('constraint', 'no digest');
  return bytes;
}

/** The digest of bytes; text is none. */
function digestOf(value: Text): string {
  if (typeof value === 'string') return '';
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes.toString('base64url');
}

/** The codec of a dialect. */
export function codecOf({ writeText, readText, writeId, readId }: DialectTraits): Codec {
  const name = (text: string): Text => writeText(fitting(escapeName(text)));
  const nameOrNull = (text: string | null): Text | null => (text === null ? null : name(text));
  const read = (value: Text): string => readName(readText(value));
  const readOrNull = (value: Text | null): string | null => (value === null ? null : read(value));

  const label = (text: string) => {
    const folded = text.toLowerCase();
    return {
      label: writeText(fitting(text)),
      label_folded: folded === text ? null : writeText(fitting(folded)),
    };
  };
  const id = (text: TokenId): Text => writeId(isId(text) ? text : '');
  const fittingId = (text: TokenId): Text => {
    if (!isId(text)) throw new StoreError('constraint', 'no id');
    return writeId(text);
  };
  return {
    name,
    id,
    place: writeId,
    text: writeText,
    label,
    readId,
    row: (record) => ({
      id: fittingId(record.id),
      digest: digestBytes(record.digest),
      key_version: nameOrNull(record.keyVersion),
      ...label(record.label),
      subject: name(record.subject),
      issued_by: record.issuedBy === record.subject ? null : name(record.issuedBy),
      scope: scopes[record.scope],
      created_at: record.createdAt,
      expires_at: record.expiresAt,
      last_used_at: record.lastUsedAt,
      revoked_at: record.revokedAt,
      revoked_by: nameOrNull(record.revokedBy),
      replaces: record.replaces === null ? null : fittingId(record.replaces),
    }),
    record(row, id) {
      const subject = read(row.subject);
      const record = {
        id,
        digest: digestOf(row.digest),
        keyVersion: readOrNull(row.key_version),
        label: readText(row.label),
        subject,
        issuedBy: row.issued_by === null ? subject : read(row.issued_by),
        scope: scopeOf.get(Number(row.scope)),
        createdAt: Number(row.created_at),
        expiresAt: wholeOrNull(row.expires_at),
        lastUsedAt: wholeOrNull(row.last_used_at),
        revokedAt: wholeOrNull(row.revoked_at),
        revokedBy: readOrNull(row.revoked_by),
        replaces: row.replaces === null ? null : readId(row.replaces),
      };
      if (!isTokenRecord(record)) throw new StoreError('corrupt', `record ${id}`);
      return record;
    },
  };
}
