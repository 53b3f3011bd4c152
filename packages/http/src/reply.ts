import type { Issue, PublicAnswer } from '@latchkey/core';

/** One problem with one place of an input. */
export type ReplyError = Pick<Issue, 'path' | 'code' | 'message' | 'hint'>;

/** What a problem document says beside its status. Spec: MA-2 */
export interface ProblemWords {
  /** A stable kebab-case code. */
  readonly reason: string;
  readonly detail: string;
  readonly errors?: readonly ReplyError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Titles by status: the phrases of RFC 9110 and RFC 6585. */
const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
} as const;

/** The statuses that a problem may have. */
export type ProblemStatus = keyof typeof titles;

/** Personal and momentary: no reply is kept by anybody, and none is read as anything but what it says. */
const always = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

/** A reply with a JSON body. Spec: MA-2 */
export const jsonReply = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { ...always, 'Content-Type': 'application/json', ...headers },
  });

/** A reply without a body. */
export const emptyReply = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status, headers: { ...always, ...headers } });

/** An RFC 9457 problem document with `reason`, and `errors` where single places are wrong. Spec: MA-2 */
export const problem = (
  status: ProblemStatus,
  { reason, detail, errors, headers = {} }: ProblemWords,
): Response =>
  jsonReply(
    status,
    {
      type: 'about:blank',
      title: titles[status],
      status,
      detail,
      reason,
      ...(errors === undefined ? {} : { errors }),
    },
    { 'Content-Type': 'application/problem+json', ...headers },
  );

/** The engine's own answer to a denied request, as it stands. Spec: BI-3 */
export function answerReply({ status, headers, body }: Omit<PublicAnswer, 'reason'>): Response {
  const reply = jsonReply(status, body);
  for (const name of ['content-type', 'cache-control']) reply.headers.delete(name);
  for (const [name, value] of headers) reply.headers.append(name, value);
  return reply;
}
