import { type Decision, joinedHeaderLines, type RequestInput, targetOfUrl } from '@latchkey/core';

/**
 * What a Web `Request` does not tell: the raw parts of the request as the server got it, and what stood before
 * this handler has done already. Whatever is absent is taken from the `Request`, and the peer is then unknown.
 * Spec: BI-2
 *
 * @example
 * const context = { ...requestInput(req), decision: req.latchkey }; // node:http behind @latchkey/node
 */
export type RequestContext = Partial<RequestInput> & {
  /** The decision that a binding has made on it; without one the engine is asked. */
  readonly decision?: Decision | null | undefined;
  /** What a parser before this handler has made of the body: counts only where the `Request`'s own is used up. */
  readonly body?: unknown;
};

/** The request as the engine reads it. Spec: BI-2 */
export const inputOf = (
  request: Request,
  { method, target, headers, peer }: RequestContext,
): RequestInput => ({
  method: method ?? request.method,
  target: target ?? targetOfUrl(request.url),
  headers: headers ?? joinedHeaderLines(request.headers),
  peer,
});
