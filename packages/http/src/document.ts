import type { Routes } from './desk.ts';

/** The OpenAPI document of the API, generated from its routes. */
export type OpenApiDocument = ReturnType<Routes['getOpenAPI31Document']>;

/** Generates the OpenAPI 3.1 document of routes that are served at `base`. Spec: MA */
export function documentOf(routes: Routes, base: string): OpenApiDocument {
  const { openAPIRegistry: registry } = routes;
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token.',
  });
  registry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
    description: 'A user name with a token as the password.',
  });
  return routes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Latchkey management API',
      version: '1',
      description:
        "Tokens, settings, decisions and the audit log. Every request is decided by the engine or by the host's session; instants are ISO 8601.",
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: base }],
    security: [{ bearer: [] }, { basic: [] }],
  });
}
