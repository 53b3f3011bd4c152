import {
  compileRanges,
  type Decision,
  type Latchkey,
  outageAnswer,
  type PublicAnswer,
  parseAddress,
} from '@latchkey/core';
import type { Handler } from '../api.ts';
import { inputOf } from '../context.ts';
import { answerReply, emptyReply, problem } from '../reply.ts';
import type { GatewayForm } from './gateway.ts';
import { identityHeaders } from './identity.ts';
import { originalOf } from './original.ts';

/** What a forward-auth endpoint is made of. */
export interface ForwardAuthOptions {
  readonly engine: Pick<Latchkey, 'authenticate'>;
  /** The addresses and ranges of the gateways: nobody else is believed, or answered. */
  readonly gateways: readonly string[];
  /** How the gateways ask; `gatewayForms` holds the usual ones. */
  readonly form: GatewayForm;
  /** Told of what went wrong inside; the gateway got 503 by then. */
  readonly onError?: (error: unknown) => void;
}

/**
 * The endpoint that a gateway asks about each request: 200 with the identity in `X-Latchkey-…` headers, 204 where
 * the host decides alone, or the deny. The context has to bring the peer and should bring the raw header lines.
 * Throws a RangeError for gateways that are no addresses or ranges. Spec: FA
 *
 * @example
 * const authorize = forwardAuth({ engine, gateways: ['127.0.0.1'], form: gatewayForms.nginx });
 * const reply = await authorize(request, requestInput(req));
 */
export function forwardAuth({ engine, gateways, form, onError }: ForwardAuthOptions): Handler {
  const trusted = compileRanges(gateways);
  const deny = form.denies === 'every-status' ? answerReply : narrowedReply;

  async function decide(request: Request, context: Parameters<Handler>[1] = {}): Promise<Response> {
    const asked = inputOf(request, context);
    if (!trusted.contains(parseAddress(asked.peer ?? '') ?? ''))
      return problem(403, {
        reason: 'gateway-not-trusted',
        detail: 'Only the configured gateways are answered here.',
      });
    const original = originalOf(asked, form);
    if (!original.ok) return deny(malformed(original.problem));
    let decision: Decision;
    try {
      decision = await engine.authenticate(original.value);
    } catch (error) {
      onError?.(error);
      return deny(outageAnswer);
    }
    switch (decision.effect) {
      case 'allow': {
        const headers = identityHeaders(decision);
        return headers === null ? deny(outageAnswer) : emptyReply(200, headers);
      }
      case 'defer':
        return emptyReply(form.defers);
      case 'deny':
        return deny(decision.answer);
    }
  }

  return async (request, context) => {
    const reply = await decide(request, context);
    const { status, headers } = reply;
    return (context?.method ?? request.method) === 'HEAD' ? new Response(null, { status, headers }) : reply;
  };
}

/** The answer to a gateway that does not say what it was asked. */
const malformed = (part: 'method' | 'target'): PublicAnswer => ({
  status: 400,
  reason: 'gateway-request-malformed',
  headers: [
    ['Content-Type', 'application/problem+json'],
    ['Cache-Control', 'no-store'],
  ],
  body: {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: `The gateway has to say the original ${part} exactly once.`,
    reason: 'gateway-request-malformed',
  },
});

/**
 * A deny for a gateway that takes every status but 401 and 403 for an error of ours: those stay, all others become
 * 403, and the real answer stands in headers that the gateway can build its own from. Spec: FA
 */
function narrowedReply(answer: PublicAnswer): Response {
  const status = answer.status === 401 ? 401 : 403;
  const reply = answerReply({ ...answer, status });
  reply.headers.set('X-Latchkey-Status', String(answer.status));
  reply.headers.set('X-Latchkey-Reason', answer.reason);
  reply.headers.set('X-Latchkey-Detail', answer.body.detail);
  return reply;
}
