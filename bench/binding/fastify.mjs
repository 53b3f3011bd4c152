import { latchkey } from '@latchkey/fastify';
import fastify from 'fastify';
import { bearerOf, body, handWritten, latchkeyEngine } from './kit.mjs';

/** @type {Record<string, (app: import('fastify').FastifyInstance) => Promise<void>>} */
const guards = {
  bare: async () => undefined,
  async hand(app) {
    const check = handWritten();
    app.addHook('onRequest', async (request, reply) => {
      const found = await check(bearerOf(request.headers.authorization));
      if (found === undefined) return reply.code(401).send();
    });
  },
  async latchkey(app) {
    await app.register(latchkey(await latchkeyEngine()));
  },
};

/** @param {string} variant */
export async function serve(variant) {
  const app = fastify();
  await guards[variant]?.(app);
  app.get('/api/projects/:id/issues', (_, reply) => {
    reply.header('Content-Type', 'application/json').send(body);
  });
  await app.ready();
  return app.server;
}
