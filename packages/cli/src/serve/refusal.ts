import type { Problem } from './json.ts';

/** What a browser is not to ask for in a dialog of its own: the word for "log in on the page". */
const bySession = { 'WWW-Authenticate': 'Cookie realm="notes"' } as const;
const byPassword = { 'WWW-Authenticate': 'Basic realm="notes", charset="UTF-8"' } as const;

/** A 401 that asks for a Basic password, or for a session where only that counts. */
const unauthorized = (detail: string, headers: Problem['headers'] = byPassword): Problem => ({
  status: 401,
  title: 'Unauthorized',
  detail,
  headers,
});

/** The same words for a wrong password, an unknown name and an inactive user. Spec: DE-3 */
const notAccepted = 'The login was not accepted.';

/** What a request is told that nobody is known by, by why. */
export const refusals = {
  anonymous: unauthorized('Log in with a password or a token.'),
  refused: unauthorized(notAccepted),
  busy: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'Too many logins at once; try again shortly.',
    headers: { 'Retry-After': '1' },
  },
  unavailable: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'It could not be found out who is asking; try again shortly.',
    headers: { 'Retry-After': '5' },
  },
} as const satisfies Readonly<Record<string, Problem>>;

/** The same for those who ask for a session, or about one. */
export const sessionRefusals = {
  ...refusals,
  anonymous: unauthorized('There is no session.', bySession),
  refused: unauthorized(notAccepted, bySession),
} as const satisfies typeof refusals;

/** Too many failed logins: when to come back is all that is said. Spec: DE-6 */
export const locked = (seconds: number): Problem => ({
  status: 429,
  title: 'Too Many Requests',
  detail: 'Too many failed logins; try again later.',
  headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) },
});

/** A 405 that names the methods that there are. */
export const notAllowed = (allow: string): Problem => ({
  status: 405,
  title: 'Method Not Allowed',
  detail: `Here are only ${allow}.`,
  headers: { Allow: allow },
});
