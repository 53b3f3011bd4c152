import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostProfile } from '@latchkey/core';
import { type Problem, sendJson, sendProblem } from './json.ts';
import type { Login } from './login.ts';
import { notesApi } from './notes.ts';
import type { ForeignGuard } from './origin.ts';
import { notAllowed, refusals } from './refusal.ts';
import { sessionPath } from './session.ts';

/** Answers a request that the policy has let through. */
export type Site = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Where a host's sample API is: `/api/` or `/rest/`. */
export const apiBase = (host: HostProfile): string =>
  `${host.contextPath}${host.governed[0] ?? '/'}`.replace(/\/*$/, '/');

const notFound: Problem = { status: 404, title: 'Not Found', detail: 'There is nothing here.' };
/** What the site is made of beside its host. */
export interface SiteParts {
  readonly login: (req: IncomingMessage) => Promise<Login>;
  /** Answers what is asked of sessions. */
  readonly session: Site;
  readonly refuseForeign: ForeignGuard;
}

/** The host behind the policy: a public page, sessions, the notes for whoever is logged in, and who that is. */
export function site(host: HostProfile, { login, session, refuseForeign }: SiteParts): Site {
  const base = apiBase(host);
  const ownSessionPath = sessionPath(host);
  const notesPath = `${base}notes`;
  const notes = notesApi(notesPath);

  return async (req, res) => {
    const [path = ''] = (req.url ?? '').split('?', 1);
    if (path === '/') return sendPage(req, res, indexPage(base, ownSessionPath));
    if (path === ownSessionPath) return session(req, res);
    if (!path.startsWith(base)) return sendProblem(res, notFound);
    const outcome = await login(req);
    if (typeof outcome === 'string') return sendProblem(res, refusals[outcome]);
    if (outcome.caller.authenticatedBy === 'session' && (await refuseForeign(req, res))) return;
    if (path === `${base}me`) return sendMe(req, res, outcome);
    if (path === notesPath || path.startsWith(`${notesPath}/`))
      return notes(req, res, path.slice(notesPath.length), outcome.caller.subject);
    return sendProblem(res, notFound);
  };
}

const onlyRead = notAllowed('GET, HEAD');
const isRead = (req: IncomingMessage): boolean => req.method === 'GET' || req.method === 'HEAD';

const sendMe = (req: IncomingMessage, res: ServerResponse, { caller }: Extract<Login, object>): void =>
  isRead(req) ? sendJson(res, 200, caller) : sendProblem(res, onlyRead);

function sendPage(req: IncomingMessage, res: ServerResponse, page: string): void {
  if (!isRead(req)) {
    sendProblem(res, onlyRead);
    return;
  }
  res.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(page),
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(page);
}

const indexPage = (base: string, session: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Notes behind Latchkey</title>
<h1>Notes behind Latchkey</h1>
<p>This page is public. Everything under <code>${base}</code> needs a token, a password or a session:</p>
<ul>
<li><code>GET ${base}notes</code>, <code>POST ${base}notes</code></li>
<li><code>GET ${base}notes/1</code>, <code>PUT ${base}notes/1</code>, <code>DELETE ${base}notes/1</code></li>
<li><code>GET ${base}me</code>: who you are and how that was found</li>
<li><code>POST ${session}</code>, <code>GET ${session}</code>, <code>DELETE ${session}</code>: a session by password</li>
</ul>
</html>
`;
