import { type Issue, ok, type Result, refused } from '../result.ts';
import type { Scope } from './record.ts';

/** What a request asks of a token's scope. */
export interface Demand {
  /** The method on the request line, as sent. */
  readonly method: string;
  /** Every method override in the request, as sent. Spec: SC-4 */
  readonly overrides: readonly string[];
  /** Whether the request is for an endpoint that read-only tokens may write to. Spec: SC-2 */
  readonly exempt: boolean;
}

/** True for the methods that read: GET, HEAD and OPTIONS, in capitals. Spec: SC-1 */
export const isSafeMethod = (method: string): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/**
 * Whether a scope covers a request. Overrides can only raise what is required, also on an exempt endpoint.
 * Spec: SC-1, SC-2, SC-4
 *
 * @example
 * scopeCovers('read-only', { method: 'POST', overrides: ['GET'], exempt: false }); // false
 */
export function scopeCovers(scope: Scope, { method, overrides, exempt }: Demand): boolean {
  switch (scope) {
    case 'read-write':
      return true;
    case 'read-only':
      // Several overrides, even equal ones: the host may follow any of them.
      if (overrides.length > 1 || !overrides.every(isSafeMethod)) return false;
      return exempt || isSafeMethod(method);
  }
}

/** The scope that covers what both cover. */
export const narrower = (a: Scope, b: Scope): Scope => (a === 'read-write' ? b : a);

/**
 * The scope of a token that somebody creates: what was asked for, where nothing was, the widest allowed.
 * `readOnly` limits it; so does `actorScope`, the scope of the token that the request itself was made with
 * (absent where it was not made with one). Spec: SC-3, SC-5
 */
export function scopeForOwn(
  asked: Scope | undefined,
  limit: { readonly readOnly: boolean },
  actorScope: Scope = 'read-write',
): Result<Scope, Issue> {
  const widest = limit.readOnly ? 'read-only' : actorScope;
  if (asked === undefined) return ok(widest);
  if (narrower(asked, widest) === asked) return ok(asked);
  return refused({
    code: 'scope-not-permitted',
    path: ['scope'],
    message: limit.readOnly
      ? 'Tokens that users create for themselves are read-only here.'
      : 'A read-only token can create read-only tokens only.',
    hint: 'read-only',
  });
}
