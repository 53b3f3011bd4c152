import type { AuditEntry } from '../audit.ts';
import type { AuditQuery } from '../ports.ts';
import { ok } from '../result.ts';
import { type Actor, knowActor } from './actor.ts';
import { checkLimit } from './list.ts';
import { call, issue, notPermitted, type OperationContext, type Steps } from './step.ts';

/** Which audit entries to list; absent filters let everything through. */
export type AuditRequest = Omit<AuditQuery, 'after' | 'limit'> & {
  /** `next` of the page before; absent for the first page. */
  readonly cursor?: string;
  /** 1 to 1,000; 50 where absent. */
  readonly limit?: number;
};

/** One page of the audit log, newest first; `next` leads to the following one, null on the last. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
}

const cursorForm = /^[0-9A-Za-z-]{1,64}$/;

/** Lists the audit log, for administrators. Refused with `not-permitted`, `audit-absent`, `cursor-malformed`, `limit-out-of-bounds`, `unavailable`. Spec: TK-7 */
export function* listAudit(by: Actor, request: AuditRequest, context: OperationContext): Steps<AuditPage> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  if (!known.value.subject.administrator) return notPermitted('Only administrators read the audit log.');
  const limit = checkLimit(request.limit);
  if (!limit.ok) return limit;
  const { cursor, ...filters } = request;
  if (cursor !== undefined && !cursorForm.test(cursor))
    return issue('cursor-malformed', 'The cursor is not one that a listing gave out.', 'cursor');
  const query = { ...filters, after: cursor ?? null, limit: limit.value + 1 };
  const found = yield* call<readonly AuditEntry[] | null>(({ audit }) =>
    audit === null ? null : audit.list(query),
  );
  if (!found.ok) return found;
  if (found.value === null) return issue('audit-absent', 'This engine has no audit log to read from.');
  const entries = found.value.slice(0, limit.value);
  const last = found.value.length > limit.value ? entries.at(-1) : undefined;
  return ok({ entries, next: last?.position ?? null });
}
