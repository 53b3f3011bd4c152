import type { RequestInput, Result } from '@latchkey/core';
import { soleLine } from './line.ts';
import { problem } from './reply.ts';

/** The entity tag of a settings revision. Spec: MA, SE-5 */
export const entityTag = (revision: number): string => `"${revision}"`;

const tagForm = /^"(\d{1,15})"$/;

/** The revision that `If-Match` names, or the problem to answer with: a save without one could lose a change. Spec: SE-5 */
export function revisionIn(headers: RequestInput['headers']): Result<number, Response> {
  const line = soleLine(headers, 'if-match');
  if (!line.ok && line.problem === 'missing')
    return {
      ok: false,
      problem: problem(428, {
        reason: 'precondition-required',
        detail: 'Send If-Match with the ETag that the settings were read with.',
      }),
    };
  const revision = line.ok ? tagForm.exec(line.value)?.[1] : undefined;
  if (revision !== undefined) return { ok: true, value: Number(revision) };
  return {
    ok: false,
    problem: problem(400, {
      reason: 'precondition-malformed',
      detail: 'If-Match holds one ETag, as the settings were read with.',
    }),
  };
}
