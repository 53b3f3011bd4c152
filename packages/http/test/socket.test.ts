import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Decision } from '@latchkey/core';
import { latchkey, requestInput } from '@latchkey/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from './client.ts';
import { raw } from './forward/gateway.ts';
import { as, bearer, stage, tokenOf } from './stage.ts';

describe('MA behind @latchkey/node and a real socket', () => {
  const decisions: (Decision | undefined)[] = [];
  let base: Awaited<ReturnType<typeof stage>>;
  let server: ReturnType<typeof createServer>;
  let port: number;
  let call: ReturnType<typeof clientOf>['call'];

  beforeAll(async () => {
    base = await stage();
    const guard = latchkey(base.engine);
    const listener = getRequestListener(
      (request, env) => {
        const { incoming: req } = env as HttpBindings;
        decisions.push(req.latchkey);
        return base.handler(request, { ...requestInput(req), decision: req.latchkey });
      },
      { overrideGlobalObjects: false },
    );
    server = createServer((req, res) => guard(req, res, () => listener(req, res)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    call = clientOf(base.document, fetch, `http://127.0.0.1:${port}`).call;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await base.engine.close();
  });

  test('MA-1 a token manages tokens, decided once by the binding', async () => {
    const { text } = await tokenOf(base.engine, 'ada');
    const issued = await call('issueToken', { headers: bearer(text), body: { label: 'over a socket' } });
    expect(issued.status).toBe(201);
    expect(decisions.at(-1)).toMatchObject({ effect: 'allow', principal: { subject: 'ada' } });
    const [entry] = await base.store.audit.list({ after: null, limit: 1 });
    expect(entry?.event).toMatchObject({ actor: 'ada', address: '127.0.0.1' });
  });

  test('MA-1 a session manages tokens, a deny of the binding never arrives', async () => {
    expect((await call('showMe', { headers: as('root') })).body.administrator).toBe(true);
    const before = decisions.length;
    const denied = await call('showMe', { headers: { ...as('root'), Authorization: 'Bearer' } });
    expect(denied).toMatchObject({ status: 401, body: { reason: 'credential-malformed' } });
    expect(decisions.length).toBe(before);
  });

  test('MA-2 a body that is too large is refused, and the server goes on', async () => {
    for (const length of [65_537, 1_000_000]) {
      const large = await call('issueToken', { headers: as('ada'), raw: 'x'.repeat(length) });
      expect(large).toMatchObject({ status: 413, body: { reason: 'body-too-large' } });
      expect((await call('showHealth')).status).toBe(200);
    }
    const json = ['X-Session: ada', 'X-Latchkey-Request: 1', 'Content-Type: application/json'];
    const chunk = 'x'.repeat(32_768);
    const chunks = `8000\r\n${chunk}\r\n8000\r\n${chunk}\r\n8000\r\n${chunk}\r\n0\r\n\r\n`;
    const chunked = await raw(port, 'POST /api/latchkey/tokens', [
      ...json,
      'Transfer-Encoding: chunked',
      '',
      chunks,
    ]);
    expect(chunked.status).toBe(413);
  });

  test('MA-2 HEAD has no body, and says what GET would', async () => {
    const lines = ['X-Session: ada'];
    const head = await raw(port, 'HEAD /api/latchkey/me', lines);
    expect([head.status, head.body, head.headers.get('content-type')]).toEqual([200, '', 'application/json']);
  });

  test('MA-1 raw targets reach the engine and the routes alike', async () => {
    const lines = ['X-Session: ada'];
    for (const target of [
      '/api/latchkey/./me',
      '/api/latchkey/x/../me',
      '/api/%6catchkey/me',
      '//api/latchkey/me',
    ])
      expect((await raw(port, `GET ${target}`, lines)).status, target).toBe(404);
    expect((await raw(port, 'GET http://app.example/api/latchkey/me', lines)).status).toBe(200);
  });
});
