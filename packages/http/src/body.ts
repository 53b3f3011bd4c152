import type { Result } from '@latchkey/core';
import { problem } from './reply.ts';

/** The most bytes that a request body may have. Spec: MA-2 */
export const mostBodyBytes = 64 * 1024;

/** JSON by its media type, in UTF-8 or without a word about it. */
const jsonType = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?$/i;

const refused = (reply: Response): Result<never, Response> => ({ ok: false, problem: reply });

const tooLarge = (): Result<never, Response> =>
  refused(problem(413, { reason: 'body-too-large', detail: `A body has at most ${mostBodyBytes} bytes.` }));

const malformed = (detail: string): Result<never, Response> =>
  refused(problem(400, { reason: 'body-malformed', detail }));

/**
 * The text of a JSON body, null where there is none, or the problem to answer with. What arrives is counted while
 * it is read, whatever the length that was announced. `parsed` is what somebody else has made of a body that is used
 * up; without it nothing can be said, which is a mistake of the host's. Spec: MA-2
 */
export async function readBody(
  request: Request,
  parsed: unknown,
): Promise<Result<string | null, Response> | 'lost'> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBodyBytes) return tooLarge();
  if (request.bodyUsed && parsed === undefined) return 'lost';
  const bytes = request.bodyUsed ? bytesOf(parsed) : await readBytes(request);
  if (bytes === 'broken') return malformed('The body broke off.');
  if (bytes === 'too-large' || bytes.length > mostBodyBytes) return tooLarge();
  if (bytes.length === 0) return { ok: true, value: null };
  if (!jsonType.test(request.headers.get('content-type') ?? '') || request.headers.has('content-encoding'))
    return refused(
      problem(415, {
        reason: 'body-not-json',
        detail: 'A body is sent with Content-Type: application/json, in UTF-8 and not compressed.',
      }),
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return malformed('The body is not UTF-8.');
  }
  try {
    JSON.parse(text);
  } catch (error) {
    return malformed(`The body is not JSON${placeOf(error)}.`);
  }
  return { ok: true, value: text };
}

/** Where JSON ends to be JSON, if the platform says so; its other words may quote the body, which may hold a secret. */
function placeOf(error: unknown): string {
  const position = error instanceof Error ? /\bposition (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? '' : ` (at position ${position})`;
}

/** The bytes again of a body that was parsed: as they were where the parser has kept them, else as JSON. */
function bytesOf(parsed: unknown): Uint8Array {
  if (parsed instanceof Uint8Array) return parsed;
  return new TextEncoder().encode(typeof parsed === 'string' ? parsed : JSON.stringify(parsed));
}

async function readBytes(request: Request): Promise<Uint8Array | 'too-large' | 'broken'> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    const reader = request.body?.getReader();
    for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
      size += read.value.byteLength;
      if (size > mostBodyBytes) {
        // Nobody waits for this: the rest may never come.
        reader?.cancel().catch(() => undefined);
        return 'too-large';
      }
      chunks.push(read.value);
    }
  } catch {
    return 'broken';
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
