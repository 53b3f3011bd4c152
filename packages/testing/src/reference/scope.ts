import type { HostProfile, RequestInput, Scope } from '@latchkey/core';
import type { ReferenceTarget } from './target.ts';
import { headerValues } from './text.ts';

const READS = ['GET', 'HEAD', 'OPTIONS'];
const OVERRIDE_HEADERS = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
const OVERRIDE_PARAMETERS = ['_method', 'x-http-method-override'];

/** Whether a token's scope covers a request. Spec: SC-1, SC-2, SC-4. */
export function scopeOf(
  scope: Scope,
  request: RequestInput,
  target: ReferenceTarget,
  host: HostProfile,
): 'covers' | 'exceeds' {
  if (scope === 'read-write') return 'covers';
  const overrides = overridesOf(request);
  if (overrides.length > 1) return 'exceeds';
  if (overrides.length === 1 && !READS.includes(overrides[0] ?? '')) return 'exceeds';
  if (READS.includes(request.method)) return 'covers';
  if (isExempt(request.method, target, host)) return 'covers';
  return 'exceeds';
}

/** Every value that asks for another method, from headers and from the query. Spec: SC-4. */
function overridesOf(request: RequestInput): string[] {
  const values: string[] = [];
  for (const name of OVERRIDE_HEADERS) values.push(...headerValues(request.headers, name));
  const mark = request.target.indexOf('?');
  if (mark === -1) return values;
  for (const pair of request.target.slice(mark + 1).split('&')) {
    const equals = pair.indexOf('=');
    const name = equals === -1 ? pair : pair.slice(0, equals);
    if (!OVERRIDE_PARAMETERS.includes(unescaped(name).toLowerCase())) continue;
    values.push(equals === -1 ? '' : pair.slice(equals + 1));
  }
  return values;
}

function unescaped(name: string): string {
  return name.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** Whether method and raw path are exactly those of an exempt endpoint. Spec: SC-2, TA-5. */
function isExempt(method: string, target: ReferenceTarget, host: HostProfile): boolean {
  if (target.suspicious) return false;
  if (method === 'POST' && target.path === `${host.contextPath}${host.mountPath}/tokens`) return true;
  for (const endpoint of host.exempt) {
    if (method === endpoint.method && target.path === host.contextPath + endpoint.path) return true;
  }
  return false;
}
