import {
  type Actor,
  actorOf,
  type Decision,
  type Latchkey,
  type RequestInput,
  type Result,
} from '@latchkey/core';
import { within } from './deadline.ts';
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

/** How long the host may take to tell who asks, in milliseconds: it may have to check a password. */
const longestMs = 15_000;

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
  const told = await within<unknown>(longestMs, () => session?.(request, { input, decision }));
  const found = sessionIn(told);
  if (found === 'unavailable')
    return refused(
      problem(503, {
        reason: 'session-unavailable',
        detail: 'The host could not tell who is asking.',
        headers: retryAfter,
      }),
    );
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

/** The session in what the host answered, whatever its type promised; what is neither one nor none lets nobody in. */
function sessionIn(told: unknown): Session | null | 'unavailable' {
  if (told === null || told === undefined) return null;
  if (typeof told !== 'object' || !('subject' in told)) return 'unavailable';
  const { subject } = told;
  if (typeof subject !== 'string' || subject === '') return 'unavailable';
  const limits = 'limits' in told ? told.limits : undefined;
  if (limits === undefined) return { subject };
  return isLimits(limits) ? { subject, limits } : 'unavailable';
}

/** True for limits that bind: ones that cannot be read must not count as none. */
function isLimits(value: unknown): value is NonNullable<Session['limits']> {
  if (typeof value !== 'object' || value === null || !('scope' in value) || !('notAfter' in value))
    return false;
  const { scope, notAfter } = value;
  return (
    (scope === 'read-only' || scope === 'read-write') && (notAfter === null || Number.isFinite(notAfter))
  );
}

const refused = (reply: Response): Result<never, Response> => ({ ok: false, problem: reply });

/** The resolved client for the audit log; a row that needed none has not looked for it. */
async function addressOf(decision: Decision, input: RequestInput, engine: Latchkey): Promise<string | null> {
  const client = decision.client ?? (await engine.explain(input)).client;
  return client?.kind === 'resolved' ? client.address : null;
}
