import { classifyTarget, type HostProfile } from '@latchkey/core';
import type { Routes } from './desk.ts';

/**
 * The path of a target below the place where the API is mounted; null for one that lies elsewhere, or that servers
 * may read in different ways: what is routed has to be what was decided. Spec: TA, BI-2
 */
export function pathBelow(base: string, target: string, host: HostProfile): string | null {
  const { path, suspicious } = classifyTarget(target, host);
  if (suspicious || !path.startsWith(`${base}/`)) return null;
  const below = path.slice(base.length);
  // The URL that the routes are asked with must not read the path anew either.
  const url = `http://latchkey.invalid${below}`;
  return URL.canParse(url) && new URL(url).pathname === below ? below : null;
}

/** The methods that a path has, HEAD and OPTIONS among them; empty where there is no such path. */
export function methodsOf(routes: Routes, ...extra: readonly string[]): (path: string) => readonly string[] {
  const declared = routes.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route'
      ? [{ method: definition.route.method.toUpperCase(), path: definition.route.path }]
      : [],
  );
  const known = [...declared, ...extra.map((path) => ({ method: 'GET', path }))].map(({ method, path }) => ({
    method,
    form: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  return (path) => {
    const methods = known.filter(({ form }) => form.test(path)).map(({ method }) => method);
    if (methods.length === 0) return [];
    return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
  };
}
