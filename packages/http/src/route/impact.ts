import { createRoute, type z } from '@hono/zod-openapi';
import { callerIn, type Desk, newRoutes, type Routes } from '../desk.ts';
import { withInstants } from '../instants.ts';
import { refusal, settingsRefusal } from '../refusal.ts';
import { jsonReply } from '../reply.ts';
import { impactBody, impactSchema, type recordedRequest } from '../schema/impact.ts';
import { json, problems, replyOf } from '../schema/problem.ts';
import { settingsSchema } from '../schema/settings.ts';

const declare = (desk: Desk) =>
  createRoute({
    method: 'post',
    path: '/settings/impact',
    tags: ['settings'],
    operationId: 'impactOfSettings',
    summary: 'What saving settings would change; nothing is saved',
    request: { body: { required: true, content: json(impactBody(settingsSchema(desk.host))) } },
    responses: { 200: replyOf('The impact.', impactSchema), ...problems },
  });

/** The impact of settings, and of saving them on the administrator's own request. Spec: MA, IM-1 */
export function impactRoutes(desk: Desk): Routes {
  const routes = newRoutes();
  routes.openapi(declare(desk), async (c) => {
    const { settings, users, requests } = c.req.valid('json');
    const impact = await desk.engine.settings.impact(callerIn(c.env).actor, settings, {
      ...(users === undefined ? {} : { users }),
      ...(requests === undefined ? {} : { requests: requests.map(recorded) }),
      request: c.env.input,
    });
    if (!impact.ok) return refusal(impact.problem);
    const { value } = impact;
    return value.ok ? jsonReply(200, withInstants(value.value)) : settingsRefusal(value.problem);
  });
  return routes;
}

/** A request of the body as the engine takes it; one without a peer came over a unix socket. */
const recorded = ({ method, target, headers, peer, name }: z.output<typeof recordedRequest>) => ({
  method,
  target,
  headers,
  peer,
  ...(name === undefined ? {} : { name }),
});
