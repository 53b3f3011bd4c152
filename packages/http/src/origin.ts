import type { RequestInput } from '@latchkey/core';
import { soleLine } from './line.ts';
import { problem } from './reply.ts';

/** Methods that change nothing, so that a page of another origin gains nothing by sending them. */
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a caller that is no browser sends with a session; a page of another origin cannot without asking first. */
export const requestHeader = 'X-Latchkey-Request';

/** What the check needs to know of its own place. */
export interface OwnOrigin {
  /** The URL of the request; its host is the one that the browser was told. */
  readonly url: string;
  /** The origins of the pages that may write, where the host of the URL is not the one browsers see. */
  readonly origins: readonly string[] | null;
}

/**
 * Refuses a write of a session that does not come from a page of the same origin: by `Sec-Fetch-Site` and `Origin`
 * where they are, both if both are; where neither is, only with the header `X-Latchkey-Request`. Null lets it
 * through. Spec: MA-1
 */
export function refuseForeign(
  { method, headers }: Pick<RequestInput, 'method' | 'headers'>,
  own: OwnOrigin,
): Response | null {
  if (safe.has(method)) return null;
  const site = soleLine(headers, 'sec-fetch-site');
  const origin = soleLine(headers, 'origin');
  const told = [site, origin].filter((line) => line.ok || line.problem !== 'missing');
  if (told.length === 0)
    return soleLine(headers, requestHeader.toLowerCase()).ok
      ? null
      : problem(403, {
          reason: 'origin-unknown',
          detail: `A call with a session that is not made by a browser needs the header ${requestHeader}: 1.`,
        });
  const isOwn =
    told.every((line) => line.ok) &&
    (!site.ok || site.value === 'same-origin') &&
    (!origin.ok || isOwnOrigin(origin.value, own));
  return isOwn
    ? null
    : problem(403, { reason: 'origin-foreign', detail: 'The call comes from another origin.' });
}

function isOwnOrigin(origin: string, { url, origins }: OwnOrigin): boolean {
  if (origins !== null) return origins.includes(origin);
  // The scheme is not compared: a proxy that ends TLS hands on http.
  return URL.canParse(origin) && URL.canParse(url) && new URL(origin).host === new URL(url).host;
}
