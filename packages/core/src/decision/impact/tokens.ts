import type { Policy } from '../../settings/policy.ts';
import { isGranted } from '../../token/permission.ts';
import {
  type EpochMs,
  effectiveExpiry,
  type SubjectId,
  statusOf,
  type TokenId,
  type TokenRecord,
} from '../../token/record.ts';
import type { Facts } from '../facts.ts';
import type { Subject } from '../needs.ts';

/** What a token that is presented rightly is worth: the fact that a decision would be made on. */
export type TokenWorth = Exclude<Facts['token'], 'unknown' | 'unavailable'>;

/** A token under one of two policies. */
export interface TokenSide {
  readonly token: TokenWorth;
  /** When it ends by the rules in force; null for never. Spec: VA-7 */
  readonly endsAt: EpochMs | null;
}

/** One token that a change of policy concerns. */
export interface TokenChange {
  readonly id: TokenId;
  readonly subject: SubjectId;
  readonly before: TokenSide;
  readonly after: TokenSide;
}

/** Tokens that stop working, that start working, and that otherwise change. Spec: IM-1 */
export interface TokenImpact {
  readonly stop: readonly TokenChange[];
  readonly start: readonly TokenChange[];
  /** Working or not as before, but with another end, or for another reason. */
  readonly change: readonly TokenChange[];
}

/** The world that tokens are judged in. */
export interface TokenWorld {
  readonly now: EpochMs;
  readonly subjects: ReadonlyMap<SubjectId, Subject>;
}

function sideOf(record: TokenRecord, { settings }: Policy, { now, subjects }: TokenWorld): TokenSide {
  const endsAt = effectiveExpiry(record, settings.validity);
  const status = statusOf(record, settings.validity, now);
  if (status !== 'live') return { token: status, endsAt };
  const subject = subjects.get(record.subject);
  if (subject === undefined || !subject.active) return { token: 'subject-inactive', endsAt };
  return { token: isGranted(settings.permissions.use, subject.groups) ? 'live' : 'use-not-granted', endsAt };
}

/** What has ended has no end to come: where else it might have ended concerns nobody. */
const isEnded = ({ token }: TokenSide): boolean => token === 'expired' || token === 'revoked';

const isChanged = ({ before, after }: TokenChange): boolean =>
  before.token !== after.token || (before.endsAt !== after.endsAt && !isEnded(before));

/**
 * What a change of policy does to tokens, in the order of the records given. A token whose subject is not
 * there counts as one of an inactive subject, as in a decision. Spec: IM-1, VA-6, VA-7, PE-2
 */
export function tokenImpact(
  before: Policy,
  after: Policy,
  records: readonly TokenRecord[],
  world: TokenWorld,
): TokenImpact {
  const changes = records
    .map((record): TokenChange => {
      const { id, subject } = record;
      return { id, subject, before: sideOf(record, before, world), after: sideOf(record, after, world) };
    })
    .filter(isChanged);
  const works = ({ token }: TokenSide): boolean => token === 'live';
  return {
    stop: changes.filter((change) => works(change.before) && !works(change.after)),
    start: changes.filter((change) => !works(change.before) && works(change.after)),
    change: changes.filter((change) => works(change.before) === works(change.after)),
  };
}
