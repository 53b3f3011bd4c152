import { z } from '@hono/zod-openapi';
import { validities } from '@latchkey/core';

/** An instant on the wire: ISO 8601 with a time and an offset. */
export const instant = z.iso.datetime({ offset: true });

/** A named schema, or null: `nullable` of a reference would ask for both at once. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.null()]);

/** An instant, or null for never. */
export const instantOrNull = instant.nullable();

/** What a token may do. Spec: SC-1 */
export const scope = z.enum(['read-only', 'read-write']);

/** How long a token may live. Spec: VA-1 */
export const validity = z.enum(validities);

/** When a new token is to end; absent for the longest allowed. Spec: VA-4 */
export const expiry = z.union([z.strictObject({ validity }), z.strictObject({ at: z.string() })]).openapi({
  description: 'One of the validities, or a date and time within the bounds (ISO 8601 with an offset).',
});

/** The query parameters of every list. Spec: MA-2 */
export const paging = {
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/)
    .optional()
    .openapi({ description: 'How many entries a page has, 1 to 1000; 50 where absent.' }),
  cursor: z.string().optional().openapi({ description: '`next` of the page before.' }),
};

/** Where the following page begins; null on the last. */
export const next = z.string().nullable();

/** The parts of a request as the engine reads it. */
export const requestParts = {
  method: z.string(),
  target: z.string().openapi({ description: 'As on the request line.' }),
  headers: z
    .array(z.tuple([z.string(), z.string()]).openapi({ minItems: 2, maxItems: 2 }))
    .openapi({ description: 'Lines in order of arrival.' }),
  peer: z.string().optional().openapi({ description: "The socket's remote address." }),
};
