import { type Decision, joinedHeaderLines, type RequestInput, targetOfUrl } from '@latchkey/core';

/**
 * What a Web `Request` does not tell: the raw parts of the request as the server got it, and the decision that a
 * binding has made on it already. Whatever is absent is taken from the `Request`, and the peer is then unknown.
 * Spec: BI-2
 *
 * @example
 * const context = { ...requestInput(req), decision: req.latchkey }; // node:http behind @latchkey/node
 */
export type RequestContext = Partial<RequestInput> & { readonly decision?: Decision | undefined };

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
