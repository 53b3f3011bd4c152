import type { EpochMs, Settings, TokenRecord, Validity } from '@latchkey/core';

/** When a record ends under the settings: as stored, or clamped to the maximum; null is never. Spec: VA-6, VA-7. */
export function expiryInForce(record: TokenRecord, validity: Settings['validity']): EpochMs | null {
  if (validity.existing === 'keep') return record.expiresAt;
  const months = monthsOf(validity.maximum);
  if (months === null) return record.expiresAt;
  const bound = addMonths(record.createdAt, months);
  if (record.expiresAt === null) return bound;
  return Math.min(record.expiresAt, bound);
}

/** How many months a validity lasts, or null for one without end. Spec: VA-1. */
export function monthsOf(validity: Validity): number | null {
  if (validity === 'never') return null;
  const count = Number(validity.slice(1, 2));
  return validity.endsWith('Y') ? count * 12 : count;
}

/** The same time some months later in UTC; a day past the month's end becomes its last day. Spec: VA-5. */
export function addMonths(at: EpochMs, months: number): EpochMs {
  const start = new Date(at);
  const year = start.getUTCFullYear();
  const month = start.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(start.getUTCDate(), lastDay);
  const timeOfDay = at - Date.UTC(year, start.getUTCMonth(), start.getUTCDate());
  return Date.UTC(year, month, day) + timeOfDay;
}
