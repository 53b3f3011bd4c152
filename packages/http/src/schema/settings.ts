import { z } from '@hono/zod-openapi';
import { type HostProfile, settingsJsonSchema } from '@latchkey/core';
import { findingSchema, issueSchema } from './problem.ts';
import { orNull } from './vocabulary.ts';

/** A settings document, described by core's own schema and judged by core alone. Spec: SE */
export function settingsSchema(host: HostProfile) {
  const { $schema: _dialect, ...described } = settingsJsonSchema(host);
  return z.unknown().openapi('Settings', described);
}

/** The settings that stand, for administrators. Spec: SE-4, SE-5, HT-1 */
export const loadedSchema = (settings: z.ZodType) =>
  z
    .strictObject({
      revision: z.int(),
      settings: orNull(settings).openapi({ description: 'Null where what is saved is not valid any more.' }),
      document: z.unknown().openapi({ description: 'What is saved, as it stands.' }),
      problems: z.array(issueSchema),
      hostTokenSection: z.enum(['visible', 'hidden']),
    })
    .openapi('LoadedSettings');

/** What a save answered. Spec: SE-5, RE-1 */
export const savedSchema = (settings: z.ZodType) =>
  z.strictObject({ revision: z.int(), settings, findings: z.array(findingSchema) }).openapi('SavedSettings');

/** The findings of a document that is not saved. Spec: RE-1 */
export const reviewedSchema = z.strictObject({ findings: z.array(findingSchema) }).openapi('SettingsReview');

/** One changed place of the settings. Spec: TK-7 */
export const changeSchema = z
  .strictObject({
    path: z.array(z.union([z.string(), z.int()])),
    before: z.string().nullable().openapi({ description: 'JSON text.' }),
    after: z.string().nullable().openapi({ description: 'JSON text.' }),
  })
  .openapi('SettingsChange');
