import type { Client } from '../net/client.ts';
import type { Verdict } from './decide.ts';
import { isReason, reasons } from './reasons.ts';

/** What a refused caller is told: enough to act on, and no more than the reason needs. Spec: DE-2, DE-3, BI-3 */
export interface PublicAnswer {
  readonly status: number;
  /** The public reason; several real ones may share it. */
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** An RFC 9457 problem document. */
  readonly body: {
    readonly type: 'about:blank';
    readonly title: string;
    readonly status: number;
    readonly detail: string;
    readonly reason: string;
  };
}

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const;

/** How long a caller is asked to wait after an outage, in seconds. */
const outageSeconds = 5;

const challenge: readonly (readonly [string, string])[] = [
  ['WWW-Authenticate', 'Basic realm="latchkey", charset="UTF-8"'],
  ['WWW-Authenticate', 'Bearer realm="latchkey"'],
];

/** The public answer of a deny; `disclose` is whether a refused address may be named. Spec: DE-2, DE-3 */
export function publicAnswer(
  verdict: Extract<Verdict, { effect: 'deny' }>,
  client: Client | null,
  disclose: boolean,
  retryAfterSeconds: number | null,
): PublicAnswer {
  const { status } = verdict;
  const entry = reasons[isReason(verdict.reason) ? verdict.reason : 'service-unavailable'];
  const named = verdict.reason === 'address-refused' && disclose && client?.kind === 'resolved';
  const detail = named ? `Requests from ${client.address} are not allowed.` : entry.publicWords;
  const wait = retryAfterSeconds ?? outageSeconds;
  return {
    status,
    reason: entry.publicReason,
    headers: [
      ['Content-Type', 'application/problem+json'],
      ['Cache-Control', 'no-store'],
      ...(status === 401 ? challenge : []),
      ...(status === 429 || status === 503
        ? [['Retry-After', String(Math.max(1, Math.ceil(wait)))] as const]
        : []),
    ],
    body: { type: 'about:blank', title: titles[status], status, detail, reason: entry.publicReason },
  };
}

/**
 * What a binding answers where the engine itself failed, for example because it was closed: the answer of an
 * outage, so that a caller cannot tell the two apart. Frozen. Spec: BI-3, DE-2
 */
export const outageAnswer: PublicAnswer = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ publicAnswer(
    { effect: 'deny', status: 503, reason: 'service-unavailable', row: 'unavailable' },
    null,
    false,
    null,
  ),
);
