import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { RequestInput } from '@latchkey/core';
import Koa from 'koa';
import { expect, test } from 'vitest';
import { latchkey } from '../src/index.ts';

test('BI-2 behind middleware that changes the url the target is still the one that arrived', async () => {
  const targets: string[] = [];
  const authenticate = async ({ target }: RequestInput): Promise<never> => {
    targets.push(target);
    throw new Error('decided elsewhere');
  };
  const app = new Koa();
  app.use((ctx, next) => {
    ctx.url = '/public';
    return next();
  });
  app.use(latchkey({ authenticate }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { status } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/notes?x`);
  server.close().closeAllConnections();
  expect([status, targets]).toEqual([503, ['/api/notes?x']]);
});
