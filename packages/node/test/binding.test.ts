import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type BindingFactory, httpBindingCases } from '@latchkey/testing';
import { test } from 'vitest';
import { latchkey } from '../src/index.ts';

const create: BindingFactory = async ({ engine, onError, host }) => {
  const guard = latchkey(engine, { onError });
  const server = createServer((req, res) => {
    res.setHeader('X-Before', '1').setHeader('Cache-Control', 'public');
    const next = async (): Promise<void> => {
      const { latchkey: decision, method = '', url: target = '', headers } = req;
      const seen = { decision, method, target, authorization: headers.authorization };
      res.end(await host({ ...seen, body: () => text(req) }));
    };
    // What the host throws comes out of the middleware, for its caller to answer.
    guard(req, res, next).catch((error: Error) => res.writeHead(418).end(error.message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => void server.close().closeAllConnections();
  return { port: (server.address() as AddressInfo).port, close };
};

for (const { title, run } of httpBindingCases()) test(title, () => run(create));
