import type { IncomingMessage, ServerResponse } from 'node:http';
import { isTokenText, parseCredential, tokenId } from '@latchkey/core';
import { pino } from 'pino';
import { printable, withholdTokens } from '../output/text.ts';

/** The most characters of a path that a line shows. */
const longestPath = 200;

/** Notes one request; `startedAt` is its `performance.now()` at arrival. */
export type AccessLog = (req: IncomingMessage, res: ServerResponse, peer: string, startedAt: number) => void;

/**
 * One line of JSON on each answered request: level, time, method, path, status, effect, row, the administrator's reason,
 * token id, client, ms. Never a secret: no query, no user name, no credential but the public id of one in our
 * format. `write` gets the line without its end. Spec: TK-1, TK-3
 */
export function accessLog(write: (line: string) => void): AccessLog {
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    // What JSON leaves unescaped but a terminal obeys stands within strings only, where the escape means the same.
    { write: (line) => write(printable(line.trimEnd())) },
  );
  return (req, res, peer, startedAt) => {
    const { latchkey: decision, method } = req;
    log.info({
      method: method ?? null,
      path: pathOf(req.url ?? ''),
      // Null where the client left before the answer was out.
      status: res.writableFinished ? res.statusCode : null,
      effect: decision?.effect ?? null,
      row: decision?.row ?? null,
      reason: decision?.reason ?? null,
      tokenId: presentedId(req),
      client: decision?.client?.kind === 'resolved' ? decision.client.address : peer,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
    });
  };
}

/** The path in origin form without its query; an absolute target may hold a password before its host. */
function pathOf(target: string): string {
  if (!target.startsWith('/')) return target === '*' ? '*' : '(absolute)';
  const [path = ''] = target.split('?', 1);
  return withholdTokens(path).slice(0, longestPath);
}

function presentedId(req: IncomingMessage): string | null {
  const credential = parseCredential(req.headersDistinct['authorization'] ?? []);
  return credential.kind === 'presented' && isTokenText(credential.secret)
    ? tokenId(credential.secret)
    : null;
}
