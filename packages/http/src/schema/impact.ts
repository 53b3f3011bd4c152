import { z } from '@hono/zod-openapi';
import { changeSchema } from './settings.ts';
import { instantOrNull, requestParts } from './vocabulary.ts';

/** A request to replay; the name is shown as it stands, so it must hold no secret. Spec: IM-1 */
export const recordedRequest = z.strictObject({ ...requestParts, name: z.string().optional() });

/** A document, with what to judge it by beside the tokens that there are. Spec: IM-1 */
export const impactBody = (settings: z.ZodType) =>
  z
    .strictObject({
      settings,
      users: z
        .array(
          z.strictObject({
            id: z.string(),
            active: z.boolean(),
            administrator: z.boolean(),
            groups: z.array(z.string()),
          }),
        )
        .optional(),
      requests: z.array(recordedRequest).optional(),
    })
    .openapi('ImpactRequest');

const verdict = z.strictObject({
  effect: z.enum(['allow', 'deny', 'defer']),
  row: z.string(),
  reason: z.string(),
  status: z.int().optional(),
});
const grants = z.strictObject({ gain: z.array(z.string()), lose: z.array(z.string()) });
const side = z.strictObject({
  token: z.enum(['live', 'expired', 'revoked', 'subject-inactive', 'use-not-granted']),
  endsAt: instantOrNull,
});
const tokens = z.array(z.strictObject({ id: z.string(), subject: z.string(), before: side, after: side }));

/** What saving a document would change. Spec: IM-1 */
export const impactSchema = z
  .strictObject({
    changes: z.array(changeSchema),
    addresses: z.strictObject({
      becomeRefused: z.array(z.string()),
      becomeAllowed: z.array(z.string()),
      unresolvedBecome: z.enum(['refused', 'allowed']).nullable(),
      proxyChanged: z.boolean(),
      proxiesGained: z.array(z.string()),
      proxiesLost: z.array(z.string()),
    }),
    grants: z.strictObject({ use: grants, create: grants, createOnBehalf: grants }),
    tokens: z.strictObject({ stop: tokens, start: tokens, change: tokens }),
    requests: z.array(
      z.strictObject({
        index: z.int(),
        name: z.string().nullable(),
        before: verdict,
        after: verdict,
        becomesDeferred: z.boolean(),
      }),
    ),
    locksOutActor: z.boolean().nullable(),
    actor: z
      .strictObject({ subject: z.string(), before: verdict, after: verdict, why: z.string() })
      .nullable(),
  })
  .openapi('Impact');
