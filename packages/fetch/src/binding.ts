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

/** What Node keeps of a request: an `IncomingMessage`. */
export interface NodeRequest {
  readonly url?: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined; readonly destroyed: boolean };
}

/** What a `Request` does not tell, and what the developer may be told. `context` is what the runtime passes along. */
export interface BindingOptions<Context extends readonly unknown[] = readonly unknown[]> {
  /** The socket's address; without it every address is unresolved, and an allow-list refuses everybody. */
  readonly peer?: (request: Request, ...context: Context) => string | undefined;
  /** Node's own request, where the runtime passes it: its raw target, header lines and socket count then. */
  readonly incoming?: (request: Request, ...context: Context) => NodeRequest | undefined;
  /** Called where the engine itself failed, because it was closed; the caller gets 503. */
  readonly onError?: (error: unknown) => void;
}

/** A handler behind the policy: it sees allowed and deferred requests only. */
export type Handler<Context extends readonly unknown[]> = (
  request: Request,
  decision: Decision,
  ...context: Context
) => Response | Promise<Response>;

function inputOf(
  { method, url, headers }: Request,
  node: NodeRequest | undefined,
): Omit<RequestInput, 'peer'> {
  if (node === undefined) return { method, target: targetOfUrl(url), headers: joinedHeaderLines(headers) };
  return { method, target: node.url ?? '', headers: pairedHeaderLines(node.rawHeaders) };
}

function refuse({ method }: Request, { status, headers, body }: PublicAnswer): Response {
  const lines = headers.map(([name, value]): [string, string] => [name, value]);
  return new Response(method === 'HEAD' ? null : JSON.stringify(body), { status, headers: lines });
}

/**
 * The policy in front of handlers from `Request` to `Response`: a deny is answered here; for an allow or a defer
 * the handler is called with the decision. Spec: BI-1, BI-2, BI-3
 *
 * @example
 * const guard = latchkey(engine, { peer: (request, server) => server.requestIP(request)?.address });
 * Bun.serve({ fetch: guard((request, decision) => Response.json(decision)) });
 */
export function latchkey<Context extends readonly unknown[]>(
  engine: Pick<Latchkey, 'authenticate'>,
  options: BindingOptions<Context> = {},
): (handler: Handler<Context>) => (request: Request, ...context: Context) => Promise<Response> {
  return (handler) =>
    async (request, ...context) => {
      const node = options.incoming?.(request, ...context);
      const peer = node === undefined ? options.peer?.(request, ...context) : node.socket.remoteAddress;
      let decision: Decision;
      try {
        decision = await engine.authenticate({ ...inputOf(request, node), peer });
      } catch (error) {
        options.onError?.(error);
        return refuse(request, outageAnswer);
      }
      if (decision.effect === 'deny') return refuse(request, decision.answer);
      // To a caller that has gone nothing is sent, and the host is not asked for it.
      if (node?.socket.destroyed) return new Response(null);
      return handler(request, decision, ...context);
    };
}
