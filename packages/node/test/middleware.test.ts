import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { modelStore } from '@latchkey/testing';
import { afterEach, expect, test } from 'vitest';
import { latchkey, nodePlatform } from '../src/index.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections();
});

async function listening(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/notes`;
}

const newEngine = () =>
  createLatchkey({
    ...nodePlatform,
    ...modelStore(),
    host: hosts.generic,
    settings: defaultSettings(hosts.generic),
    directory: { find: async () => null },
  });

test('BI-3 a closed engine is 503 also where nobody wants to be told', async () => {
  const engine = newEngine();
  await engine.close();
  const url = await listening((req, res) => void latchkey(engine)(req, res, () => res.end('lost') as never));
  expect((await fetch(url)).status).toBe(503);
});

test.each([
  ['a deny', { Authorization: 'Bearer' }],
  ['a defer', {}],
])('BI-1 a response that somebody else has sent is left alone by %s', async (_, headers) => {
  const outcomes: string[] = [];
  const url = await listening((req, res) => {
    const guarded = latchkey(newEngine())(req, res, () => void outcomes.push('host'));
    res.writeHead(408).end('too late');
    guarded.then(
      () => outcomes.push('settled'),
      () => outcomes.push('rejected'),
    );
  });
  const response = await fetch(url, { headers: { ...headers } });
  expect([response.status, await response.text()]).toEqual([408, 'too late']);
  expect(outcomes).toEqual(['settled']);
});

test('BI-1 a caller that has gone is answered nothing by a deny either', async () => {
  const caller = new AbortController();
  const ended = new Promise<string>((resolve) => {
    const engine = newEngine();
    const guarded: RequestListener = async (req, res) => {
      const slow: Pick<typeof engine, 'authenticate'> = {
        async authenticate(request) {
          caller.abort();
          await once(req.socket, 'close');
          return engine.authenticate(request);
        },
      };
      await latchkey(slow)(req, res, () => resolve('host'));
      resolve(res.headersSent ? 'answered' : 'silent');
    };
    void listening(guarded).then((url) =>
      fetch(url, { headers: { Authorization: 'Bearer' }, signal: caller.signal }).catch(() => undefined),
    );
  });
  expect(await ended).toBe('silent');
});
