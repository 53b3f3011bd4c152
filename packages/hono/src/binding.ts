import {
  type Decision,
  joinedHeaderLines,
  type Latchkey,
  outageAnswer,
  type PublicAnswer,
  pairedHeaderLines,
  type RequestInput,
  targetOfUrl,
} from '@latchkey/core';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

declare module 'hono' {
  interface ContextVariableMap {
    /** The decision on this request; it names a `principal` only where its `effect` is `allow`. */
    latchkey: Decision;
  }
}

/** What a runtime other than Node has to say, and what the developer may be told. */
export interface BindingOptions {
  /** The socket's address where Hono does not run on Node: `(c) => getConnInfo(c).remote.address`. */
  readonly peer?: (c: Context) => string | undefined;
  /** Called where the engine itself failed, because it was closed; the caller gets 503. */
  readonly onError?: (error: unknown) => void;
}

/** What `@hono/node-server` keeps of Node's own request. */
interface Incoming {
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string; readonly destroyed: boolean };
}

// Elsewhere `env` holds the developer's own bindings, and one of them may have this name.
const incomingOf = ({ env }: Context): Incoming | undefined =>
  Array.isArray(env?.incoming?.rawHeaders) ? env.incoming : undefined;

function inputOf(c: Context, incoming: Incoming | undefined, { peer }: BindingOptions): RequestInput {
  const { method, url, raw } = c.req;
  if (incoming === undefined)
    return { method, target: targetOfUrl(url), headers: joinedHeaderLines(raw.headers), peer: peer?.(c) };
  const { url: target, rawHeaders, socket } = incoming;
  return { method, target, headers: pairedHeaderLines(rawHeaders), peer: socket.remoteAddress };
}

function refuse(c: Context, { status, headers, body }: PublicAnswer): Response {
  for (const [name] of headers) c.header(name, undefined);
  for (const [name, value] of headers) c.header(name, value, { append: true });
  return c.body(JSON.stringify(body), status as ContentfulStatusCode);
}

/**
 * The policy as Hono middleware: a deny is answered here; an allow or a defer goes on, with the decision in
 * `c.get('latchkey')`. On Node it judges target, header lines and socket as they are; elsewhere what the Web
 * `Request` still has of them, and the address that `peer` gives. Spec: BI-1, BI-2, BI-3
 *
 * @example
 * app.use(latchkey(engine));
 * app.get('/api/me', (c) => c.json(c.get('latchkey')));
 */
export function latchkey(
  engine: Pick<Latchkey, 'authenticate'>,
  options: BindingOptions = {},
): MiddlewareHandler {
  return async (c, next) => {
    const incoming = incomingOf(c);
    const input = inputOf(c, incoming, options);
    let decision: Decision;
    try {
      decision = await engine.authenticate(input);
    } catch (error) {
      options.onError?.(error);
      return refuse(c, outageAnswer);
    }
    c.set('latchkey', decision);
    if (decision.effect === 'deny') return refuse(c, decision.answer);
    // To a caller that has gone nothing is sent, and the host is not asked for it.
    if (incoming?.socket.destroyed) return c.body(null);
    await next();
  };
}
