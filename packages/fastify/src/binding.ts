import {
  type Decision,
  type Latchkey,
  outageAnswer,
  type PublicAnswer,
  pairedHeaderLines,
} from '@latchkey/core';
import type { FastifyPluginCallback, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The decision on this request, null before it; it names a `principal` only where its `effect` is `allow`. */
    latchkey: Decision | null;
  }
}

/** What the developer may be told beside the answers. */
export interface BindingOptions {
  /** Called where the engine itself failed, because it was closed; the caller got 503 by then. */
  readonly onError?: (error: unknown) => void;
}

function refuse(reply: FastifyReply, { status, headers, body }: PublicAnswer): FastifyReply {
  for (const [name] of headers) {
    const values = headers.filter(([other]) => other === name).map(([, value]) => value);
    reply.header(name, values.length === 1 ? values[0] : values);
  }
  // As bytes, because Fastify adds a charset to text.
  return reply.code(status).send(Buffer.from(JSON.stringify(body)));
}

/**
 * The policy as a Fastify plugin for the instance that registers it and all below: a deny is answered in its
 * `onRequest` hook; an allow or a defer goes on, with the decision in `request.latchkey`. It judges the target
 * before `rewriteUrl`, and the socket's address, whatever `trustProxy` says. Spec: BI-1, BI-2, BI-3
 *
 * @example
 * await app.register(latchkey(engine));
 * app.get('/api/me', (request) => request.latchkey);
 */
export function latchkey(
  engine: Pick<Latchkey, 'authenticate'>,
  options: BindingOptions = {},
): FastifyPluginCallback {
  const plugin: FastifyPluginCallback = (app, _, done) => {
    app.decorateRequest('latchkey', null);
    app.addHook('onRequest', async (request, reply) => {
      const { method, originalUrl: target, raw } = request;
      const headers = pairedHeaderLines(raw.rawHeaders);
      let decision: Decision;
      try {
        decision = await engine.authenticate({ method, target, headers, peer: raw.socket.remoteAddress });
      } catch (error) {
        refuse(reply, outageAnswer);
        options.onError?.(error);
        return reply;
      }
      request.latchkey = decision;
      // To a caller that has gone nothing is sent, and the host is not asked for it.
      if (raw.socket.destroyed) return reply.hijack();
      if (decision.effect === 'deny') return refuse(reply, decision.answer);
    });
    done();
  };
  // What Fastify reads from a plugin that is to act on its parent instead of on a scope of its own.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}
