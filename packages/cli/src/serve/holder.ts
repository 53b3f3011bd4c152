import type { HostProfile, RequestInput } from '@latchkey/core';
import type { SessionCookie } from './cookie.ts';
import type { OpenSession, Sessions } from './sessions.ts';

/** Tells whose session a request holds. */
export interface Holder {
  /** The session that the cookie of a request names, if that is all it has to be known by. */
  find(input: Pick<RequestInput, 'headers'>): Promise<OpenSession | null | 'unavailable'>;
  /** The lines of a request without those that carry a credential. */
  uncredentialed(headers: RequestInput['headers']): RequestInput['headers'];
}

/**
 * Who holds a session. A request with a credential of any kind is judged by that alone, accepted or not: a cookie that
 * the browser adds by itself must not stand in for it. Spec: CO-1, CR-4
 */
export function sessionHolder(host: HostProfile, cookie: SessionCookie, sessions: Sessions): Holder {
  const carriers = new Set([
    'authorization',
    ...(host.tokenHeader === null ? [] : [host.tokenHeader.toLowerCase()]),
  ]);
  const uncredentialed: Holder['uncredentialed'] = (headers) =>
    headers.filter(([name]) => !carriers.has(name.toLowerCase()));
  return {
    uncredentialed,
    async find({ headers }) {
      if (uncredentialed(headers).length < headers.length) return null;
      const id = cookie.read(headers);
      return id === null ? null : sessions.find(id);
    },
  };
}
