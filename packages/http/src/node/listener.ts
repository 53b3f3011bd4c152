import type { Handler } from '../api.ts';
import { fromNode, type NodeRequest } from './request.ts';

/** What is done to Node's own response, a `ServerResponse`. */
export interface NodeResponse {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  statusCode: number;
  setHeader(name: string, value: string | number): unknown;
  end(body?: Uint8Array): unknown;
}

/** Answers one of Node's own requests; never rejects. */
export type NodeListener = (req: NodeRequest, res: NodeResponse) => Promise<void>;

/**
 * A handler of this package as a listener of node:http, which Express takes as middleware too. It uses the decision
 * in `req.latchkey`, and the parsed body in `req.body` where a parser has read it. Spec: MA, FA
 *
 * @example
 * app.use(latchkey(engine)).use('/api/latchkey', nodeListener(api)); // Express
 */
export function nodeListener(handler: Handler): NodeListener {
  return async (req, res) => {
    const reply = await handler(...fromNode(req));
    const body = reply.body === null ? null : new Uint8Array(await reply.arrayBuffer());
    if (res.headersSent || res.destroyed) return;
    res.statusCode = reply.status;
    for (const [name, value] of reply.headers) res.setHeader(name, value);
    if (body === null) return void res.end();
    res.setHeader('Content-Length', body.byteLength);
    res.end(body);
  };
}
