import { type Decision, type HostProfile, type Latchkey, outageAnswer } from '@latchkey/core';
import { callerOf, type SessionOf } from './caller.ts';
import { inputOf, type RequestContext } from './context.ts';
import { refuseForeign } from './origin.ts';
import type { Ports } from './ready.ts';
import { answerReply } from './reply.ts';
import type { MetricsText } from './route/operation.ts';
import { internalError, routing } from './routing.ts';

/** What a management API is made of: an engine, and the host and ports that the engine was made of. */
export interface ManagementOptions extends Ports {
  readonly engine: Latchkey;
  readonly host: HostProfile;
  /** The host's own authentication; without one only tokens manage tokens. Spec: MA-1 */
  readonly session?: SessionOf;
  /** Where it is mounted, without a trailing slash; `contextPath` and `mountPath` of the host where absent. */
  readonly base?: string;
  /** The origins of the pages that may write with a session; where absent, the host of the request. Spec: MA-1 */
  readonly origins?: readonly string[];
  /** The host's version. Spec: HT-1 */
  readonly hostVersion?: string;
  /** Where `/metrics` comes from; without it there is none. */
  readonly metrics?: MetricsText;
  /** Serves `/metrics` to callers that nobody knows, such as a scraper in the same network. */
  readonly openMetrics?: boolean;
  /** Told of what went wrong inside; the caller got 500 or 503 by then. */
  readonly onError?: (error: unknown) => void;
}

/** Answers one request; never rejects. */
export type Handler = (request: Request, context?: RequestContext) => Promise<Response>;

/** Paths that hold nothing of anybody: the engine may refuse a request for them, but nobody has to be known. */
const open: readonly string[] = ['/healthz', '/readyz', '/openapi.json'];

/**
 * The management API as a Web handler, for any binding to mount at one path. Every request is decided before it is
 * looked at: by the engine, and where that defers by the host's session. The engine reads the raw request that the
 * context brings, or a binding hands over the decision that it has made. Node's own requests come through
 * `nodeListener` or `fromNode`. Spec: MA, MA-1, MA-2
 *
 * @example
 * const engine = createLatchkey(options);
 * const api = managementApi({ ...options, engine, session });
 * const reply = await api(request, { peer: '10.0.0.7' });
 */
export function managementApi(options: ManagementOptions): Handler {
  const { engine, host, tokens, settings, directory, hostVersion, session } = options;
  const base = options.base ?? host.contextPath + host.mountPath;
  const onError = (error: unknown): void => options.onError?.(error);
  const desk = { engine, host, tokens, settings, directory, hostVersion, base };
  const { pathOf, serve } = routing(desk, options.metrics, onError);
  const openPaths = new Set(options.openMetrics === true ? [...open, '/metrics'] : open);

  async function answer(request: Request, context: RequestContext): Promise<Response> {
    const input = inputOf(request, context);
    const parsed = context.body;
    let decision: Decision;
    try {
      decision = context.decision ?? (await engine.authenticate(input));
    } catch (error) {
      onError(error);
      return answerReply(outageAnswer);
    }
    if (decision.effect === 'deny') return answerReply(decision.answer);
    const path = pathOf(input.target, host);
    if (path !== null && openPaths.has(path)) return serve(request, { input, path, caller: null, parsed });
    const found = await callerOf(decision, request, input, { engine, session });
    if (!found.ok) return found.problem;
    const caller = found.value;
    const own = { url: request.url, origins: options.origins ?? null };
    const foreign = caller.by === 'session' ? refuseForeign(input, own) : null;
    return foreign ?? serve(request, { input, path, caller, parsed });
  }

  return async (request, context = {}) => {
    let reply: Response;
    try {
      reply = await answer(request, context);
    } catch (error) {
      onError(error);
      reply = internalError();
    }
    const { status, headers } = reply;
    return (context.method ?? request.method) === 'HEAD' ? new Response(null, { status, headers }) : reply;
  };
}
