import type { AuditOrigin } from '../audit.ts';
import type { Decision } from '../decision/decision.ts';
import type { Subject } from '../decision/needs.ts';
import { type Issue, ok, type Result } from '../result.ts';
import { isGranted } from '../token/permission.ts';
import {
  type EpochMs,
  effectiveExpiry,
  isTokenRecord,
  type Scope,
  type SubjectId,
  statusOf,
  type TokenId,
} from '../token/record.ts';
import { narrower } from '../token/scope.ts';
import { earlierEnd } from '../token/validity.ts';
import { call, notPermitted, type OperationContext, type PortCall } from './step.ts';

/** Who asks for an operation, as the host has authenticated them. What they may do is looked up, not told. */
export interface Actor {
  readonly subject: SubjectId;
  /** The token that the request was made with; null or absent for a session or a password. */
  readonly tokenId?: TokenId | null;
  /** The limits of a session that was opened with a token (`limit-session`). Spec: SC-5 */
  readonly limits?: { readonly scope: Scope; readonly notAfter: EpochMs | null };
  /** The resolved client address, for the audit log. */
  readonly address?: string | null;
}

/** An actor with everything that decides what it may do. */
export interface KnownActor {
  readonly subject: Subject;
  /** The most that what it creates may do. Spec: SC-5 */
  readonly scope: Scope;
  /** The latest that what it creates may last to; null for no end. Spec: SC-5 */
  readonly notAfter: EpochMs | null;
  readonly origin: AuditOrigin;
  /** May create tokens for others, list and revoke theirs. Spec: PE-5 */
  readonly onBehalf: boolean;
}

/** The actor of an allowed request, for operations that it asks for. */
export function actorOf(decision: Extract<Decision, { effect: 'allow' }>): Actor {
  const address = decision.client?.kind === 'resolved' ? decision.client.address : null;
  return { subject: decision.principal.subject, tokenId: decision.principal.tokenId, address };
}

/**
 * Looks an actor up: it has to be active, and a token that it came with has to be its own and live. The
 * scope and end of that token, and of a session opened with one, bind everything it does. Spec: SC-5, PE-2
 */
export function* knowActor(
  actor: Actor,
  { policy, now }: OperationContext,
): Generator<PortCall, Result<KnownActor, Issue>, unknown> {
  const found = yield* call(({ directory }) => directory.find(actor.subject));
  if (!found.ok) return found;
  const subject = found.value;
  if (subject === null || !subject.active) return notPermitted('The user is unknown or inactive.');
  let scope: Scope = actor.limits?.scope ?? 'read-write';
  let notAfter = actor.limits?.notAfter ?? null;
  const tokenId = actor.tokenId ?? null;
  if (tokenId !== null) {
    const looked = yield* call(({ tokens }) => tokens.find(tokenId));
    if (!looked.ok) return looked;
    const { record } = looked.value;
    const rules = policy.settings.validity;
    const own =
      isTokenRecord(record) && record.subject === subject.id && statusOf(record, rules, now) === 'live';
    if (!own || !isGranted(policy.settings.permissions.use, subject.groups))
      return notPermitted('The token that the request was made with is not live.');
    scope = narrower(scope, record.scope);
    notAfter = earlierEnd(notAfter, effectiveExpiry(record, rules));
  }
  if (notAfter !== null && notAfter <= now) return notPermitted('The session has ended.');
  const origin = { at: now, actor: subject.id, actorTokenId: tokenId, address: actor.address ?? null };
  const onBehalf = isGranted(policy.settings.permissions.createOnBehalf, subject.groups);
  return ok({ subject, scope, notAfter, origin, onBehalf });
}

/** The refusal of a write by an actor that may only read; creating a token has rules of its own. Spec: SC-1, SC-5 */
export const refuseReader = (actor: KnownActor): Result<never, Issue> | null =>
  actor.scope === 'read-only' ? notPermitted('A read-only token can do this for nobody.') : null;

/** True for whoever may see and end the tokens of a subject. Spec: PE-5 */
export const mayManage = (actor: KnownActor, subject: SubjectId): boolean =>
  actor.subject.id === subject || actor.onBehalf || actor.subject.administrator;
