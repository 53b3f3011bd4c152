import { createRoute } from '@hono/zod-openapi';
import type { Explanation } from '@latchkey/core';
import { loadAsAdministrator } from '../administrator.ts';
import { callerIn, type Desk, newRoutes, type Routes } from '../desk.ts';
import { withInstants } from '../instants.ts';
import { settingsRefusal } from '../refusal.ts';
import { jsonReply } from '../reply.ts';
import { explanationSchema, requestBody } from '../schema/explain.ts';
import { json, problems, replyOf } from '../schema/problem.ts';

const explain = createRoute({
  method: 'post',
  path: '/explain',
  tags: ['decisions'],
  operationId: 'explainRequest',
  summary: 'Why a request would be decided as it is; for administrators',
  request: { body: { required: true, content: json(requestBody) } },
  responses: { 200: replyOf('The explanation. It holds no secret.', explanationSchema), ...problems },
});

/** The explanation of a request that an administrator describes; it records no use. Spec: MA, DE-4 */
export function explainRoutes({ engine }: Desk): Routes {
  const routes = newRoutes();
  routes.openapi(explain, async (c) => {
    const administrator = await loadAsAdministrator(engine, callerIn(c.env).actor);
    if (!administrator.ok) return settingsRefusal(administrator.problem);
    const { method, target, headers, peer } = c.req.valid('json');
    return jsonReply(200, withInstants(shown(await engine.explain({ method, target, headers, peer }))));
  });
  return routes;
}

/** An explanation without what it says twice. */
function shown({ decision, row, words, facts, client, counterfactuals }: Explanation) {
  const { effect, reason, obligations } = decision;
  return {
    effect,
    status: decision.effect === 'deny' ? decision.status : null,
    row,
    reason,
    words,
    principal: decision.effect === 'allow' ? decision.principal : null,
    obligations,
    answer: decision.effect === 'deny' ? decision.answer.body : null,
    client,
    facts,
    counterfactuals,
  };
}
