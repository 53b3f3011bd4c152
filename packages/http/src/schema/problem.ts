import { z } from '@hono/zod-openapi';

/** A place in an input: keys and indexes from the outside in. */
const path = z.array(z.union([z.string(), z.int()]));

/** One thing wrong, at one place. */
const error = z.strictObject({
  path,
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

/** An RFC 9457 problem document. Spec: MA-2 */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    reason: z.string().openapi({ description: 'A stable kebab-case code.' }),
    errors: z.array(error).optional(),
  })
  .openapi('Problem');

/** One line of a review of settings. Spec: RE-1 */
export const findingSchema = z
  .strictObject({
    code: z.string(),
    severity: z.enum(['warning', 'recommendation']),
    path,
    message: z.string(),
    remedy: z.string(),
  })
  .openapi('Finding');

/** One thing wrong with a settings document. */
export const issueSchema = error.openapi('Issue');

/** JSON under a schema, as the content of a request or a reply. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });

/** The description of a reply; its type says nothing of the content, so that handlers may answer problems too. */
export const replyOf = (description: string, schema: z.ZodType): { readonly description: string } => ({
  description,
  ...{ content: json(schema) },
});

/** The reply of every route that something is wrong with. Spec: MA-2 */
export const problems: { readonly default: { readonly description: string } } = {
  default: {
    description: 'A problem; `reason` says which.',
    ...{ content: { 'application/problem+json': { schema: problemSchema } } },
  },
};
