import { type EpochMs, formatInstant, isInstant, lastInstant, parseInstant } from '../parse/instant.ts';
import { type Issue, ok, type Result, refused } from '../result.ts';

/** Every validity that can be set as the maximum, the longest first. Spec: VA-1 */
export const validities = Object.freeze([
  'never',
  'P2Y',
  'P1Y',
  'P6M',
  'P5M',
  'P4M',
  'P3M',
  'P2M',
  'P1M',
] as const);

/** How long a token may live, as an ISO 8601 duration, or never ending. Spec: VA-1 */
export type Validity = (typeof validities)[number];

const months = Object.freeze({
  P2Y: 24,
  P1Y: 12,
  P6M: 6,
  P5M: 5,
  P4M: 4,
  P3M: 3,
  P2M: 2,
  P1M: 1,
} as const satisfies Record<Exclude<Validity, 'never'>, number>);

/** The administrator's bounds on how long tokens live. */
export interface ValidityRules {
  readonly maximum: Validity;
  /** Which validities are offered: those listed for the maximum, or every one within it. Spec: VA-2, VA-3 */
  readonly choices: 'listed' | 'within';
  /** Whether a lowered maximum holds for tokens that exist already. Spec: VA-7 */
  readonly existing: 'keep' | 'clamp';
}

/** When a new token is to end: a validity, an ISO 8601 date-time, or nothing said. */
export type ExpiryRequest = { readonly validity: Validity } | { readonly at: string } | undefined;

/** The validities not above one, the longest first. */
const within = Object.freeze(
  Object.fromEntries(validities.map((maximum, index) => [maximum, Object.freeze(validities.slice(index))])),
) as Readonly<Record<Validity, readonly Validity[]>>;

const listed: Readonly<Record<Validity, readonly Validity[]>> = Object.freeze({
  never: validities,
  P2Y: Object.freeze(['P2Y', 'P1Y', 'P6M'] as const),
  P1Y: Object.freeze(['P1Y', 'P6M'] as const),
  P6M: Object.freeze(['P6M'] as const),
  P5M: Object.freeze(['P5M'] as const),
  P4M: Object.freeze(['P4M'] as const),
  P3M: Object.freeze(['P3M'] as const),
  P2M: Object.freeze(['P2M'] as const),
  P1M: Object.freeze(['P1M'] as const),
});

/**
 * The validities that a user may choose from, the longest first. Spec: VA-2, VA-3
 *
 * @example
 * validityChoices({ validity: { maximum: 'P1Y', choices: 'listed', existing: 'keep' } }); // ['P1Y', 'P6M']
 */
export function validityChoices(policy: { readonly validity: ValidityRules }): readonly Validity[] {
  const { maximum, choices } = policy.validity;
  switch (choices) {
    case 'listed':
      return listed[maximum];
    case 'within':
      return within[maximum];
  }
}

/**
 * The instant that lies a validity after another, by the calendar in UTC; a day past the month's end becomes
 * its last day. Null for no end. Never later than the last instant there is. Spec: VA-5
 */
export function addValidity(from: EpochMs, validity: Validity): EpochMs | null {
  if (validity === 'never') return null;
  const moved = new Date(from);
  const day = moved.getUTCDate();
  moved.setUTCMonth(moved.getUTCMonth() + months[validity]);
  // Past the month's end the day has run over into the next month: step back to the last one.
  if (moved.getUTCDate() !== day) moved.setUTCDate(0);
  const end = moved.getTime();
  return Number.isNaN(end) ? lastInstant : end;
}

/** The earlier of two ends, where null is no end. */
export const earlierEnd = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/**
 * When a new token ends (null: never), or why what was asked for is refused. Nothing asked gives the longest
 * allowed; nothing unreadable ever means "no end". `notAfter` is the end of the token that the request itself
 * was made with, if it was (SC-5). Throws a TypeError for a `now` that is no instant. Spec: VA-2, VA-4, VA-6
 *
 * @example
 * const rules = { validity: { maximum: 'P1Y', choices: 'listed', existing: 'keep' } } as const;
 * expiryWithin(rules, { validity: 'P6M' }, Date.UTC(2026, 7, 31)); // ends on 2027-02-28
 */
export function expiryWithin(
  policy: { readonly validity: ValidityRules },
  request: ExpiryRequest,
  now: EpochMs,
  notAfter: EpochMs | null = null,
): Result<EpochMs | null, Issue> {
  if (!isInstant(now)) throw new TypeError('now is a whole number of milliseconds within the calendar.');
  const bound = earlierEnd(addValidity(now, policy.validity.maximum), notAfter);
  if (request === undefined) return isBetween(bound, now, bound) ? ok(bound) : outOfBounds([], now, bound);
  const { validity, at }: { validity?: unknown; at?: unknown } = request ?? {};
  if (typeof at === 'string' && validity === undefined) return customExpiry(at, now, bound);
  if (typeof validity === 'string' && at === undefined)
    return chosenExpiry(validity, validityChoices(policy), now, bound);
  return malformed([], 'Give either one of the validities or a date-time.');
}

function chosenExpiry(
  asked: string,
  choices: readonly Validity[],
  now: EpochMs,
  bound: EpochMs | null,
): Result<EpochMs | null, Issue> {
  const validity = choices.find((choice) => choice === asked);
  if (validity === undefined)
    return refused({
      code: 'expiry-out-of-bounds',
      path: ['validity'],
      message: `The validity has to be one of ${choices.join(', ')}.`,
    });
  const end = addValidity(now, validity);
  return isBetween(end, now, bound) ? ok(end) : outOfBounds(['validity'], now, bound);
}

function customExpiry(text: string, now: EpochMs, bound: EpochMs | null): Result<EpochMs, Issue> {
  const parsed = parseInstant(text);
  if (!parsed.ok)
    return malformed(['at'], `${parsed.problem.message} (${parsed.problem.code})`, parsed.problem.hint);
  return isBetween(parsed.value, now, bound) ? parsed : outOfBounds(['at'], now, bound);
}

/** Whether an end is later than now and not after the bound; a token without end needs that there is none. */
const isBetween = (end: EpochMs | null, now: EpochMs, bound: EpochMs | null): boolean =>
  end === null ? bound === null : end > now && (bound === null || end <= bound);

const outOfBounds = (path: readonly string[], now: EpochMs, bound: EpochMs | null): Result<never, Issue> =>
  refused({
    code: 'expiry-out-of-bounds',
    path,
    message: `The expiry has to be later than ${formatInstant(now)}${
      bound === null ? '' : ` and not after ${formatInstant(bound)}`
    }.`,
  });

const malformed = (path: readonly string[], message: string, hint?: string): Result<never, Issue> =>
  refused({ code: 'expiry-malformed', path, message, ...(hint === undefined ? {} : { hint }) });
