import { createRoute } from '@hono/zod-openapi';
import { callerIn, type Desk, newRoutes, type Routes } from '../desk.ts';
import { rangeOf, withInstants } from '../instants.ts';
import { refusal } from '../refusal.ts';
import { jsonReply } from '../reply.ts';
import { auditQuery, auditSchema } from '../schema/audit.ts';
import { problems, replyOf } from '../schema/problem.ts';

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags: ['audit'],
  operationId: 'listAudit',
  summary: 'The audit log, newest first; for administrators',
  request: { query: auditQuery },
  responses: { 200: replyOf('One page.', auditSchema), ...problems },
});

/** The audit log. Spec: MA, TK-7 */
export function auditRoutes({ engine }: Desk): Routes {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { kind, actor, tokenId, from, before, cursor, limit } = c.req.valid('query');
    const at = rangeOf(from, before);
    const page = await engine.audit.list(callerIn(c.env).actor, {
      ...(kind === undefined ? {} : { kind }),
      ...(actor === undefined ? {} : { actor }),
      ...(tokenId === undefined ? {} : { tokenId }),
      ...(at === undefined ? {} : { at }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    });
    return page.ok ? jsonReply(200, withInstants(page.value)) : refusal(page.problem);
  });
  return routes;
}
