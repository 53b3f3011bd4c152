import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type BindingFactory, httpBindingCases } from '@latchkey/testing';
import express, { type ErrorRequestHandler } from 'express';
import { test } from 'vitest';
import { latchkey } from '../src/index.ts';

const onFailure: ErrorRequestHandler = (error, _req, res, _next) => void res.status(418).send(error.message);

const create: BindingFactory = async ({ engine, onError, host }) => {
  const app = express().set('trust proxy', true);
  app.use((_req, res, next) => {
    res.set({ 'X-Before': '1', 'Cache-Control': 'public' });
    next();
  });
  app.use(latchkey(engine, { onError }));
  app.use(async (req, res) => {
    const { latchkey: decision, method, originalUrl: target, headers } = req;
    res.send(
      await host({ decision, method, target, authorization: headers.authorization, body: () => text(req) }),
    );
  });
  app.use(onFailure);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => void server.close().closeAllConnections();
  return { port: (server.address() as AddressInfo).port, close };
};

for (const { title, run } of httpBindingCases()) test(title, () => run(create));
