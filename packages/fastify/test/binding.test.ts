import type { AddressInfo } from 'node:net';
import { type BindingFactory, httpBindingCases } from '@latchkey/testing';
import fastify, { type RouteHandlerMethod } from 'fastify';
import { test } from 'vitest';
import { latchkey } from '../src/index.ts';

const create: BindingFactory = async ({ engine, onError, host }) => {
  const app = fastify({ trustProxy: true, forceCloseConnections: true });
  app.setErrorHandler((error: Error, _request, reply) => reply.code(418).send(error.message));
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'X-Before': '1', 'Cache-Control': 'public' });
  });
  await app.register(latchkey(engine, { onError }));
  const handle: RouteHandlerMethod = async (request, reply) => {
    const { latchkey: decision, method, originalUrl: target, headers } = request;
    const body = async () => String(request.body ?? '');
    const text = await host({ decision, method, target, authorization: headers.authorization, body });
    return reply.code(200).send(text);
  };
  app.all('/*', handle);
  // Methods and targets without a route pass the same hooks.
  app.setNotFoundHandler(handle);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
};

for (const { title, run } of httpBindingCases()) test(title, () => run(create));
