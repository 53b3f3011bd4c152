import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { targetOfUrl } from '@latchkey/core';
import type { BindingFactory, BindingTrait } from '@latchkey/testing';
import { Hono } from 'hono';
import { latchkey } from '../src/index.ts';

/** Serves on Node; without Node's own request the binding has what other runtimes give. */
export const serving =
  (lacks: readonly BindingTrait[], hidesNode: boolean): BindingFactory =>
  async ({ engine, onError, host }) => {
    const app = new Hono();
    app.onError((error, c) => c.text(error.message, 418));
    app.use(async (c, next) => {
      c.header('X-Before', '1');
      c.header('Cache-Control', 'public');
      await next();
    });
    app.use(latchkey(engine, { onError }));
    app.use(async (c) => {
      const { method, url, headers } = c.req.raw;
      const authorization = headers.get('authorization');
      const seen = { decision: c.get('latchkey'), method, target: targetOfUrl(url), authorization };
      return c.text(await host({ ...seen, body: () => c.req.text() }));
    });
    const fetch: typeof app.fetch = (request, env) => app.fetch(request, hidesNode ? {} : env);
    const server = createAdaptorServer({ fetch }) as Server;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = async (): Promise<void> => void server.close().closeAllConnections();
    return { port: (server.address() as AddressInfo).port, lacks, close };
  };
