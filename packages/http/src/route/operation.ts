import { createRoute, z } from '@hono/zod-openapi';
import { loadAsAdministrator } from '../administrator.ts';
import { type Desk, newRoutes, type Routes } from '../desk.ts';
import { readiness } from '../ready.ts';
import { retryAfter, settingsRefusal } from '../refusal.ts';
import { jsonReply, problem } from '../reply.ts';
import { problems, replyOf } from '../schema/problem.ts';

/** Where the numbers for `/metrics` come from: text in the Prometheus exposition format. */
export interface MetricsText {
  text(): string | Promise<string>;
}

const tags = ['operation'];
const health = createRoute({
  method: 'get',
  path: '/healthz',
  tags,
  operationId: 'showHealth',
  security: [],
  summary: 'Whether the process answers',
  responses: { 200: replyOf('It does.', z.strictObject({ status: z.literal('ok') })), ...problems },
});
const ready = createRoute({
  method: 'get',
  path: '/readyz',
  tags,
  operationId: 'showReadiness',
  security: [],
  summary: 'Whether the stores answer',
  responses: { 200: replyOf('They do.', z.strictObject({ status: z.literal('ready') })), ...problems },
});
const numbers = createRoute({
  method: 'get',
  path: '/metrics',
  tags,
  operationId: 'showMetrics',
  summary: 'Numbers for Prometheus; for administrators unless the host opens them',
  responses: {
    200: {
      ...{ content: { 'text/plain': { schema: z.string() } } },
      description: 'Text in the Prometheus exposition format.',
    } as { readonly description: string },
    ...problems,
  },
});

/** Health, readiness and metrics. Spec: MA */
export function operationRoutes(desk: Desk, metrics: MetricsText | undefined): Routes {
  const routes = newRoutes();
  const failing = readiness(desk);
  routes.openapi(health, () => jsonReply(200, { status: 'ok' }));
  routes.openapi(ready, async () => {
    const names = await failing();
    if (names.length === 0) return jsonReply(200, { status: 'ready' });
    return problem(503, {
      reason: 'not-ready',
      detail: `No answer in time from: ${names.join(', ')}.`,
      headers: retryAfter,
    });
  });
  routes.openapi(numbers, async ({ env: { caller } }) => {
    if (caller !== null) {
      const administrator = await loadAsAdministrator(desk.engine, caller.actor);
      if (!administrator.ok) return settingsRefusal(administrator.problem);
    }
    if (metrics === undefined)
      return problem(404, { reason: 'metrics-absent', detail: 'This server keeps no metrics.' });
    const reply = jsonReply(200, null);
    reply.headers.set('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    return new Response(await metrics.text(), { headers: reply.headers });
  });
  return routes;
}
