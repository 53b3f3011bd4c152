import type { AuditEvent } from '../audit.ts';
import type { TokenPosition } from '../ports.ts';
import { type Issue, ok, type Result } from '../result.ts';
import type { SubjectId, TokenId, TokenRecord } from '../token/record.ts';
import { type Actor, type KnownActor, knowActor, mayManage, refuseReader } from './actor.ts';
import { checkLabel } from './issue.ts';
import { manageable } from './list.ts';
import { call, issue, notPermitted, type OperationContext, type Steps } from './step.ts';

/** How many records one round of a bulk revocation reads. Spec: ST-7 */
const batch = 100;

/** Gives a token another label. Refused with `not-permitted`, `token-unknown`, `label-malformed`, `unavailable`. Spec: TK-5 */
export function* relabelToken(
  by: Actor,
  id: TokenId,
  label: string,
  context: OperationContext,
): Steps<'relabelled'> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const reader = refuseReader(known.value);
  if (reader !== null) return reader;
  const checked = checkLabel(label);
  if (!checked.ok) return checked;
  const record = yield* manageable(known.value, id);
  if (!record.ok) return record;
  const event: AuditEvent = {
    kind: 'token-relabelled',
    ...known.value.origin,
    tokenId: id,
    subject: record.value.subject,
  };
  const word = yield* call(({ tokens }) => tokens.relabel(id, checked.value, event));
  if (!word.ok) return word;
  return word.value === 'relabelled'
    ? ok(word.value)
    : issue('token-unknown', 'There is no such token.', 'id');
}

/** Ends a token at once, for good. Refused with `not-permitted`, `token-unknown`, `unavailable`. Spec: PE-5, TK-5 */
export function* revokeToken(
  by: Actor,
  id: TokenId,
  context: OperationContext,
): Steps<'revoked' | 'already-revoked'> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const reader = refuseReader(known.value);
  if (reader !== null) return reader;
  const record = yield* manageable(known.value, id);
  return record.ok ? yield* revokeRecord(known.value, record.value, context) : record;
}

function* revokeRecord(
  actor: KnownActor,
  record: TokenRecord,
  { now }: OperationContext,
): Steps<'revoked' | 'already-revoked'> {
  const { id, subject } = record;
  const event: AuditEvent = { kind: 'token-revoked', ...actor.origin, tokenId: id, subject };
  const word = yield* call(({ tokens }) => tokens.revoke(id, now, actor.subject.id, event));
  if (!word.ok) return word;
  return word.value === 'not-found'
    ? issue('token-unknown', 'There is no such token.', 'id')
    : ok(word.value);
}

/**
 * Ends every token of a subject, in bounded rounds; calling it again finishes what was cut off. Answers how
 * many it ended. Refused with `not-permitted`, `unavailable`. Spec: TK-5, ST-7
 */
export function* revokeTokensOf(
  by: Actor,
  subject: SubjectId,
  context: OperationContext,
): Steps<{ revoked: number }> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const actor = known.value;
  const reader = refuseReader(actor);
  if (reader !== null) return reader;
  if (!mayManage(actor, subject)) return notPermitted('The user may revoke its own tokens only.');
  let revoked = 0;
  let after: TokenPosition | null = null;
  for (;;) {
    const place: TokenPosition | null = after;
    const page: Result<readonly TokenRecord[], Issue> = yield* call(({ tokens }) =>
      tokens.list({ subject, after: place, limit: batch }),
    );
    if (!page.ok) return page;
    for (const record of page.value) {
      after = { createdAt: record.createdAt, id: record.id };
      if (record.revokedAt !== null) continue;
      const word = yield* revokeRecord(actor, record, context);
      if (!word.ok && word.problem.code !== 'token-unknown') return word;
      if (word.ok && word.value === 'revoked') revoked++;
    }
    if (page.value.length < batch) return ok({ revoked });
  }
}
