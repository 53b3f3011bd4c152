import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Result } from '@latchkey/core';

/** An error answer of the sample host, sent as RFC 9457 problem details. */
export interface Problem {
  readonly status: 400 | 401 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The most bytes that a request body may have. */
const mostBodyBytes = 64 * 1024;

/** Sends a value as JSON; answers are personal, so they are not to be stored. */
export function sendJson(
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (res.headersSent || res.destroyed) return;
  const text = `${JSON.stringify(value)}\n`;
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  res.end(text);
}

/** Sends an error as problem details. */
export const sendProblem = (res: ServerResponse, { status, title, detail, headers }: Problem): void =>
  sendJson(
    res,
    status,
    { type: 'about:blank', title, status, detail },
    { ...headers, 'Content-Type': 'application/problem+json' },
  );

const tooLarge: Problem = {
  status: 413,
  title: 'Content Too Large',
  detail: `A body has at most ${mostBodyBytes} bytes.`,
  // The rest of the body is not read, so the connection cannot be used again.
  headers: { Connection: 'close' },
};
const notJson: Problem = { status: 400, title: 'Bad Request', detail: 'The body is not JSON in UTF-8.' };
const notJsonType: Problem = {
  status: 415,
  title: 'Unsupported Media Type',
  detail: 'The body has to be sent with Content-Type: application/json.',
};

/**
 * The JSON in a request's body, or the problem to answer with. The content type is required, because a page of
 * another origin cannot send it without asking first.
 */
export async function readJson(req: IncomingMessage): Promise<Result<unknown, Problem>> {
  if (!/^application\/json[ \t]*(;|$)/i.test(req.headers['content-type'] ?? ''))
    return { ok: false, problem: notJsonType };
  if (Number(req.headers['content-length'] ?? 0) > mostBodyBytes) return { ok: false, problem: tooLarge };
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving a plain loop early would destroy the socket that the answer still has to go out on.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBodyBytes) return { ok: false, problem: tooLarge };
    chunks.push(chunk);
  }
  try {
    return {
      ok: true,
      value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))),
    };
  } catch {
    return { ok: false, problem: notJson };
  }
}
