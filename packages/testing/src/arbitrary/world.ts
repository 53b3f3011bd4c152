import type { EpochMs, HostProfile, Settings, Subject, TokenRecord } from '@latchkey/core';
import fc from 'fast-check';
import { addMonths, monthsOf } from '../reference/validity.ts';
import type { ReferenceWorld } from '../reference/world.ts';
import type { KnownToken } from './credential.ts';
import { host } from './host.ts';
import { groupNames, spelledSettings } from './settings.ts';
import { tokenParts, tokenText } from './token.ts';

/** A world together with the token texts that its records stand for. */
export interface PopulatedWorld {
  readonly world: ReferenceWorld;
  /** In the order of `world.tokens`. */
  readonly known: readonly KnownToken[];
}

const DAY = 86_400_000;
const NAMES = ['ada', 'bob', '__proto__', 'zoë'] as const;
const INSTANTS = [
  '2026-01-15T12:00:00Z',
  '2024-02-29T00:00:00Z',
  '2026-03-31T23:59:59.999Z',
  '2027-02-28T12:00:00Z',
];

type Life = 'lasting' | 'ending' | 'endless' | 'expired' | 'revoked' | 'both';

interface Draft {
  readonly life: Life;
  readonly subject: string;
  readonly scope: TokenRecord['scope'];
  readonly days: number;
  readonly margin: number;
  readonly atBound: boolean;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  life: fc.constantFrom(
    'lasting',
    'lasting',
    'lasting',
    'ending',
    'endless',
    'expired',
    'revoked',
    'revoked',
    'both',
  ),
  subject: fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 1, arbitrary: fc.constant('gone') },
  ),
  scope: fc.constantFrom('read-only', 'read-write'),
  days: fc.constantFrom(0, 1, 1, 1, 20, 45, 200, 800),
  margin: fc.constantFrom(-1, 0, 1),
  atBound: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
});

/** A world in which most tokens are usable and each way of not being so occurs. */
export function world(sha256: (text: string) => string): fc.Arbitrary<PopulatedWorld> {
  return host.chain((profile) =>
    fc
      .record({
        settings: spelledSettings(profile),
        now: fc.constantFrom(...INSTANTS.map((text) => Date.parse(text))),
        users: users(profile),
        drafts: fc.array(draft, { minLength: 1, maxLength: 6 }),
        fault: fc.oneof(
          { weight: 12, arbitrary: fc.constant(undefined) },
          {
            weight: 1,
            arbitrary: fc.constantFrom('store-unavailable', 'directory-unavailable', 'settings-unreadable'),
          },
        ),
        attempts: fc.constantFrom(undefined, 'open', 'locked'),
        prefix: fc.constantFrom(undefined, undefined, 'lk', 'acme2'),
      })
      .map(({ drafts, fault, attempts, prefix, ...rest }) => {
        const known = drafts.map(({ subject }, index) => ({
          text: tokenText(index, index, prefix ?? 'lk'),
          subject,
          id: index,
        }));
        const tokens = drafts.map((plan, index) =>
          recordOf(plan, known[index]?.text ?? '', rest.now, rest.settings.validity, sha256),
        );
        return {
          known,
          world: {
            host: profile,
            ...rest,
            tokens,
            sha256,
            ...(fault === undefined ? {} : { fault }),
            ...(attempts === undefined ? {} : { attempts }),
            ...(prefix === undefined ? {} : { prefix }),
          },
        };
      }),
  );
}

function users(profile: HostProfile): fc.Arbitrary<Subject[]> {
  const groups = fc.subarray([...groupNames, ...profile.administratorGroups]);
  const rest = fc.record({
    active: fc.integer({ min: 0, max: 4 }).map((roll) => roll > 0),
    administrator: fc.boolean(),
    groups,
  });
  return fc.tuple(...NAMES.map((id) => rest.map((more): Subject => ({ id, ...more }))));
}

function recordOf(
  plan: Draft,
  text: string,
  now: EpochMs,
  validity: Settings['validity'],
  sha256: (text: string) => string,
): TokenRecord {
  const { id, secret } = tokenParts(text);
  const months = monthsOf(validity.maximum);
  // At the bound, a clamped token ends one millisecond before, at, or after the present.
  const createdAt =
    plan.atBound && months !== null ? addMonths(now, -months) + plan.margin : now - plan.days * DAY;
  const isRevoked = plan.life === 'revoked' || plan.life === 'both';
  return {
    id,
    digest: sha256(secret),
    keyVersion: null,
    label: 'generated',
    subject: plan.subject,
    issuedBy: plan.subject,
    scope: plan.scope,
    createdAt,
    expiresAt: endOf(plan, now),
    lastUsedAt: null,
    revokedAt: isRevoked ? now : null,
    revokedBy: isRevoked ? plan.subject : null,
    replaces: null,
  };
}

function endOf(plan: Draft, now: EpochMs): EpochMs | null {
  switch (plan.life) {
    case 'endless':
    case 'revoked':
      return null;
    case 'lasting':
      return now + 300 * DAY;
    case 'ending':
      return now + plan.margin;
    case 'expired':
    case 'both':
      return now - plan.days * DAY;
  }
}
