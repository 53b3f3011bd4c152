import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Decision, type Latchkey, outageAnswer, type PublicAnswer } from '@latchkey/core';
import { requestInput } from './request.ts';

declare module 'http' {
  interface IncomingMessage {
    /** The decision on this request; it names a `principal` only where its `effect` is `allow`. */
    latchkey?: Decision;
  }
}

/** What the developer may be told beside the answers. */
export interface BindingOptions {
  /** Called where the engine itself failed, because it was closed; the caller got 503 by then. */
  readonly onError?: (error: unknown) => void;
}

/** Goes on with `next` or answers a deny. Rejects only with what `next` itself throws. */
export type Middleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: () => void | Promise<void>,
) => Promise<void>;

/** True where nobody can be answered any more: the caller has gone, or somebody else has answered. */
const isOver = (req: IncomingMessage, res: ServerResponse): boolean =>
  res.headersSent || res.writableEnded || res.destroyed || req.socket.destroyed;

function refuse(req: IncomingMessage, res: ServerResponse, { status, headers, body }: PublicAnswer): void {
  if (isOver(req, res)) return;
  res.statusCode = status;
  // One by one, because some middleware that wraps writeHead misreads a list of lines.
  for (const [name] of headers) res.removeHeader(name);
  for (const [name, value] of headers) res.appendHeader(name, value);
  const text = JSON.stringify(body);
  res.setHeader('Content-Length', Buffer.byteLength(text));
  // Node itself leaves the body out of an answer to HEAD.
  res.end(text);
}

/**
 * The policy in front of a node:http handler: a deny is answered here and never reaches the host; an allow or
 * a defer goes on, with the decision in `req.latchkey`. It has to stand before anything that rewrites `req.url`;
 * what Node hands to `upgrade` and `connect` listeners does not pass it. Spec: BI-1, BI-3
 *
 * @example
 * const guard = latchkey(engine);
 * createServer((req, res) => guard(req, res, () => host(req, res)));
 */
export function latchkey(engine: Pick<Latchkey, 'authenticate'>, options: BindingOptions = {}): Middleware {
  return async (req, res, next) => {
    let decision: Decision;
    try {
      decision = await engine.authenticate(requestInput(req));
    } catch (error) {
      refuse(req, res, outageAnswer);
      return options.onError?.(error);
    }
    req.latchkey = decision;
    if (decision.effect === 'deny') return refuse(req, res, decision.answer);
    if (!isOver(req, res)) await next();
  };
}
