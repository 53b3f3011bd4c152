import type { IncomingMessage } from 'node:http';
import type { RequestInput } from '@latchkey/core';

/** The request as it arrived: raw target, raw header lines in order, the socket's own address. Spec: BI-2 */
export function requestInput(req: IncomingMessage): RequestInput {
  const { rawHeaders } = req;
  const headers: [name: string, value: string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return { method: req.method ?? '', target: req.url ?? '', headers, peer: req.socket.remoteAddress };
}
