import { createRoute, z } from '@hono/zod-openapi';
import { hostTokenSection, parseSettings, reviewSettings } from '@latchkey/core';
import { loadAsAdministrator } from '../administrator.ts';
import { callerIn, type Desk, newRoutes, type Routes } from '../desk.ts';
import { settingsRefusal } from '../refusal.ts';
import { jsonReply } from '../reply.ts';
import { entityTag, revisionIn } from '../revision.ts';
import { json, problems, replyOf } from '../schema/problem.ts';
import { loadedSchema, reviewedSchema, savedSchema, settingsSchema } from '../schema/settings.ts';

const tags = ['settings'];
const etag = {
  ETag: { description: 'The revision, for If-Match.', schema: { type: 'string' as const }, required: true },
};

function declare(desk: Desk) {
  const settings = settingsSchema(desk.host);
  const body = { required: true, content: json(settings) };
  return {
    load: createRoute({
      method: 'get',
      path: '/settings',
      tags,
      operationId: 'loadSettings',
      summary: 'The settings that stand',
      responses: {
        200: { ...replyOf('The settings and their revision.', loadedSchema(settings)), headers: etag },
        ...problems,
      },
    }),
    save: createRoute({
      method: 'put',
      path: '/settings',
      tags,
      operationId: 'saveSettings',
      summary: 'Save settings over the revision they were read at',
      request: {
        headers: z.object({
          'if-match': z.string().optional().openapi({ description: 'The ETag; required.' }),
        }),
        body,
      },
      responses: {
        200: { ...replyOf('They are saved.', savedSchema(settings)), headers: etag },
        ...problems,
      },
    }),
    review: createRoute({
      method: 'post',
      path: '/settings/review',
      tags,
      operationId: 'reviewSettings',
      summary: 'What an experienced administrator would say about settings',
      request: { body },
      responses: { 200: replyOf('The findings; they prevent nothing.', reviewedSchema), ...problems },
    }),
  };
}

/** Load, save and review settings, for administrators. Spec: MA, SE-5, RE-1, HT-1 */
export function settingsRoutes(desk: Desk): Routes {
  const { engine, host, hostVersion } = desk;
  const declared = declare(desk);
  const routes = newRoutes();

  routes.openapi(declared.load, async (c) => {
    const loaded = await engine.settings.load(callerIn(c.env).actor);
    if (!loaded.ok) return settingsRefusal(loaded.problem);
    const section = hostTokenSection(host, hostVersion);
    return jsonReply(
      200,
      { ...loaded.value, hostTokenSection: section },
      { ETag: entityTag(loaded.value.revision) },
    );
  });
  routes.openapi(declared.save, async (c) => {
    const revision = revisionIn(c.env.input.headers);
    if (!revision.ok) return revision.problem;
    const saved = await engine.settings.save(callerIn(c.env).actor, c.req.valid('json'), revision.value);
    if (!saved.ok) return settingsRefusal(saved.problem);
    return jsonReply(200, saved.value, { ETag: entityTag(saved.value.revision) });
  });
  routes.openapi(declared.review, async (c) => {
    const standing = await loadAsAdministrator(engine, callerIn(c.env).actor);
    if (!standing.ok) return settingsRefusal(standing.problem);
    const parsed = parseSettings(c.req.valid('json'), host);
    if (!parsed.ok) return settingsRefusal(parsed.problem);
    const before = standing.value?.settings ?? null;
    const findings = reviewSettings(parsed.value, host, {
      ...(before === null ? {} : { before }),
      ...(hostVersion === undefined ? {} : { hostVersion }),
    });
    return jsonReply(200, { findings });
  });
  return routes;
}
