import { type Issue, ok, type Result, refused } from '../result.ts';

/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** The instants that a calendar date can be told of reach this far to either side of 1970. */
export const lastInstant: EpochMs = 8_640_000_000_000_000;

/** What can be wrong with an instant's text, each in its own words. */
const flaws = {
  'instant-malformed': 'Not a date and time of the form YYYY-MM-DDTHH:MM:SSZ.',
  'instant-year-not-4-digits': 'The year has to have four digits and no sign.',
  'instant-week-date': 'Week dates are not accepted; give year, month and day.',
  'instant-ordinal-date': 'Ordinal dates are not accepted; give year, month and day.',
  'instant-impossible-month': 'There is no such month.',
  'instant-impossible-day': 'There is no such day in that month.',
  'instant-without-time': 'The time is missing.',
  'instant-hour-24': 'Hour 24 is not accepted; give 00:00 of the next day.',
  'instant-impossible-hour': 'There is no such hour.',
  'instant-impossible-minute': 'There is no such minute.',
  'instant-leap-second': 'Leap seconds are not accepted.',
  'instant-impossible-second': 'There is no such second.',
  'instant-without-offset': 'The offset is missing: Z or one such as +02:00.',
  'instant-offset-out-of-range': 'The offset is not between -23:59 and +23:59.',
} as const;

/** Codes of the flaws that `parseInstant` tells apart. Spec: VA-4 */
export type InstantFlaw = keyof typeof flaws;

/** A text that would have been accepted. */
const sample = '2030-01-31T12:00:00Z';

const flaw = (code: InstantFlaw): Result<never, Issue> =>
  refused({ code, path: [], message: flaws[code], hint: `Such as ${sample}.` });

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isSign = (character: string): boolean => character === '+' || character === '-';
const startsOffset = (character: string): boolean => character === 'Z' || isSign(character);

/** How many digits stand in a row from a position on. */
function digitsAt(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end - start;
}

const numberAt = (text: string, start: number, digits: number): number =>
  Number(text.slice(start, start + digits));

const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** What is wrong with the first ten characters as a date; null for a date that exists. */
function dateFlaw(text: string): InstantFlaw | null {
  const years = digitsAt(text, 0);
  if (isSign(text.charAt(0)) && digitsAt(text, 1) > 0) return 'instant-year-not-4-digits';
  const next = text.charAt(years);
  if (years === 7 && (next === '' || next === 'T')) return 'instant-ordinal-date';
  if (years === 4 && next === 'W') return 'instant-week-date';
  if (years === 0 || next !== '-') return 'instant-malformed';
  if (years !== 4) return 'instant-year-not-4-digits';
  if (text.charAt(5) === 'W') return 'instant-week-date';
  const months = digitsAt(text, 5);
  if (months === 3) return 'instant-ordinal-date';
  if (months !== 2 || text.charAt(7) !== '-' || digitsAt(text, 8) !== 2) return 'instant-malformed';
  const month = numberAt(text, 5, 2);
  if (month < 1 || month > 12) return 'instant-impossible-month';
  const day = numberAt(text, 8, 2);
  return day < 1 || day > daysIn(numberAt(text, 0, 4), month) ? 'instant-impossible-day' : null;
}

/** What is wrong with hour and minute behind the date; null for a time that exists. */
function timeFlaw(text: string): InstantFlaw | null {
  const separator = text.charAt(10);
  if (separator === '' || startsOffset(separator)) return 'instant-without-time';
  if (separator !== 'T') return 'instant-malformed';
  const first = text.charAt(11);
  if (first === '' || startsOffset(first)) return 'instant-without-time';
  if (digitsAt(text, 11) !== 2 || text.charAt(13) !== ':' || digitsAt(text, 14) !== 2)
    return 'instant-malformed';
  const hour = numberAt(text, 11, 2);
  if (hour === 24) return 'instant-hour-24';
  if (hour > 23) return 'instant-impossible-hour';
  return numberAt(text, 14, 2) > 59 ? 'instant-impossible-minute' : null;
}

/** Seconds and fraction from a position on, in milliseconds; digits beyond them are cut off. */
function secondsAt(text: string, start: number): { readonly ms: number; readonly end: number } | InstantFlaw {
  if (text.charAt(start) !== ':') return { ms: 0, end: start };
  if (digitsAt(text, start + 1) !== 2) return 'instant-malformed';
  const second = numberAt(text, start + 1, 2);
  if (second > 59) return second === 60 ? 'instant-leap-second' : 'instant-impossible-second';
  const end = start + 3;
  const point = text.charAt(end);
  if (point !== '.' && point !== ',') return { ms: second * 1000, end };
  const digits = digitsAt(text, end + 1);
  if (digits === 0) return 'instant-malformed';
  const thousandths = text.slice(end + 1, end + 1 + Math.min(digits, 3)).padEnd(3, '0');
  return { ms: second * 1000 + Number(thousandths), end: end + 1 + digits };
}

/** The offset that ends the text, in minutes east of UTC. */
function offsetAt(text: string, start: number): number | InstantFlaw {
  const sign = text.charAt(start);
  if (sign === '') return 'instant-without-offset';
  if (sign === 'Z') return start + 1 === text.length ? 0 : 'instant-malformed';
  if (!isSign(sign)) return 'instant-malformed';
  const digits = digitsAt(text, start + 1);
  const separated = digits === 2 && text.charAt(start + 3) === ':';
  const minutesAt = separated ? start + 4 : start + 3;
  const hasMinutes = separated || digits === 4;
  if (!hasMinutes && digits !== 2) return 'instant-malformed';
  if (hasMinutes && digitsAt(text, minutesAt) !== 2) return 'instant-malformed';
  if (text.length !== minutesAt + (hasMinutes ? 2 : 0)) return 'instant-malformed';
  const hours = numberAt(text, start + 1, 2);
  const minutes = hasMinutes ? numberAt(text, minutesAt, 2) : 0;
  if (hours > 23 || minutes > 59) return 'instant-offset-out-of-range';
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** The calendar repeats after 400 years; years below 100 have a meaning of their own in `Date.UTC`. */
const cycleYears = 400;
const cycleMs = 146_097 * 86_400_000;

/**
 * The instant that an ISO 8601 date-time names, cut to the millisecond, or what is wrong with the text.
 * It needs date, time and offset; nothing is trimmed or guessed. Total, and linear in the length. Spec: VA-4
 *
 * @example
 * parseInstant('2030-01-31T12:00+02:00'); // { ok: true, value: 1896084000000 }
 */
export function parseInstant(text: string): Result<EpochMs, Issue> {
  const broken = dateFlaw(text) ?? timeFlaw(text);
  if (broken !== null) return flaw(broken);
  const seconds = secondsAt(text, 16);
  if (typeof seconds === 'string') return flaw(seconds);
  const offset = offsetAt(text, seconds.end);
  if (typeof offset === 'string') return flaw(offset);
  const [year, month, day] = [numberAt(text, 0, 4), numberAt(text, 5, 2), numberAt(text, 8, 2)];
  const minute =
    Date.UTC(year + cycleYears, month - 1, day, numberAt(text, 11, 2), numberAt(text, 14, 2)) - cycleMs;
  return ok(minute + seconds.ms - offset * 60_000);
}

/** True for whole milliseconds that a calendar date can be told of. */
export const isInstant = (value: unknown): value is EpochMs =>
  Number.isInteger(value) && Math.abs(value as number) <= lastInstant;

/** An instant as ISO 8601 text in UTC with milliseconds; throws a TypeError for a number that is none. */
export function formatInstant(at: EpochMs): string {
  if (!isInstant(at))
    throw new TypeError('An instant is a whole number of milliseconds within the calendar.');
  return new Date(at).toISOString();
}
