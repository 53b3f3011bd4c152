import type { IncomingMessage } from 'node:http';
import {
  type Decision,
  type Latchkey,
  parseCredential,
  type RequestInput,
  type Scope,
  type Subject,
} from '@latchkey/core';
import { requestInput } from '@latchkey/node';
import type { UserDirectory } from './directory.ts';

/** Who a request acts as, and how that was found. */
export interface Caller {
  readonly subject: string;
  readonly authenticatedBy: 'token' | 'password';
  readonly tokenId: string | null;
  /** Null for a password: it may do whatever its user may. */
  readonly scope: Scope | null;
}

/** What the host makes of a request: a caller, a refusal, or too many logins at once. */
export type Login = { readonly caller: Caller } | 'anonymous' | 'refused' | 'busy';

/** How many passwords are checked or wait at once: each check costs memory and a fraction of a second. */
const mostAtOnce = 16;

/**
 * The host's own authenticator: takes the engine's allow as it stands and, for a request that the engine
 * deferred, checks a Basic password and reports how that ended. Spec: DE-6
 */
export function loginBy(
  directory: UserDirectory,
  engine: Pick<Latchkey, 'reportPasswordOutcome'>,
): (input: RequestInput, decision: Decision | undefined) => Promise<Login> {
  let checking = 0;

  async function checked(name: string, password: string): Promise<Subject | null | 'busy'> {
    if (checking >= mostAtOnce) return 'busy';
    checking++;
    try {
      return await directory.login(name, password);
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
    if (found === 'busy') return 'busy';
    if (decision?.obligations.some((obligation) => obligation.do === 'report-password-outcome'))
      await engine.reportPasswordOutcome(input, found === null ? 'failed' : 'succeeded');
    if (found === null) return 'refused';
    return { caller: { subject: found.id, authenticatedBy: 'password', tokenId: null, scope: null } };
  };
}

/** The same for a request of node:http that the binding has decided. */
export function hostLogin(
  directory: UserDirectory,
  engine: Pick<Latchkey, 'reportPasswordOutcome'>,
): (req: IncomingMessage) => Promise<Login> {
  const login = loginBy(directory, engine);
  return (req) => login(requestInput(req), req.latchkey);
}
