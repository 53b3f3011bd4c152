import type { Issue } from '@latchkey/core';
import { type ProblemStatus, problem } from './reply.ts';

/** The status of each code that an operation of core refuses with: the one place where they meet HTTP. Spec: MA-2 */
export const refusalStatus: ReadonlyMap<string, ProblemStatus> = new Map([
  ['cursor-malformed', 400],
  ['limit-out-of-bounds', 400],
  ['not-permitted', 403],
  ['scope-not-permitted', 403],
  ['audit-absent', 404],
  ['token-unknown', 404],
  ['limit-reached', 409],
  ['settings-fixed', 409],
  ['token-ended', 409],
  ['conflict', 412],
  ['expiry-malformed', 422],
  ['expiry-out-of-bounds', 422],
  ['grace-out-of-bounds', 422],
  ['label-malformed', 422],
  ['retention-out-of-bounds', 422],
  ['scope-malformed', 422],
  ['subject-inactive', 422],
  ['subject-unknown', 422],
  ['settings-unreadable', 503],
  ['unavailable', 503],
]);

/** After how many seconds a caller may try again; an outage has no better estimate. */
export const retryAfter = { 'Retry-After': '5' } as const;

/** The problem document of a refused operation. Spec: MA-2 */
export function refusal(issue: Issue): Response {
  const status = refusalStatus.get(issue.code) ?? 422;
  return problem(status, {
    reason: issue.code,
    detail: issue.message,
    ...(issue.path.length === 0 ? {} : { errors: [issue] }),
    ...(issue.code === 'unavailable' ? { headers: retryAfter } : {}),
  });
}

/** The same for settings: one refusal of the operation, or everything that is wrong with the document. Spec: MA-2, SE */
export function settingsRefusal(issues: readonly Issue[]): Response {
  const [first] = issues;
  if (first !== undefined && refusalStatus.has(first.code)) return refusal(first);
  return problem(422, {
    reason: 'settings-invalid',
    detail: 'The settings are not valid; nothing was saved.',
    errors: issues,
  });
}
