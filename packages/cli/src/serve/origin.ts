import type { IncomingMessage, ServerResponse } from 'node:http';
import { fromNode, refuseForeign } from '@latchkey/http';
import { requestInput } from '@latchkey/node';
import { sendJson } from './json.ts';

/** Answers a write that does not come from a page of the same origin; false lets the request through. Spec: MA-1 */
export type ForeignGuard = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** The check of the management API for the host's own paths; `origins` are the pages that may write. */
export const foreignGuard =
  (origins: readonly string[] | null): ForeignGuard =>
  async (req, res) => {
    const [{ url }] = fromNode(req);
    const reply = refuseForeign(requestInput(req), { url, origins });
    if (reply === null) return false;
    sendJson(res, reply.status, await reply.json(), { 'Content-Type': 'application/problem+json' });
    return true;
  };
