import type { IncomingMessage } from 'node:http';
import { pairedHeaderLines, type RequestInput } from '@latchkey/core';

/** The request as it arrived: raw target, raw header lines in order, the socket's own address. Spec: BI-2 */
export function requestInput({ method, url, rawHeaders, socket }: IncomingMessage): RequestInput {
  return {
    method: method ?? '',
    target: url ?? '',
    headers: pairedHeaderLines(rawHeaders),
    peer: socket.remoteAddress,
  };
}
