import type { EpochMs, InstantRange } from '@latchkey/core';
import { sql } from 'kysely';

/** Milliseconds of one day. */
export const dayMs = 86_400_000;

/** Milliseconds of what counts as a month here: 24.9 days, so that the month of every instant fits into 32 bits. */
const monthMs = 2 ** 31;

/** The day of an instant, counted from 1970, as the engines divide: towards zero. */
export const dayOf = (at: EpochMs): number => Math.trunc(at / dayMs);

/** The month of an instant, likewise. */
export const monthOf = (at: EpochMs): number => Math.trunc(at / monthMs);

/** {@link dayOf} of `expires_at` as an index has it, which a query has to repeat to the letter. */
export const expiresDay = sql<number | null>`cast(expires_at / ${sql.lit(dayMs)} as integer)`;

/** {@link monthOf} of `created_at`, likewise. */
export const createdMonth = sql<number>`cast(created_at / ${sql.lit(monthMs)} as integer)`;

/** The most days that a page looks into one by one. */
const mostDays = 31;

/** A day of a range, and which ends of the range lie within it: they leave out some of its instants. */
export interface DayWithin {
  readonly day: number;
  readonly from?: EpochMs;
  readonly before?: EpochMs;
}

/** The days that a range touches; null where it is open, empty or too long to look into each. */
export function daysWithin({ from, before }: InstantRange): readonly DayWithin[] | null {
  if (from === undefined || before === undefined) return null;
  const [first, last] = [dayOf(from), dayOf(before - 1)];
  if (before <= from || last - first >= mostDays) return null;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const day = first + index;
    // Around 1970 a day is two days long, and not worth a thought of its own.
    return {
      day,
      ...(day > 0 && from <= day * dayMs ? {} : { from }),
      ...(day > 0 && before >= (day + 1) * dayMs ? {} : { before }),
    };
  });
}
