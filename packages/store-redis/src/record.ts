import { type EpochMs, isTokenRecord, type TokenId, type TokenRecord } from '@latchkey/core';
import { StoreError } from './error.ts';
import { instantOf, sortable } from './sortable.ts';

/**
 * How a record is kept: one text of 13 lines, of which scripts change single ones. Its id is in the key.
 *
 *  1 format, `1`          6 subject                              11 revokedAt
 *  2 createdAt, sortable  7 issuedBy, empty where the subject    12 revokedBy
 *  3 scope, `r` or `w`    8 replaces                             13 lastUsedAt
 *  4 digest               9 label
 *  5 keyVersion          10 expiresAt
 *
 * Null is the empty line; no field but null is empty. Names are escaped as in JSON, which leaves no line breaks.
 */
const format = '1';
const lines = 13;

/** A name in one line, different for different names, also for such as are no well-formed Unicode. */
export const escaped = (name: string): string => JSON.stringify(name).slice(1, -1);

const unescaped = (line: string): string => (line.includes('\\') ? JSON.parse(`"${line}"`) : line);

const orNull = (line: string): string | null => (line === '' ? null : unescaped(line));
const instant = (line: string): EpochMs | null => (line === '' ? null : Number(line));

/** An instant as scripts compare it; null is the empty text. */
export const instantText = (at: EpochMs | null): string => (at === null ? '' : `${at}`);

/** A record as it is kept. */
export const encodeRecord = (record: TokenRecord): string =>
  [
    format,
    sortable(record.createdAt),
    record.scope === 'read-only' ? 'r' : 'w',
    record.digest,
    escaped(record.keyVersion ?? ''),
    escaped(record.subject),
    record.issuedBy === record.subject ? '' : escaped(record.issuedBy),
    record.replaces ?? '',
    escaped(record.label),
    instantText(record.expiresAt),
    instantText(record.revokedAt),
    escaped(record.revokedBy ?? ''),
    instantText(record.lastUsedAt),
  ].join('\n');

/**
 * The record that is kept under an id; null where the reply is null. Throws `corrupt` for anything that is no whole
 * record: it must never pass for "not found", and its scope never for "unrestricted". Spec: ST-5, SC-5
 */
export function decodeRecord(id: TokenId, reply: unknown): TokenRecord | null {
  if (reply === null || reply === undefined) return null;
  const record = typeof reply === 'string' ? parse(id, reply) : null;
  if (!isTokenRecord(record)) throw new StoreError('corrupt', id);
  return record;
}

function parse(id: TokenId, text: string): unknown {
  const parts = text.split('\n');
  if (parts.length !== lines || parts[0] !== format) return null;
  const part = (line: number): string => parts[line - 1] ?? '';
  try {
    const subject = unescaped(part(6));
    return {
      id,
      digest: part(4),
      keyVersion: orNull(part(5)),
      label: unescaped(part(9)),
      subject,
      issuedBy: orNull(part(7)) ?? subject,
      scope: part(3) === 'r' ? 'read-only' : part(3) === 'w' ? 'read-write' : null,
      createdAt: instantOf(part(2)),
      expiresAt: instant(part(10)),
      lastUsedAt: instant(part(13)),
      revokedAt: instant(part(11)),
      revokedBy: orNull(part(12)),
      replaces: part(8) === '' ? null : part(8),
    };
  } catch {
    return null;
  }
}
