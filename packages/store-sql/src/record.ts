import { isTokenRecord, type Scope, type TokenRecord } from '@latchkey/core';
import type { Insertable } from 'kysely';
import type { DialectTraits, Text } from './dialect.ts';
import { StoreError } from './error.ts';
import type { TokensTable } from './schema.ts';
import { escapeName, fitting, readName } from './text.ts';

/** What is read of a token: the columns that make up its record. */
export const recordColumns = [
  'id',
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

/** A row of {@link recordColumns}. */
export interface RecordRow {
  readonly id: Text;
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
  /** Text as a parameter, as it is. */
  text(text: string): Text;
  row(record: TokenRecord): Insertable<TokensTable>;
  label(label: string): { readonly label: Text; readonly label_folded: Text | null };
  /** The record in a row; throws `corrupt` where it is none, so that nothing half-read is ever believed. Spec: ST-5 */
  record(row: RecordRow): TokenRecord;
  id(value: Text): string;
}

const wholeOrNull = (value: Whole | null): number | null => (value === null ? null : Number(value));

/** The codec of a dialect. */
export function codecOf({ writeText, readText }: DialectTraits): Codec {
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
  return {
    name,
    text: writeText,
    label,
    id: read,
    row: (record) => ({
      id: name(record.id),
      digest: name(record.digest),
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
      replaces: nameOrNull(record.replaces),
    }),
    record(row) {
      const subject = read(row.subject);
      const record = {
        id: read(row.id),
        digest: read(row.digest),
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
        replaces: readOrNull(row.replaces),
      };
      if (!isTokenRecord(record)) throw new StoreError('corrupt', `record ${record.id}`);
      return record;
    },
  };
}
