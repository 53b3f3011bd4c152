import { z } from '@hono/zod-openapi';
import { instantOrNull, scope, validity } from './vocabulary.ts';

/** Who asks, and what the token page is for them. Spec: PE-3, VA-2, SC-3, SC-5 */
export const meSchema = z
  .strictObject({
    subject: z.string(),
    administrator: z.boolean(),
    authenticatedBy: z.enum(['token', 'session']),
    tokenId: z.string().nullable(),
    tokenPage: z.strictObject({
      link: z.boolean(),
      page: z.enum(['form', 'notice']),
      mayCreateFor: z.enum(['self', 'others', 'both', 'nobody']),
    }),
    choices: z.strictObject({
      maximum: validity,
      validity: z.array(validity),
      scope: z.strictObject({ self: z.array(scope), others: z.array(scope) }),
      notAfter: instantOrNull.openapi({
        description: 'New tokens end no later: the end of the token or session that asks.',
      }),
    }),
  })
  .openapi('Me');
