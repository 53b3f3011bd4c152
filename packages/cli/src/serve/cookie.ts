import type { RequestInput } from '@latchkey/core';
import { parseCookie, stringifySetCookie } from 'cookie';
import { isSessionId } from './sessions.ts';

/** The cookie that carries the id of a session. */
export interface SessionCookie {
  /** The id in a request's lines; null where there is none, more than one, or something else. */
  read(headers: RequestInput['headers']): string | null;
  /** The value of Set-Cookie that hands out an id. */
  set(id: string): string;
  /** The value of Set-Cookie that takes it away. */
  clear(): string;
}

/** The cookie of a server that browsers reach by https, or by plain http. Spec: CO-1 */
export function sessionCookie(isHttps: boolean): SessionCookie {
  // `__Host-` ties a cookie to its one host, but needs Secure, and over the plain http that this server speaks on
  // loopback not every browser keeps a Secure cookie.
  const name = isHttps ? '__Host-latchkey-session' : 'latchkey-session';
  const attributes = { name, path: '/', httpOnly: true, sameSite: 'strict', secure: isHttps } as const;
  return {
    read(headers) {
      const pairs = headers
        .filter(([header]) => header.toLowerCase() === 'cookie')
        .flatMap(([, value]) => value.split(';'));
      // One by one, because of several with one name the parser tells only the first.
      const [id, ...others] = pairs.flatMap((pair) => parseCookie(pair, { decode: asItIs })[name] ?? []);
      return id !== undefined && others.length === 0 && isSessionId(id) ? id : null;
    },
    set: (id) => stringifySetCookie({ ...attributes, value: id }),
    clear: () => stringifySetCookie({ ...attributes, value: '', maxAge: 0 }),
  };
}

/** Ids are made of characters that need no escape: an escaped one is not what was handed out. */
const asItIs = (text: string): string => text;
