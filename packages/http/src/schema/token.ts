import { z } from '@hono/zod-openapi';
import { findingSchema } from './problem.ts';
import { expiry, instant, instantOrNull, next, paging, scope } from './vocabulary.ts';

/** A token as it may be shown: never its digest, never its text. Spec: TK-2 */
export const tokenSchema = z
  .strictObject({
    id: z.string(),
    label: z.string(),
    subject: z.string(),
    issuedBy: z.string(),
    scope,
    status: z.enum(['live', 'expired', 'revoked']),
    createdAt: instant,
    expiresAt: instantOrNull,
    endsAt: instantOrNull.openapi({ description: 'When it ends by the rules in force.' }),
    lastUsedAt: instantOrNull,
    revokedAt: instantOrNull,
    revokedBy: z.string().nullable(),
    replaces: z.string().nullable(),
  })
  .openapi('Token');

/** The text of a new token. */
const text = z.string().openapi({ description: 'The token itself. It is shown this once and kept nowhere.' });

/** A created token. Spec: TK-2, PE-4 */
export const issuedSchema = z
  .strictObject({ text, token: tokenSchema, findings: z.array(findingSchema) })
  .openapi('IssuedToken');

/** A rotated token. Spec: TK-5 */
export const rotatedSchema = z
  .strictObject({ text, token: tokenSchema, oldEndsAt: instant })
  .openapi('RotatedToken');

/** One page of tokens. */
export const tokensSchema = z.strictObject({ tokens: z.array(tokenSchema), next }).openapi('TokenPage');

/** How many tokens of a subject were ended. */
export const revokedSchema = z.strictObject({ revoked: z.int() }).openapi('RevokedCount');

/** What a new token is asked to be. Spec: SC-3, VA-4, PE-4 */
export const issueBody = z
  .strictObject({
    label: z.string(),
    subject: z.string().optional().openapi({
      description:
        'Whom the token acts as; another than oneself with the permission to create on behalf only.',
    }),
    scope: scope.optional(),
    expiry: expiry.optional(),
  })
  .openapi('IssueRequest');

/** What may be changed of a token: nothing that decides what it may do. */
export const relabelBody = z.strictObject({ label: z.string() }).openapi('RelabelRequest');

/** How a token is to be replaced. Spec: TK-5 */
export const rotateBody = z
  .strictObject({
    graceMs: z
      .number()
      .optional()
      .openapi({ description: 'How long the old secret still works, 0 to 7 days in ms.' }),
    expiry: expiry.optional(),
  })
  .openapi('RotateRequest');

/** Which tokens to list. Spec: TK-5 */
export const listQuery = z.strictObject({
  subject: z.string().optional(),
  label: z.string().optional().openapi({ description: 'Text that the label contains, in any case.' }),
  scope: scope.optional(),
  createdFrom: instant.optional(),
  createdBefore: instant.optional(),
  usedFrom: instant.optional(),
  usedBefore: instant.optional(),
  expiresFrom: instant.optional(),
  expiresBefore: instant.optional(),
  ...paging,
});
