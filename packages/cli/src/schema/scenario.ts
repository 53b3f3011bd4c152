import { type HostProfile, settingsJsonSchema } from '@latchkey/core';
import * as z from 'zod/mini';
import { scenarioSchema } from '../scenario/schema.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A schema of which no part is required any more; a choice of shapes may then fit more than one of them. */
function partial(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(partial);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'required')
      .map(([key, value]) => [key === 'oneOf' ? 'anyOf' : key, partial(value)]),
  );
}

/**
 * The JSON Schema (draft 2020-12) of a scenario file, its settings as partial ones of a host. It describes the
 * form; instants, tokens and ranges are judged further when the file is read. Spec: CL, SF
 */
export function scenarioJsonSchema(host: HostProfile): unknown {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input' }) as { readonly properties?: object };
  const { $schema: _, ...settings } = settingsJsonSchema(host) as { readonly [key: string]: Json };
  return { ...schema, properties: { ...schema.properties, settings: partial(settings) } };
}
