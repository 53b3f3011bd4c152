import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTokenText, parseCredential, tokenId } from '@latchkey/core';
import { printable, withholdTokens } from '../output/text.ts';

/** The most characters of a path that a line shows. */
const longestPath = 200;

/**
 * One line on an answered request: method, path, status, effect, row, client, token id. Never a secret: no
 * query, no user name, no credential but the public id of one in our format. Spec: TK-1, TK-3
 */
export function accessLine(req: IncomingMessage, res: ServerResponse, peer: string): string {
  const decision = req.latchkey;
  const client = decision?.client?.kind === 'resolved' ? decision.client.address : peer;
  const id = presentedId(req);
  return [
    req.method ?? '-',
    pathOf(req.url ?? ''),
    res.writableFinished ? String(res.statusCode) : 'aborted',
    decision?.effect ?? '-',
    decision?.row ?? '-',
    `client=${client}`,
    ...(id === null ? [] : [`token=${id}`]),
  ].join(' ');
}

/** The path in origin form without its query; an absolute target may hold a password before its host. */
function pathOf(target: string): string {
  if (!target.startsWith('/')) return target === '*' ? '*' : '(absolute)';
  const [path = ''] = target.split('?', 1);
  return withholdTokens(printable(path)).slice(0, longestPath);
}

function presentedId(req: IncomingMessage): string | null {
  const credential = parseCredential(req.headersDistinct['authorization'] ?? []);
  return credential.kind === 'presented' && isTokenText(credential.secret)
    ? tokenId(credential.secret)
    : null;
}
