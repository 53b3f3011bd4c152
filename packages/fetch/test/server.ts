import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { targetOfUrl } from '@latchkey/core';
import type { BindingFactory, BindingTrait } from '@latchkey/testing';
import { type BindingOptions, latchkey } from '../src/index.ts';

type Context = [env: { incoming: IncomingMessage }];

/** Serves on Node, through an adapter that turns its requests into `Request`s. */
export const serving =
  (lacks: readonly BindingTrait[], options: BindingOptions<Context>): BindingFactory =>
  async ({ engine, onError, host }) => {
    const guarded = latchkey<Context>(engine, { ...options, onError })(async (request, decision) => {
      const { method, url, headers } = request;
      const seen = {
        decision,
        method,
        target: targetOfUrl(url),
        authorization: headers.get('authorization'),
      };
      return new Response(await host({ ...seen, body: () => request.text() }));
    });
    const fetch = (request: Request, env: unknown): Promise<Response> =>
      guarded(request, env as Context[0]).catch((error) => new Response(error.message, { status: 418 }));
    const server = createAdaptorServer({ fetch }) as Server;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = async (): Promise<void> => void server.close().closeAllConnections();
    return { port: (server.address() as AddressInfo).port, lacks: ['earlier-headers', ...lacks], close };
  };
