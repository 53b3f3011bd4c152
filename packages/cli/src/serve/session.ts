import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatInstant, type HostProfile, type Result } from '@latchkey/core';
import { requestInput } from '@latchkey/node';
import type { PasswordCheck } from './check.ts';
import type { SessionCookie } from './cookie.ts';
import type { Holder } from './holder.ts';
import { type Problem, readJson, sendJson, sendProblem } from './json.ts';
import type { Lock } from './lock.ts';
import type { ForeignGuard } from './origin.ts';
import { isPasswordText, longestPassword } from './passwords.ts';
import { locked, notAllowed, sessionRefusals } from './refusal.ts';
import type { OpenSession, Sessions } from './sessions.ts';
import { isUserName } from './users.ts';

/** Where a host's sessions are opened, shown and ended: outside of what the policy governs. */
export const sessionPath = (host: HostProfile): string => `${host.contextPath}/session`;

/** Answers a request for the page of sessions. */
export type SessionPage = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** What that page is made of. */
export interface SessionParts {
  readonly check: PasswordCheck;
  readonly lock: Lock;
  readonly sessions: Sessions;
  readonly holder: Holder;
  readonly cookie: SessionCookie;
  readonly refuseForeign: ForeignGuard;
}

const methods = 'DELETE, GET, HEAD, POST';
const malformed: Problem = {
  status: 400,
  title: 'Bad Request',
  detail: `Expected {"username": "…", "password": "…"} and nothing else: a name of at most 255 characters without a colon, a password of at most ${longestPassword} bytes, both without control characters.`,
};

/** What is told of a session: whose it is, and when it ends at the latest; never its id. */
const shown = ({ subject, openedAt, endsAt }: OpenSession) => ({
  subject,
  openedAt: formatInstant(openedAt),
  endsAt: formatInstant(endsAt),
});

/**
 * Opens a session for a name and a password (POST), tells whose session a request holds (GET) and ends it (DELETE). A
 * wrong password, an unknown name and an inactive user are one answer after the same work, and failures count together
 * with those over Basic. An id is never taken from the request, only made. Spec: CO-1, DE-6
 */
export function sessionPage({
  check,
  lock,
  sessions,
  holder,
  cookie,
  refuseForeign,
}: SessionParts): SessionPage {
  async function open(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const login = await loginIn(req);
    if (!login.ok) return sendProblem(res, login.problem);
    const { username, password } = login.value;
    const input = requestInput(req);
    const key = await lock.keyOf({ ...input, headers: holder.uncredentialed(input.headers) }, username);
    const wait = await lock.waitFor(key);
    if (wait !== null) return sendProblem(res, locked(wait));
    const found = await check(username, password);
    if (found === 'busy' || found === 'unavailable') return sendProblem(res, sessionRefusals[found]);
    await lock.report(key, found === 'refused' ? 'failed' : 'succeeded');
    const opened = found === 'refused' ? null : await sessions.open(found.user.id);
    if (opened === 'unavailable') return sendProblem(res, sessionRefusals.unavailable);
    if (opened === null) return sendProblem(res, sessionRefusals.refused);
    endGiven(req);
    sendJson(res, 201, shown(opened.session), { 'Set-Cookie': cookie.set(opened.id) });
  }

  /** Ends the session of the cookie, which a new one replaces and a leaving user leaves. */
  function endGiven(req: IncomingMessage): void {
    const id = cookie.read(requestInput(req).headers);
    if (id !== null) sessions.end(id);
  }

  async function show(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const session = await holder.find(requestInput(req));
    if (session === null) return sendProblem(res, sessionRefusals.anonymous);
    if (session === 'unavailable') return sendProblem(res, sessionRefusals.unavailable);
    sendJson(res, 200, shown(session));
  }

  return async (req, res) => {
    switch (req.method) {
      case 'GET':
      case 'HEAD':
        return show(req, res);
      case 'POST':
        if (!(await refuseForeign(req, res))) await open(req, res);
        return;
      case 'DELETE':
        if (await refuseForeign(req, res)) return;
        endGiven(req);
        res.writeHead(204, { 'Cache-Control': 'no-store', 'Set-Cookie': cookie.clear() });
        res.end();
        return;
      default:
        return sendProblem(res, notAllowed(methods));
    }
  };
}

/** The name and the password in a request's body, which has those two fields. */
async function loginIn(
  req: IncomingMessage,
): Promise<Result<{ readonly username: string; readonly password: string }, Problem>> {
  const body = await readJson(req);
  if (!body.ok) return body;
  const { value } = body;
  const isPair = typeof value === 'object' && value !== null && Object.keys(value).length === 2;
  if (!isPair || !('username' in value) || !('password' in value)) return { ok: false, problem: malformed };
  const { username, password } = value;
  if (!isUserName(username) || !isPasswordText(password)) return { ok: false, problem: malformed };
  return { ok: true, value: { username, password } };
}
