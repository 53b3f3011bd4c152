import { createRoute } from '@hono/zod-openapi';
import { type Scope, tokenPage, validityChoices } from '@latchkey/core';
import type { Caller } from '../caller.ts';
import { within } from '../deadline.ts';
import { callerIn, type Desk, newRoutes, type Routes } from '../desk.ts';
import { withInstants } from '../instants.ts';
import { refusal } from '../refusal.ts';
import { jsonReply } from '../reply.ts';
import { meSchema } from '../schema/me.ts';
import { problems, replyOf } from '../schema/problem.ts';
import { standingSettings } from '../standing.ts';

const me = createRoute({
  method: 'get',
  path: '/me',
  tags: ['me'],
  operationId: 'showMe',
  summary: 'Who asks, what the token page is for them, and what they may choose',
  responses: { 200: replyOf('The caller.', meSchema), ...problems },
});

const both: readonly Scope[] = ['read-only', 'read-write'];

/** How long the directory may take, in ms. */
const deadlineMs = 2_000;

/** Who asks, as the directory and the settings that stand know them. Spec: MA, PE-3, VA-2, SC-3, SC-5 */
export function meRoutes(desk: Desk): Routes {
  const routes = newRoutes();
  routes.openapi(me, async (c) => {
    const caller = callerIn(c.env);
    const { actor, by } = caller;
    const [user, standing, bounds] = await Promise.all([
      within(deadlineMs, () => desk.directory.find(actor.subject)),
      standingSettings(desk.settings, desk.host),
      boundsOf(caller, desk),
    ]);
    if (user === 'unavailable') return refusal({ ...outage, message: 'The directory did not answer.' });
    if (!standing.ok) return refusal(standing.problem);
    if (!bounds.ok) return refusal(bounds.problem);
    if (user === null || !user.active)
      return refusal({ code: 'not-permitted', path: [], message: 'The user is unknown or inactive.' });
    const settings = standing.value;
    const page = tokenPage(user, { settings });
    const may = (whom: 'self' | 'others') => page.mayCreateFor === whom || page.mayCreateFor === 'both';
    const scopes = bounds.value.scope === 'read-only' ? both.slice(0, 1) : both;
    const own = settings.permissions.create.readOnly ? both.slice(0, 1) : scopes;
    return jsonReply(
      200,
      withInstants({
        subject: actor.subject,
        administrator: user.administrator,
        authenticatedBy: by,
        tokenId: actor.tokenId ?? null,
        tokenPage: page,
        choices: {
          maximum: settings.validity.maximum,
          validity: validityChoices(settings),
          scope: { self: may('self') ? own : [], others: may('others') ? scopes : [] },
          notAfter: bounds.value.notAfter,
        },
      }),
    );
  });
  return routes;
}

const outage = { code: 'unavailable', path: [] } as const;

/** The scope and end that what the caller creates cannot exceed. Spec: SC-5 */
async function boundsOf({ actor }: Caller, { engine }: Desk) {
  const { limits, tokenId = null } = actor;
  const session = { scope: limits?.scope ?? ('read-write' as Scope), notAfter: limits?.notAfter ?? null };
  if (tokenId === null) return { ok: true, value: session } as const;
  const shown = await engine.tokens.show(actor, tokenId);
  return shown.ok
    ? ({ ok: true, value: { scope: shown.value.scope, notAfter: shown.value.endsAt } } as const)
    : shown;
}
