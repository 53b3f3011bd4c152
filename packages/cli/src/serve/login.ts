import type { IncomingMessage } from 'node:http';
import { type Decision, type Latchkey, parseCredential, type RequestInput, type Scope } from '@latchkey/core';
import { requestInput } from '@latchkey/node';
import { within } from './deadline.ts';
import type { UserDirectory } from './directory.ts';

/** Who a request acts as, and how that was found. */
export interface Caller {
  readonly subject: string;
  readonly authenticatedBy: 'token' | 'password';
  readonly tokenId: string | null;
  /** Null for a password: it may do whatever its user may. */
  readonly scope: Scope | null;
}

/** What the host makes of a request: a caller, a refusal, too many logins at once, or a check that did not answer. */
export type Login = { readonly caller: Caller } | 'anonymous' | 'refused' | 'busy' | 'unavailable';

/** How many passwords are checked or wait at once: each check costs memory and a fraction of a second. */
const mostAtOnce = 16;

/** How long a check may take, in milliseconds: much more than all of them need that are made at once. */
const longestCheckMs = 10_000;

/** What a login may want otherwise. */
export interface LoginOptions {
  /** The longest that one password check may take, in milliseconds. */
  readonly longestCheckMs?: number;
  /** Told of each check that failed, took too long, or answered neither yes nor no. */
  readonly onFailure?: () => void;
}

/**
 * The host's own authenticator: takes the engine's allow as it stands and, for a request that the engine
 * deferred, checks a Basic password and reports how that ended. A check that hangs, fails or answers something else
 * than a user or null lets nobody in, and counts as no failed login. Spec: DE-6
 */
export function loginBy(
  directory: Pick<UserDirectory, 'login'>,
  engine: Pick<Latchkey, 'reportPasswordOutcome'>,
  options: LoginOptions = {},
): (input: RequestInput, decision: Decision | undefined) => Promise<Login> {
  const longestMs = options.longestCheckMs ?? longestCheckMs;
  let checking = 0;

  /** The user's id; null for a password that is not accepted. */
  async function checked(
    name: string,
    password: string,
  ): Promise<{ id: string | null } | 'busy' | 'unavailable'> {
    if (checking >= mostAtOnce) return 'busy';
    checking++;
    try {
      // A check that never ends holds its place no longer than this: logins go on when the directory does.
      const answer = await within<unknown>(longestMs, () => directory.login(name, password));
      const found = foundIn(answer);
      if (found === 'unavailable') options.onFailure?.();
      return found;
    } finally {
      checking--;
    }
  }

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
    const found = await checked(credential.username ?? '', credential.secret);
    if (typeof found === 'string') return found;
    if (decision?.obligations.some((obligation) => obligation.do === 'report-password-outcome'))
      await engine.reportPasswordOutcome(input, found.id === null ? 'failed' : 'succeeded');
    if (found.id === null) return 'refused';
    return { caller: { subject: found.id, authenticatedBy: 'password', tokenId: null, scope: null } };
  };
}

/** Whom an answer of the directory names, whatever its type promised: an active user, nobody, or neither. */
function foundIn(answer: unknown): { id: string | null } | 'unavailable' {
  if (answer === null) return { id: null };
  if (typeof answer !== 'object' || !('id' in answer) || !('active' in answer)) return 'unavailable';
  const { id, active } = answer;
  if (typeof id !== 'string' || id === '' || typeof active !== 'boolean') return 'unavailable';
  return { id: active ? id : null };
}

/** The same for a request of node:http that the binding has decided. */
export function hostLogin(
  directory: Pick<UserDirectory, 'login'>,
  engine: Pick<Latchkey, 'reportPasswordOutcome'>,
  options: LoginOptions = {},
): (req: IncomingMessage) => Promise<Login> {
  const login = loginBy(directory, engine, options);
  return (req) => login(requestInput(req), req.latchkey);
}
