import { z } from '@hono/zod-openapi';
import { changeSchema } from './settings.ts';
import { instant, instantOrNull, next, paging, scope } from './vocabulary.ts';

/** Who did it, with which token if any, and from where. Spec: TK-7 */
const origin = {
  at: instant,
  actor: z.string(),
  actorTokenId: z.string().nullable(),
  address: z.string().nullable(),
};
const token = { tokenId: z.string(), subject: z.string() };
const issued = { scope, expiresAt: instantOrNull };
const decided = {
  ...origin,
  actor: z.string().nullable(),
  row: z.string(),
  reason: z.string(),
};

/** Every kind of event that the log holds. Spec: TK-7 */
export const eventKinds = [
  'token-issued',
  'token-rotated',
  'token-relabelled',
  'token-revoked',
  'tokens-purged',
  'settings-changed',
  'request-accepted',
  'request-refused',
  'request-deferred',
] as const;

const eventSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('token-issued'), ...origin, ...token, ...issued }),
    z.strictObject({
      kind: z.literal('token-rotated'),
      ...origin,
      ...token,
      ...issued,
      replacedBy: z.string(),
      endsAt: instant,
    }),
    z.strictObject({ kind: z.literal('token-relabelled'), ...origin, ...token }),
    z.strictObject({ kind: z.literal('token-revoked'), ...origin, ...token }),
    z.strictObject({
      kind: z.literal('tokens-purged'),
      ...origin,
      tokenIds: z.array(z.string()),
      endedBefore: instant,
    }),
    z.strictObject({
      kind: z.literal('settings-changed'),
      ...origin,
      revision: z.int(),
      changes: z.array(changeSchema),
    }),
    z.strictObject({ kind: z.literal('request-accepted'), ...decided }),
    z.strictObject({ kind: z.literal('request-refused'), ...decided }),
    z.strictObject({ kind: z.literal('request-deferred'), ...decided }),
  ])
  .openapi('AuditEvent');

/** One page of the log, newest first. */
export const auditSchema = z
  .strictObject({
    entries: z.array(z.strictObject({ position: z.string(), event: eventSchema })),
    next,
  })
  .openapi('AuditPage');

/** Which events to list. */
export const auditQuery = z.strictObject({
  kind: z.enum(eventKinds).optional(),
  actor: z.string().optional(),
  tokenId: z.string().optional(),
  from: instant.optional(),
  before: instant.optional(),
  ...paging,
});
