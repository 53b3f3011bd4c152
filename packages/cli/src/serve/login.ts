import type { IncomingMessage } from 'node:http';
import { type Decision, type Latchkey, parseCredential, type RequestInput, type Scope } from '@latchkey/core';
import { requestInput } from '@latchkey/node';
import type { PasswordCheck } from './check.ts';
import type { Holder } from './holder.ts';

/** Who a request acts as, and how that was found. */
export interface Caller {
  readonly subject: string;
  readonly authenticatedBy: 'token' | 'password' | 'session';
  readonly tokenId: string | null;
  /** Null for a password or a session: it may do whatever its user may. */
  readonly scope: Scope | null;
}

/** What the host makes of a request: a caller, a refusal, too many logins at once, or a check that did not answer. */
export type Login = { readonly caller: Caller } | 'anonymous' | 'refused' | 'busy' | 'unavailable';

/** Tells who a request acts as, by the request and what the engine has decided on it. */
export type LoginOf = (input: RequestInput, decision: Decision | undefined) => Promise<Login>;

/**
 * The host's own authenticator: takes the engine's allow as it stands and, for a request that the engine
 * deferred, checks a Basic password and reports how that ended. A check that hangs, fails or answers something else
 * than a user or null lets nobody in, and counts as no failed login. Spec: DE-6
 */
export function loginBy(check: PasswordCheck, engine: Pick<Latchkey, 'reportPasswordOutcome'>): LoginOf {
  return async (input, decision) => {
    if (decision?.effect === 'allow') {
      const { subject, tokenId, scope } = decision.principal;
      return { caller: { subject, authenticatedBy: 'token', tokenId, scope } };
    }
    // The engine's own parser, so that both read one and the same name and password.
    const lines = input.headers.filter(([name]) => name.toLowerCase() === 'authorization');
    const credential = parseCredential(lines.map(([, value]) => value));
    if (credential.kind === 'none') return 'anonymous';
    if (credential.kind !== 'presented' || credential.via !== 'basic') return 'refused';
    const found = await check(credential.username ?? '', credential.secret);
    if (found === 'busy' || found === 'unavailable') return found;
    if (decision?.obligations.some((obligation) => obligation.do === 'report-password-outcome'))
      await engine.reportPasswordOutcome(input, found === 'refused' ? 'failed' : 'succeeded');
    if (found === 'refused') return found;
    return { caller: { subject: found.user.id, authenticatedBy: 'password', tokenId: null, scope: null } };
  };
}

/** The same, and for a request without any credential whoever holds the session that its cookie names. Spec: CO-1 */
export const orSession =
  (login: LoginOf, holder: Holder): LoginOf =>
  async (input, decision) => {
    const outcome = await login(input, decision);
    if (outcome !== 'anonymous') return outcome;
    const session = await holder.find(input);
    if (session === null) return 'anonymous';
    if (session === 'unavailable') return 'unavailable';
    return {
      caller: { subject: session.subject, authenticatedBy: 'session', tokenId: null, scope: null },
    };
  };

/** The same for a request of node:http that the binding has decided. */
export const hostLogin =
  (login: LoginOf) =>
  (req: IncomingMessage): Promise<Login> =>
    login(requestInput(req), req.latchkey);
