import type { AuditEvent } from '../audit.ts';
import { type Issue, ok, type Result } from '../result.ts';
import type { Finding } from '../settings/review.ts';
import { isGranted } from '../token/permission.ts';
import {
  type EpochMs,
  isLabel,
  type Scope,
  type SubjectId,
  type TokenId,
  type TokenRecord,
} from '../token/record.ts';
import { scopeForOwn } from '../token/scope.ts';
import { composeToken } from '../token/text.ts';
import { type ExpiryRequest, expiryWithin } from '../token/validity.ts';
import { type Actor, type KnownActor, knowActor } from './actor.ts';
import { call, issue, notPermitted, type OperationContext, type Steps } from './step.ts';
import { type TokenView, viewOf } from './view.ts';

/** What a new token is asked to be. */
export interface IssueRequest {
  /** Whom it acts as; absent for the actor itself. */
  readonly subject?: SubjectId;
  readonly label: string;
  readonly scope?: Scope;
  /** Absent for the longest allowed. */
  readonly expiry?: ExpiryRequest;
}

/** A new token: the only time that its text is given out. Spec: TK-2 */
export interface IssuedToken {
  readonly text: string;
  readonly token: TokenView;
  readonly findings: readonly IssueFinding[];
}

/** Something about a new token that its issuer should know. Spec: PE-4 */
export type IssueFinding = Omit<Finding, 'code'> & { readonly code: 'subject-lacks-use' };

/** How often a new id is drawn when one is taken; twice never happens with 95 random bits. */
const draws = 3;

/**
 * Creates a token for the actor itself or, on behalf, for another. Refused with `not-permitted`,
 * `subject-unknown`, `subject-inactive`, `label-malformed`, `scope-malformed`, `scope-not-permitted`,
 * `expiry-malformed`, `expiry-out-of-bounds`, `limit-reached`, `unavailable`.
 * Spec: PE-1, PE-3, PE-4, SC-3, SC-5, VA-6, TK-5, TK-8
 */
export function* issueToken(by: Actor, request: IssueRequest, context: OperationContext): Steps<IssuedToken> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const actor = known.value;
  const target = request.subject ?? actor.subject.id;
  const own = target === actor.subject.id;
  const { permissions } = context.policy.settings;
  if (own && !isGranted(permissions.create, actor.subject.groups))
    return notPermitted('The user may not create tokens.');
  if (!own && !actor.onBehalf) return notPermitted('The user may not create tokens for others.');
  const found = own ? ok(actor.subject) : yield* call(({ directory }) => directory.find(target));
  if (!found.ok) return found;
  const subject = found.value;
  if (subject === null) return issue('subject-unknown', 'There is no such user in the directory.', 'subject');
  if (!subject.active) return issue('subject-inactive', 'The user is inactive in the directory.', 'subject');
  const label = checkLabel(request.label);
  if (!label.ok) return label;
  const scope = scopeFor(request.scope, own, actor, context);
  if (!scope.ok) return scope;
  const end = endFor(request.expiry, actor, context);
  if (!end.ok) return end;
  const minted = yield* mint(
    { subject: subject.id, label: label.value, scope: scope.value, expiresAt: end.value, replaces: null },
    actor,
    context,
  );
  if (!minted.ok) return minted;
  const lacksUse: IssueFinding = {
    code: 'subject-lacks-use',
    severity: 'warning',
    path: ['permissions', 'use'],
    message: 'The user of the new token may not use tokens.',
    remedy: 'Add the user to a group of permissions.use.',
  };
  const findings = isGranted(permissions.use, subject.groups) ? [] : [lacksUse];
  return ok({ ...minted.value, findings });
}

/** A label that may be kept, or why not. Spec: TK-4 */
export const checkLabel = (label: unknown): Result<string, Issue> =>
  typeof label === 'string' && isLabel(label)
    ? ok(label)
    : issue('label-malformed', 'A label has 1 to 255 characters and no control characters.', 'label');

/** The scope of a new token; only own tokens are bound by `create.readOnly`. Spec: SC-3, SC-5, PE-4 */
export function scopeFor(
  asked: Scope | undefined,
  own: boolean,
  actor: KnownActor,
  { policy }: OperationContext,
): Result<Scope, Issue> {
  if (asked !== undefined && asked !== 'read-only' && asked !== 'read-write')
    return issue('scope-malformed', 'A scope is "read-only" or "read-write".', 'scope');
  return scopeForOwn(asked, { readOnly: own && policy.settings.permissions.create.readOnly }, actor.scope);
}

/** The end of a new token, by the maximum and by what the actor came with. Spec: VA-4, VA-6, SC-5 */
export const endFor = (
  asked: ExpiryRequest,
  actor: KnownActor,
  { policy, now }: OperationContext,
): Result<EpochMs | null, Issue> => {
  const end = expiryWithin(policy.settings, asked, now, actor.notAfter);
  return end.ok ? end : { ok: false, problem: { ...end.problem, path: ['expiry', ...end.problem.path] } };
};

type Minting = Pick<TokenRecord, 'subject' | 'label' | 'scope' | 'expiresAt' | 'replaces'>;

/** A record with its digest, and the text that belongs to it. */
export function compose(
  minting: Minting,
  actor: KnownActor,
  { prefix, random, digests, now }: OperationContext,
) {
  const { id, text } = composeToken(prefix, random);
  const digest = digests.of(text, digests.current);
  if (digest === null) throw new TypeError('The current key version has no key.');
  const record: TokenRecord = {
    id,
    digest,
    keyVersion: digests.current,
    ...minting,
    issuedBy: actor.subject.id,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
  };
  return { text, record };
}

function* mint(
  minting: Minting,
  actor: KnownActor,
  context: OperationContext,
): Steps<{ text: string; token: TokenView }> {
  const limit = { live: context.maximumLive, at: context.now };
  for (let draw = 0; draw < draws; draw++) {
    const { text, record } = compose(minting, actor, context);
    const { subject, scope, expiresAt } = record;
    const event: AuditEvent = {
      kind: 'token-issued',
      ...actor.origin,
      tokenId: record.id,
      subject,
      scope,
      expiresAt,
    };
    const word = yield* call(({ tokens }) => tokens.insert(record, event, limit));
    if (!word.ok) return word;
    switch (word.value) {
      case 'inserted':
        return ok({ text, token: viewOf(record, context.policy.settings.validity, context.now) });
      case 'limit-reached':
        return limitReached(context);
      case 'duplicate':
    }
  }
  return duplicateIds;
}

/** The refusal of one live token too many. Spec: TK-8 */
export const limitReached = ({ maximumLive }: OperationContext): Result<never, Issue> =>
  issue('limit-reached', `The user has ${maximumLive} live tokens, the most allowed; revoke one first.`);

/** The answer when the random source keeps drawing ids that are taken: it is not random. */
export const duplicateIds: Result<never, Issue> = issue(
  'unavailable',
  'No free token id was drawn; check the random source.',
);

/** The id of a token, checked before it goes to a store. */
export const isId = (id: unknown): id is TokenId => typeof id === 'string' && /^[0-9A-Za-z]{16}$/.test(id);
