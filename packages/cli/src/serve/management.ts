import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type ManagementOptions, managementApi, type SessionOf } from '@latchkey/http';
import { requestInput } from '@latchkey/node';
import type { LoginOf } from './login.ts';
import type { Site } from './site.ts';

/** Whoever the host's own login knows by password or session; the engine has told it whether to ask. Spec: MA-1 */
export const personalSession =
  (login: LoginOf): SessionOf =>
  async (_request, { input, decision }) => {
    const outcome = await login(input, decision);
    if (outcome === 'busy') throw new Error('Too many logins at once.');
    if (outcome === 'unavailable') throw new Error('It could not be found out who is asking.');
    return typeof outcome === 'string' ? null : { subject: outcome.caller.subject };
  };

/** The management API below its mount path, and the site for everything else; both behind the policy. Spec: MA */
export function withManagement(options: ManagementOptions, site: Site): Site {
  const base = `${options.host.contextPath}${options.host.mountPath}`;
  const api = managementApi(options);
  const listener = getRequestListener(
    (request, env) => {
      const { incoming } = env as HttpBindings;
      const { latchkey: decision } = incoming as IncomingMessage;
      const input = requestInput(incoming as IncomingMessage);
      return api(request, decision === undefined ? input : { ...input, decision });
    },
    { overrideGlobalObjects: false },
  );
  return async (req: IncomingMessage, res: ServerResponse) => {
    const [path = ''] = (req.url ?? '').split('?', 1);
    await (path === base || path.startsWith(`${base}/`) ? listener(req, res) : site(req, res));
  };
}
