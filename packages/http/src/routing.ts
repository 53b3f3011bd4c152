import type { HostProfile, RequestInput } from '@latchkey/core';
import { readBody } from './body.ts';
import type { Caller } from './caller.ts';
import { type Desk, newRoutes } from './desk.ts';
import { documentOf, type OpenApiDocument } from './document.ts';
import { methodsOf, pathBelow } from './mount.ts';
import { emptyReply, jsonReply, problem } from './reply.ts';
import { auditRoutes } from './route/audit.ts';
import { explainRoutes } from './route/explain.ts';
import { impactRoutes } from './route/impact.ts';
import { meRoutes } from './route/me.ts';
import { type MetricsText, operationRoutes } from './route/operation.ts';
import { settingsRoutes } from './route/settings.ts';
import { tokenRoutes } from './route/tokens.ts';

/** Answers requests that were let through. */
export interface Routing {
  /** The path below the place where the API is mounted; null for another, or one that can be read in two ways. */
  pathOf(target: string, host: HostProfile): string | null;
  serve(
    request: Request,
    asked: {
      readonly input: RequestInput;
      readonly path: string | null;
      readonly caller: Caller | null;
      /** The body as something before this has parsed it. */
      readonly parsed: unknown;
    },
  ): Promise<Response>;
}

const documentPath = '/openapi.json';
const writes: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** All routes, their document, and the answers where there is no route. Spec: MA, MA-2 */
export function routing(
  desk: Desk,
  metrics: MetricsText | undefined,
  onError: (error: unknown) => void,
): Routing {
  const routes = newRoutes();
  for (const group of [
    tokenRoutes(desk),
    settingsRoutes(desk),
    impactRoutes(desk),
    explainRoutes(desk),
    auditRoutes(desk),
    meRoutes(desk),
    operationRoutes(desk, metrics),
  ])
    routes.route('/', group);
  routes.onError((error) => {
    onError(error);
    return internalError();
  });
  let document: OpenApiDocument | null = null;
  const methodsAt = methodsOf(routes, documentPath);

  return {
    pathOf: (target, host) => pathBelow(desk.base, target, host),
    async serve(request, { input, path, caller, parsed }) {
      const methods = path === null ? [] : methodsAt(path);
      if (path === null || methods.length === 0)
        return problem(404, { reason: 'route-unknown', detail: 'There is nothing here.' });
      const { method, target } = input;
      const headers = { Allow: methods.join(', ') };
      if (method === 'OPTIONS') return emptyReply(204, headers);
      if (!methods.includes(method))
        return problem(405, { reason: 'method-unknown', detail: `Here are only ${headers.Allow}.`, headers });
      if (path === documentPath) {
        document ??= documentOf(routes, desk.base);
        return jsonReply(200, document, { 'Cache-Control': 'max-age=300' });
      }
      const query = target.indexOf('?');
      const url = `http://latchkey.invalid${path}${query < 0 ? '' : target.slice(query)}`;
      const bindings = { caller, input };
      if (!writes.has(method)) return routes.fetch(new Request(url, { method }), bindings);
      const body = await readBody(request, parsed);
      if (body === 'lost') {
        onError(new TypeError('The body was read before the management API, which was not given it.'));
        return internalError();
      }
      if (!body.ok) return body.problem;
      const content =
        body.value === null ? {} : { body: body.value, headers: { 'Content-Type': 'application/json' } };
      return routes.fetch(new Request(url, { method, ...content }), bindings);
    },
  };
}

/** What a caller is told where the fault is ours. */
export const internalError = (): Response =>
  problem(500, { reason: 'internal-error', detail: 'Something went wrong here.' });
