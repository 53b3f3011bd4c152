import {
  type Actor,
  actorOf,
  type Decision,
  type Latchkey,
  type RequestInput,
  type Result,
} from '@latchkey/core';
import { retryAfter } from './refusal.ts';
import { problem } from './reply.ts';

/** Whom the host knows a request by, where no token of ours decides. */
export interface Session {
  readonly subject: string;
  /** What binds a session that was opened with a token: the `limit-session` obligation. Spec: SC-5 */
  readonly limits?: Actor['limits'];
}

/**
 * The host's own authentication of a request that the engine defers: a session, or null for nobody. It gets the
 * request as it arrived too, to report a password's outcome by. Spec: MA-1
 */
export type SessionOf = (
  request: Request,
  told: { readonly input: RequestInput; readonly decision: Decision },
) => Session | null | Promise<Session | null>;

/** Who asks, and how that is known. */
export interface Caller {
  readonly by: 'token' | 'session';
  readonly actor: Actor;
}

/** What 401 says to those who could log in. */
const challenge = { 'WWW-Authenticate': 'Bearer realm="latchkey"' } as const;

/** Who asks: the principal of an allow, or whom the host's session names; otherwise the answer. Spec: MA-1 */
export async function callerOf(
  decision: Exclude<Decision, { effect: 'deny' }>,
  request: Request,
  input: RequestInput,
  { engine, session }: { readonly engine: Latchkey; readonly session: SessionOf | undefined },
): Promise<Result<Caller, Response>> {
  if (decision.effect === 'allow') return { ok: true, value: { by: 'token', actor: actorOf(decision) } };
  let found: Session | null;
  try {
    found = (await session?.(request, { input, decision })) ?? null;
  } catch {
    return refused(
      problem(503, {
        reason: 'session-unavailable',
        detail: 'The host could not tell who is asking.',
        headers: retryAfter,
      }),
    );
  }
  if (found === null)
    return refused(
      problem(401, {
        reason: 'not-authenticated',
        detail: 'Log in, or send a token.',
        headers: challenge,
      }),
    );
  const { subject, limits } = found;
  const address = await addressOf(decision, input, engine);
  return { ok: true, value: { by: 'session', actor: { subject, address, ...(limits && { limits }) } } };
}

const refused = (reply: Response): Result<never, Response> => ({ ok: false, problem: reply });

/** The resolved client for the audit log; a row that needed none has not looked for it. */
async function addressOf(decision: Decision, input: RequestInput, engine: Latchkey): Promise<string | null> {
  const client = decision.client ?? (await engine.explain(input)).client;
  return client?.kind === 'resolved' ? client.address : null;
}
