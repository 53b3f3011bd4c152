import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type BindingFactory, httpBindingCases } from '@latchkey/testing';
import Koa from 'koa';
import { test } from 'vitest';
import { latchkey } from '../src/index.ts';

const create: BindingFactory = async ({ engine, onError, host }) => {
  const app = new Koa({ proxy: true });
  app.silent = true;
  app.use(async (ctx, next) => {
    ctx.set({ 'X-Before': '1', 'Cache-Control': 'public' });
    try {
      await next();
    } catch (error) {
      ctx.status = 418;
      ctx.body = (error as Error).message;
    }
  });
  app.use(latchkey(engine, { onError }));
  app.use(async (ctx) => {
    const { method, originalUrl: target, headers, req } = ctx;
    const { latchkey: decision } = ctx.state;
    ctx.body = await host({
      decision,
      method,
      target,
      authorization: headers.authorization,
      body: () => text(req),
    });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => void server.close().closeAllConnections();
  return { port: (server.address() as AddressInfo).port, close };
};

for (const { title, run } of httpBindingCases()) test(title, () => run(create));
