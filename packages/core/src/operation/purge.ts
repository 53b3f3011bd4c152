import type { AuditEvent } from '../audit.ts';
import { ok } from '../result.ts';
import { type Actor, knowActor, refuseReader } from './actor.ts';
import { call, issue, notPermitted, type OperationContext, type Steps } from './step.ts';

/** How many records one round deletes. Spec: ST-7 */
const batch = 500;

/**
 * Deletes the records that expired or were revoked longer ago than a retention, in bounded rounds; calling it
 * again goes on where it was cut off. For administrators. Answers how many it deleted. Refused with
 * `not-permitted`, `retention-out-of-bounds`, `unavailable`. Spec: TK-5, ST-7
 */
export function* purgeTokens(
  by: Actor,
  request: { readonly retentionMs: number },
  context: OperationContext,
): Steps<{ purged: number }> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const actor = known.value;
  const reader = refuseReader(actor);
  if (reader !== null) return reader;
  if (!actor.subject.administrator) return notPermitted('Only administrators purge tokens.');
  const { retentionMs } = request;
  if (!Number.isInteger(retentionMs) || retentionMs < 0)
    return issue('retention-out-of-bounds', 'A retention is whole milliseconds, 0 or more.', 'retentionMs');
  const endedBefore = context.now - retentionMs;
  let purged = 0;
  for (;;) {
    const ended = yield* call(({ tokens }) => tokens.findEnded(endedBefore, batch));
    if (!ended.ok) return ended;
    if (ended.value.length === 0) return ok({ purged });
    const tokenIds = ended.value;
    const event: AuditEvent = { kind: 'tokens-purged', ...actor.origin, tokenIds, endedBefore };
    const removed = yield* call(({ tokens }) => tokens.remove(tokenIds, endedBefore, event));
    if (!removed.ok) return removed;
    purged += removed.value;
    // A round that deletes nothing was overtaken by another purge; a short one was the last.
    if (removed.value === 0 || tokenIds.length < batch) return ok({ purged });
  }
}
