import {
  type Decision,
  type Latchkey,
  outageAnswer,
  type PublicAnswer,
  pairedHeaderLines,
} from '@latchkey/core';
import type { Context, Middleware } from 'koa';

declare module 'koa' {
  interface DefaultState {
    /** The decision on this request; it names a `principal` only where its `effect` is `allow`. */
    latchkey?: Decision;
  }
}

/** What the developer may be told beside the answers. */
export interface BindingOptions {
  /** Called where the engine itself failed, because it was closed; the caller gets 503. */
  readonly onError?: (error: unknown) => void;
}

function refuse(ctx: Context, { status, headers, body }: PublicAnswer): void {
  if (ctx.headerSent) return;
  ctx.status = status;
  for (const [name] of headers) ctx.remove(name);
  for (const [name, value] of headers) ctx.append(name, value);
  ctx.body = JSON.stringify(body);
}

/**
 * The policy as Koa middleware: a deny is answered here; an allow or a defer goes on, with the decision in
 * `ctx.state.latchkey`. It judges the target that arrived, also where something has changed `ctx.url`, and the
 * socket's address, whatever `app.proxy` says. Spec: BI-1, BI-2, BI-3
 *
 * @example
 * app.use(latchkey(engine));
 * app.use((ctx) => { ctx.body = ctx.state.latchkey; });
 */
export function latchkey(engine: Pick<Latchkey, 'authenticate'>, options: BindingOptions = {}): Middleware {
  return async (ctx, next) => {
    const { method, originalUrl: target, req } = ctx;
    const headers = pairedHeaderLines(req.rawHeaders);
    let decision: Decision;
    try {
      decision = await engine.authenticate({ method, target, headers, peer: req.socket.remoteAddress });
    } catch (error) {
      refuse(ctx, outageAnswer);
      return options.onError?.(error);
    }
    ctx.state.latchkey = decision;
    if (decision.effect === 'deny') return refuse(ctx, decision.answer);
    if (!ctx.headerSent && !req.socket.destroyed) await next();
  };
}
