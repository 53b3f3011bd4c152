import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { RequestInput } from '@latchkey/core';
import express from 'express';
import { expect, test } from 'vitest';
import { latchkey } from '../src/index.ts';

test('BI-2 below a mount and behind a rewritten url the target is still the one that arrived', async () => {
  const targets: string[] = [];
  const engine = {
    authenticate: async ({ target }: RequestInput): Promise<never> => {
      targets.push(target);
      throw new Error('decided elsewhere');
    },
  };
  const app = express();
  app.use((req, _res, next) => {
    req.url = req.url.replace('/old', '/new');
    next();
  });
  app.use('/new', express.Router().use('/notes', latchkey(engine)));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/old/notes/1?x`;
  const { status } = await fetch(url);
  server.close().closeAllConnections();
  expect([status, targets]).toEqual([503, ['/old/notes/1?x']]);
});
