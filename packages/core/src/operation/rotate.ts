import type { AuditEvent } from '../audit.ts';
import { ok } from '../result.ts';
import { isGranted } from '../token/permission.ts';
import { statusOf, type TokenId } from '../token/record.ts';
import type { ExpiryRequest } from '../token/validity.ts';
import { type Actor, knowActor, refuseReader } from './actor.ts';
import { compose, duplicateIds, endFor, limitReached, scopeFor } from './issue.ts';
import { manageable } from './list.ts';
import { call, issue, notPermitted, type OperationContext, type Steps } from './step.ts';
import { type TokenView, viewOf } from './view.ts';

/** How a token is to be replaced. */
export interface RotateRequest {
  /** How long the old secret still works, 0 to 7 days in milliseconds; 0 where absent. */
  readonly graceMs?: number;
  /** When the new token ends; absent for the longest allowed. */
  readonly expiry?: ExpiryRequest;
}

/** The new token, with its text for the only time, and when the old one ends. */
export interface RotatedToken {
  readonly text: string;
  readonly token: TokenView;
  readonly oldEndsAt: number;
}

const longestGraceMs = 7 * 24 * 60 * 60 * 1000;
/** How often a rotation is tried again when the old record changes under it. */
const tries = 3;

/**
 * Replaces a token by a new one with the same subject, label and scope; the old one ends at the earlier of
 * its own end and the end of the grace, never later. Whoever rotates creates, so the grants for creating hold.
 * Refused with `not-permitted`, `token-unknown`, `token-ended`, `grace-out-of-bounds`, `scope-not-permitted`,
 * `expiry-malformed`, `expiry-out-of-bounds`, `limit-reached`, `unavailable`. Spec: TK-5, VA-6, SC-5
 */
export function* rotateToken(
  by: Actor,
  id: TokenId,
  request: RotateRequest,
  context: OperationContext,
): Steps<RotatedToken> {
  const { policy, now } = context;
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const actor = known.value;
  const reader = refuseReader(actor);
  if (reader !== null) return reader;
  const grace = request.graceMs ?? 0;
  if (!Number.isInteger(grace) || grace < 0 || grace > longestGraceMs)
    return issue('grace-out-of-bounds', 'The grace is 0 to 7 days, in whole milliseconds.', 'graceMs');
  for (let attempt = 0; attempt < tries; attempt++) {
    const found = yield* manageable(actor, id);
    if (!found.ok) return found;
    const old = found.value;
    const own = old.subject === actor.subject.id;
    const granted = own
      ? isGranted(policy.settings.permissions.create, actor.subject.groups)
      : actor.onBehalf;
    if (!granted) return notPermitted('The user may not create tokens for this subject.');
    const status = statusOf(old, policy.settings.validity, now);
    if (status !== 'live') return issue('token-ended', `The token is ${status}; create a new one.`, 'id');
    const scope = scopeFor(old.scope, own, actor, context);
    if (!scope.ok) return scope;
    const end = endFor(request.expiry, actor, context);
    if (!end.ok) return end;
    const minting = {
      subject: old.subject,
      label: old.label,
      scope: old.scope,
      expiresAt: end.value,
      replaces: old.id,
    };
    const { text, record } = compose(minting, actor, context);
    const endsAt = Math.min(old.expiresAt ?? Number.POSITIVE_INFINITY, now + grace);
    const event: AuditEvent = {
      kind: 'token-rotated',
      ...actor.origin,
      tokenId: old.id,
      replacedBy: record.id,
      subject: old.subject,
      scope: old.scope,
      expiresAt: record.expiresAt,
      endsAt,
    };
    const limit = { live: context.maximumLive, at: now };
    const change = { id: old.id, expectedEnd: old.expiresAt, endsAt };
    const word = yield* call(({ tokens }) => tokens.replace(change, record, event, limit));
    if (!word.ok) return word;
    switch (word.value) {
      case 'replaced':
        return ok({ text, token: viewOf(record, policy.settings.validity, now), oldEndsAt: endsAt });
      case 'limit-reached':
        return limitReached(context);
      case 'changed':
      case 'duplicate':
    }
  }
  return duplicateIds;
}
