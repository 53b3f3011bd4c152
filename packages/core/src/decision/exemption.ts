import type { Target } from '../parse/target.ts';
import type { HostProfile } from '../settings/hosts.ts';

/** Which exempt endpoint the request is for, if any. Spec: SC-2 */
export type Exemption = 'none' | 'session' | 'create-token' | 'listed';

/** The exempt endpoint that a request is for: exact method, exact raw path, never a suspicious target. Spec: SC-2 */
export function exemptionOf(method: string, target: Target, host: HostProfile): Exemption {
  if (target.suspicious) return 'none';
  const { contextPath, mountPath, exempt } = host;
  if (method === 'POST' && target.path === `${contextPath}${mountPath}/tokens`) return 'create-token';
  for (const endpoint of exempt)
    if (endpoint.method === method && target.path === contextPath + endpoint.path)
      return endpoint.session ? 'session' : 'listed';
  return 'none';
}
