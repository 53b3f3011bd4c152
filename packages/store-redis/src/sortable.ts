import type { EpochMs, TokenId } from '@latchkey/core';
import { StoreError } from './error.ts';

/** Instants reach this far to either side of 1970. */
const last = 8_640_000_000_000_000;
const digits = 11;

/** An instant as 12 characters that sort as instants do. */
export const sortable = (at: EpochMs): string =>
  at < 0 ? `0${(at + last).toString(36).padStart(digits, '0')}` : `1${at.toString(36).padStart(digits, '0')}`;

/** The instant of {@link sortable}; NaN for what is none. */
export function instantOf(text: string): EpochMs {
  if (!/^[01][0-9a-z]{11}$/.test(text)) return Number.NaN;
  const value = Number.parseInt(text.slice(1), 36);
  return text.startsWith('0') ? value - last : value;
}

/** What stands for a record in each index: its creation and its id, so that the text sorts as listings do. */
export const memberOf = (createdAt: EpochMs, id: TokenId): string => sortable(createdAt) + id;

/** The id in an index entry. */
export const idOfMember = (member: string): TokenId => member.slice(1 + digits);

/** A reply that has to be text. */
export function textOf(reply: unknown): string {
  if (typeof reply !== 'string') throw new StoreError('corrupt');
  return reply;
}

/** A reply that has to be a list of texts. */
export function textsOf(reply: unknown): readonly string[] {
  if (!Array.isArray(reply)) throw new StoreError('corrupt');
  return reply.map(textOf);
}
