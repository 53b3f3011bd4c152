import { createRoute, z } from '@hono/zod-openapi';
import type { ListRequest } from '@latchkey/core';
import { callerIn, type Desk, newRoutes, type Routes } from '../desk.ts';
import { rangeOf, withInstants } from '../instants.ts';
import { refusal } from '../refusal.ts';
import { emptyReply, jsonReply } from '../reply.ts';
import { json, problems, replyOf } from '../schema/problem.ts';
import {
  issueBody,
  issuedSchema,
  listQuery,
  relabelBody,
  revokedSchema,
  rotateBody,
  rotatedSchema,
  tokenSchema,
  tokensSchema,
} from '../schema/token.ts';

const tags = ['tokens'];
const id = z.strictObject({ id: z.string() });

const issue = createRoute({
  method: 'post',
  path: '/tokens',
  tags,
  operationId: 'issueToken',
  summary: 'Create a token, for oneself or on behalf of another',
  request: { body: { required: true, content: json(issueBody) } },
  responses: { 201: replyOf('The token, with its text this once.', issuedSchema), ...problems },
});
const list = createRoute({
  method: 'get',
  path: '/tokens',
  tags,
  operationId: 'listTokens',
  summary: "List tokens, newest first: one's own, or those that one may manage",
  request: { query: listQuery },
  responses: { 200: replyOf('One page.', tokensSchema), ...problems },
});
const show = createRoute({
  method: 'get',
  path: '/tokens/{id}',
  tags,
  operationId: 'showToken',
  summary: 'Show a token',
  request: { params: id },
  responses: { 200: replyOf('The token.', tokenSchema), ...problems },
});
const relabel = createRoute({
  method: 'patch',
  path: '/tokens/{id}',
  tags,
  operationId: 'relabelToken',
  summary: 'Give a token another label',
  request: { params: id, body: { required: true, content: json(relabelBody) } },
  responses: { 200: replyOf('The token.', tokenSchema), ...problems },
});
const revoke = createRoute({
  method: 'delete',
  path: '/tokens/{id}',
  tags,
  operationId: 'revokeToken',
  summary: 'End a token at once and for good',
  request: { params: id },
  responses: { 204: { description: 'It has ended, now or before.' }, ...problems },
});
const rotate = createRoute({
  method: 'post',
  path: '/tokens/{id}/rotate',
  tags,
  operationId: 'rotateToken',
  summary: 'Replace a token by a new one',
  request: { params: id, body: { required: false, content: json(rotateBody) } },
  responses: { 201: replyOf('The new token, with its text this once.', rotatedSchema), ...problems },
});
const revokeAll = createRoute({
  method: 'delete',
  path: '/subjects/{id}/tokens',
  tags,
  operationId: 'revokeTokensOfSubject',
  summary: 'End every token of a subject',
  request: { params: id },
  responses: { 200: replyOf('How many it ended.', revokedSchema), ...problems },
});

/** Issue, list, show, relabel, revoke and rotate; who may do what, core decides. Spec: MA, TK-5, PE-5 */
export function tokenRoutes({ engine: { tokens }, base }: Desk): Routes {
  const routes = newRoutes();
  const created = (reply: { readonly token: { readonly id: string } }): Response =>
    jsonReply(201, withInstants(reply), { Location: `${base}/tokens/${reply.token.id}` });

  routes.openapi(issue, async (c) => {
    const { label, subject, scope, expiry } = c.req.valid('json');
    const asked = {
      label,
      ...(subject === undefined ? {} : { subject }),
      ...(scope === undefined ? {} : { scope }),
      ...(expiry === undefined ? {} : { expiry }),
    };
    const issued = await tokens.issue(callerIn(c.env).actor, asked);
    return issued.ok ? created(issued.value) : refusal(issued.problem);
  });
  routes.openapi(list, async (c) => {
    const page = await tokens.list(callerIn(c.env).actor, listRequest(c.req.valid('query')));
    return page.ok ? jsonReply(200, withInstants(page.value)) : refusal(page.problem);
  });
  routes.openapi(show, async (c) => {
    const shown = await tokens.show(callerIn(c.env).actor, c.req.valid('param').id);
    return shown.ok ? jsonReply(200, withInstants(shown.value)) : refusal(shown.problem);
  });
  routes.openapi(relabel, async (c) => {
    const { actor } = callerIn(c.env);
    const { id } = c.req.valid('param');
    const done = await tokens.relabel(actor, id, c.req.valid('json').label);
    if (!done.ok) return refusal(done.problem);
    const shown = await tokens.show(actor, id);
    return shown.ok ? jsonReply(200, withInstants(shown.value)) : refusal(shown.problem);
  });
  routes.openapi(revoke, async (c) => {
    const done = await tokens.revoke(callerIn(c.env).actor, c.req.valid('param').id);
    return done.ok ? emptyReply(204) : refusal(done.problem);
  });
  routes.openapi(rotate, async (c) => {
    const { graceMs, expiry } = c.req.valid('json');
    const asked = {
      ...(graceMs === undefined ? {} : { graceMs }),
      ...(expiry === undefined ? {} : { expiry }),
    };
    const rotated = await tokens.rotate(callerIn(c.env).actor, c.req.valid('param').id, asked);
    return rotated.ok ? created(rotated.value) : refusal(rotated.problem);
  });
  routes.openapi(revokeAll, async (c) => {
    const done = await tokens.revokeAll(callerIn(c.env).actor, c.req.valid('param').id);
    return done.ok ? jsonReply(200, done.value) : refusal(done.problem);
  });
  return routes;
}

/** The filters of a listing as core takes them. */
function listRequest(query: z.output<typeof listQuery>): ListRequest {
  const { subject, label, scope, cursor, limit } = query;
  const created = rangeOf(query.createdFrom, query.createdBefore);
  const used = rangeOf(query.usedFrom, query.usedBefore);
  const expires = rangeOf(query.expiresFrom, query.expiresBefore);
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(label === undefined ? {} : { label }),
    ...(scope === undefined ? {} : { scope }),
    ...(created === undefined ? {} : { created }),
    ...(used === undefined ? {} : { used }),
    ...(expires === undefined ? {} : { expires }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}
