import { z } from '@hono/zod-openapi';
import { problemSchema } from './problem.ts';
import { instantOrNull, orNull, requestParts, scope } from './vocabulary.ts';

/** A request as the engine reads it. */
export const requestBody = z.strictObject(requestParts).openapi('RequestInput');

const fact = z.enum(['surface', 'path', 'credential', 'fallback', 'address', 'token', 'scope', 'attempts']);

/** The client of a request, with every hop on the way. Spec: PX */
const client = z
  .strictObject({
    kind: z.enum(['resolved', 'unresolved']),
    address: z.string().optional(),
    source: z.enum(['peer', 'header']).optional(),
    why: z.string().optional(),
    trail: z.array(
      z.strictObject({
        text: z.string(),
        from: z.enum(['peer', 'header']),
        trust: z.enum(['trusted', 'untrusted', 'malformed']),
      }),
    ),
    anomalies: z.array(z.string()),
  })
  .openapi('Client');

/** Why a request would be decided as it is. Spec: DE-4 */
export const explanationSchema = z
  .strictObject({
    effect: z.enum(['allow', 'deny', 'defer']),
    status: z.int().nullable(),
    row: z.string(),
    reason: z.string().openapi({ description: "The administrator's reason, not the public one." }),
    words: z.string(),
    principal: z.strictObject({ subject: z.string(), tokenId: z.string(), scope }).nullable(),
    obligations: z.array(
      z.strictObject({
        do: z.enum(['record-use', 'limit-session', 'report-password-outcome', 'withhold-credential']),
        tokenId: z.string().optional(),
        scope: scope.optional(),
        notAfter: instantOrNull.optional(),
      }),
    ),
    answer: orNull(problemSchema).openapi({ description: 'What the caller is told on a deny.' }),
    client: orNull(client),
    facts: z.array(
      z.strictObject({ fact, value: z.string().nullable(), needed: z.boolean(), because: z.string() }),
    ),
    counterfactuals: z.array(
      z.strictObject({
        changes: z.array(
          z.strictObject({ fact, from: z.string().nullable(), to: z.string(), how: z.string() }),
        ),
      }),
    ),
  })
  .openapi('Explanation');
