import {
  type Decision,
  type Latchkey,
  outageAnswer,
  type PublicAnswer,
  pairedHeaderLines,
} from '@latchkey/core';
import type { Request, RequestHandler, Response } from 'express';

declare global {
  // biome-ignore lint/style/noNamespace: Express's types are extended through this namespace and no module.
  namespace Express {
    interface Request {
      /** The decision on this request; it names a `principal` only where its `effect` is `allow`. */
      latchkey?: Decision;
    }
  }
}

/** What the developer may be told beside the answers. */
export interface BindingOptions {
  /** Called where the engine itself failed, because it was closed; the caller got 503 by then. */
  readonly onError?: (error: unknown) => void;
}

/** True where nobody can be answered any more: the caller has gone, or somebody else has answered. */
const isOver = (req: Request, res: Response): boolean =>
  res.headersSent || res.writableEnded || res.destroyed || req.socket.destroyed;

function refuse(req: Request, res: Response, { status, headers, body }: PublicAnswer): void {
  if (isOver(req, res)) return;
  res.status(status);
  for (const [name] of headers) res.removeHeader(name);
  for (const [name, value] of headers) res.appendHeader(name, value);
  // Express's own `send` would add an ETag and a charset.
  res.end(JSON.stringify(body));
}

/**
 * The policy as Express middleware: a deny is answered here; an allow or a defer goes on, with the decision in
 * `req.latchkey`. It judges the target that arrived, wherever it is mounted, and the socket's address, whatever
 * `trust proxy` says. Spec: BI-1, BI-2, BI-3
 *
 * @example
 * app.use(latchkey(engine));
 * app.get('/api/me', (req, res) => res.json(req.latchkey));
 */
export function latchkey(
  engine: Pick<Latchkey, 'authenticate'>,
  options: BindingOptions = {},
): RequestHandler {
  return async (req, res, next) => {
    const { method, originalUrl: target, rawHeaders, socket } = req;
    const headers = pairedHeaderLines(rawHeaders);
    let decision: Decision;
    try {
      decision = await engine.authenticate({ method, target, headers, peer: socket.remoteAddress });
    } catch (error) {
      refuse(req, res, outageAnswer);
      return options.onError?.(error);
    }
    req.latchkey = decision;
    if (decision.effect === 'deny') return refuse(req, res, decision.answer);
    if (!isOver(req, res)) next();
  };
}
