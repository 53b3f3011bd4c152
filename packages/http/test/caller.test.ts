import type { Decision } from '@latchkey/core';
import { describe, expect, test } from 'vitest';
import type { CallOptions } from './client.ts';
import { as, bearer, peer, stage, tokenOf } from './stage.ts';

/** A call that each route that needs a caller accepts as described. */
const calls: Readonly<Record<string, CallOptions>> = {
  issueToken: { body: { label: 'x' } },
  listTokens: {},
  showToken: { path: { id: 'AAAAAAAAAAAAAAAA' } },
  relabelToken: { path: { id: 'AAAAAAAAAAAAAAAA' }, body: { label: 'x' } },
  revokeToken: { path: { id: 'AAAAAAAAAAAAAAAA' } },
  rotateToken: { path: { id: 'AAAAAAAAAAAAAAAA' }, body: {} },
  revokeTokensOfSubject: { path: { id: 'ada' } },
  loadSettings: {},
  saveSettings: { raw: '{}', headers: { 'If-Match': '"0"' } },
  reviewSettings: { raw: '{}' },
  impactOfSettings: { raw: '{}' },
  explainRequest: { body: { method: 'GET', target: '/api/x', headers: [] } },
  listAudit: {},
  showMe: {},
  showMetrics: {},
};
const open = ['showHealth', 'showReadiness'];
const writes = Object.entries(calls).filter(([id]) => !/^(list|show|load)/.test(id));

describe('MA-1 every route is decided', () => {
  test('MA-1 there is no route beside those that are tried here', async () => {
    const { operations } = await stage();
    expect([...operations.keys()].sort()).toEqual([...Object.keys(calls), ...open].sort());
  });

  test.each(Object.entries(calls))('MA-1 %s answers nobody', async (id, options) => {
    const { call, store } = await stage();
    const refused = await call(id, options);
    expect(refused).toMatchObject({ status: 401, body: { reason: 'not-authenticated' } });
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(await store.audit.list({ after: null, limit: 1 })).toEqual([]);
  });

  test.each<[string, CallOptions]>([
    ...Object.entries(calls),
    ...open.map((id): [string, CallOptions] => [id, {}]),
  ])("MA-1 %s gives the engine's own answer to what the engine denies", async (id, options) => {
    const { call, engine } = await stage();
    const { text } = await tokenOf(engine, 'ada');
    const twice = { Authorization: 'Bearer', 'X-Session': 'root' };
    for (const [credential, reason] of [
      [{ ...as('root'), ...twice }, 'credential-malformed'],
      [{ ...as('root'), Authorization: `Basic ${btoa(`bob:${text}`)}` }, 'token-not-accepted'],
    ] as const) {
      const refused = await call(id, { ...options, headers: { ...options.headers, ...credential } });
      expect(refused).toMatchObject({ status: 401, body: { reason } });
    }
  });

  test('MA-1 routes that do not exist are told to nobody', async () => {
    const { send } = await stage();
    const at = (path: string, headers = {}) =>
      send(new Request(`http://api.example/api/latchkey${path}`, { headers }));
    expect((await at('/nothing')).status).toBe(401);
    expect((await at('/nothing', as('ada'))).status).toBe(404);
    for (const path of ['', '/', '/tokens/', '//tokens', '/tokens/a/b', '/Tokens', '/openapi.yaml'])
      expect((await at(path, as('ada'))).status, path).toBe(404);
  });

  test('MA-1 a path that can be read in two ways is no route', async () => {
    const { handler } = await stage();
    for (const target of [
      '/api/latchkey/x/../tokens',
      '/api/latchkey/%2e%2e/latchkey/tokens',
      '/api/latchkey/tokens;v=1',
      '/api/latchkey/tokens%00',
      '/api//latchkey/tokens',
      '/API/latchkey/tokens',
    ]) {
      const reply = await handler(
        new Request('http://api.example/api/latchkey/tokens', { headers: as('ada') }),
        {
          target,
          peer,
        },
      );
      expect(reply.status, target).toBe(404);
    }
  });

  test('MA-1 what is routed is what was decided, not what a framework made of it', async () => {
    const { handler } = await stage();
    const request = new Request('http://api.example/api/latchkey/settings', { headers: as('root') });
    const reply = await handler(request, { target: '/api/latchkey/healthz', peer });
    expect(await reply.json()).toEqual({ status: 'ok' });
  });

  test('MA-1 a decision that the binding has made is taken as it is', async () => {
    const { handler, engine } = await stage();
    const { id } = await tokenOf(engine, 'ada');
    const me = (decision: Decision) =>
      handler(new Request('http://api.example/api/latchkey/me'), { peer, decision });
    const allow: Decision = {
      effect: 'allow',
      row: 'accepted',
      reason: 'token-accepted',
      principal: { subject: 'ada', tokenId: id, scope: 'read-only' },
      client: null,
      obligations: [],
    };
    expect(await (await me(allow)).json()).toMatchObject({
      subject: 'ada',
      tokenId: id,
      authenticatedBy: 'token',
    });
    const defer: Decision = {
      effect: 'defer',
      row: 'anonymous',
      reason: 'credential-absent',
      client: null,
      obligations: [],
    };
    expect((await me(defer)).status).toBe(401);
  });

  test('MA-1 without a session function only tokens are callers', async () => {
    const base = await stage();
    const { managementApi } = await import('../src/index.ts');
    const handler = managementApi({ ...base.options, engine: base.engine });
    const me = (headers: Record<string, string>) =>
      handler(new Request('http://api.example/api/latchkey/me', { headers }), { peer });
    expect((await me({ ...as('root') })).status).toBe(401);
    expect((await me({ ...bearer((await tokenOf(base.engine, 'ada')).text) })).status).toBe(200);
  });

  test('MA-1 a session function that fails lets nobody in', async () => {
    const { call } = await stage({
      api: {
        session: () => {
          throw new Error('session store down');
        },
      },
    });
    const refused = await call('showMe', {});
    expect(refused).toMatchObject({ status: 503, body: { reason: 'session-unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
  });

  test('MA-1 an engine that was closed answers 503', async () => {
    const { call, engine, errors } = await stage();
    await engine.close();
    expect(await call('showMe', { headers: as('root') })).toMatchObject({
      status: 503,
      body: { reason: 'service-unavailable' },
    });
    expect(errors).toHaveLength(1);
  });

  test('MA-1 the audit log names the address that the decision was made by', async () => {
    const { call, store } = await stage({
      settings: (settings) => ({
        ...settings,
        network: {
          ...settings.network,
          reverseProxy: { trusted: ['192.0.2.7'], header: 'X-Forwarded-For', onMissing: 'deny' },
        },
      }),
    });
    await call('issueToken', {
      headers: { ...as('ada'), 'X-Forwarded-For': '6.6.6.6, 198.51.100.4' },
      body: { label: 'x' },
    });
    expect(await store.audit.list({ after: null, limit: 1 })).toMatchObject([
      { event: { address: '198.51.100.4' } },
    ]);
  });

  test('MA-1 a session that was opened with a token is bound by it', async () => {
    const limits = { scope: 'read-only', notAfter: Date.UTC(2026, 1, 2) } as const;
    const { call } = await stage({ api: { session: () => ({ subject: 'ada', limits }) } });
    const headers = as('ada');
    expect((await call('showMe', { headers })).body.choices).toMatchObject({
      scope: { self: ['read-only'], others: [] },
      notAfter: '2026-02-02T00:00:00.000Z',
    });
    expect((await call('issueToken', { headers, body: { label: 'x' } })).body.token).toMatchObject({
      scope: 'read-only',
      expiresAt: '2026-02-02T00:00:00.000Z',
    });
  });
});

describe('MA-1 writes of a session come from the same origin', () => {
  const session = { 'X-Session': 'root' };
  test.each(writes)('MA-1 %s is refused to a page of another origin', async (id, options) => {
    const { call, store } = await stage();
    for (const foreign of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: 'http://api.example.evil.example' },
      { Origin: 'http://api.example', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
      { Origin: 'https://evil.example', 'X-Latchkey-Request': '1' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
    ]) {
      const headers = { ...options.headers, ...session, ...foreign };
      expect(await call(id, { ...options, headers })).toMatchObject({
        status: 403,
        body: { reason: 'origin-foreign' },
      });
    }
    const headers = { ...options.headers, ...session };
    expect(await call(id, { ...options, headers })).toMatchObject({
      status: 403,
      body: { reason: 'origin-unknown' },
    });
    expect(await store.audit.list({ after: null, limit: 1 })).toEqual([]);
  });

  test('MA-1 a page of the same origin may write, and a program that says it is none', async () => {
    const { call } = await stage();
    for (const own of [
      { Origin: 'http://api.example' },
      // TLS ended before us.
      { Origin: 'https://api.example', 'Sec-Fetch-Site': 'same-origin' },
      { 'Sec-Fetch-Site': 'same-origin' },
      { 'X-Latchkey-Request': '1' },
    ])
      expect(
        (await call('issueToken', { headers: { ...session, ...own }, body: { label: 'x' } })).status,
      ).toBe(201);
  });

  test('MA-1 configured origins stand in the place of the host', async () => {
    const { call } = await stage({ api: { origins: ['https://tools.example'] } });
    const issue = async (origin: string) =>
      (await call('issueToken', { headers: { ...session, Origin: origin }, body: { label: 'x' } })).status;
    expect(await issue('https://tools.example')).toBe(201);
    expect(await issue('http://tools.example')).toBe(403);
    expect(await issue('http://api.example')).toBe(403);
  });

  test('MA-1 reads need no origin, and tokens none at all', async () => {
    const { call, engine } = await stage();
    const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    expect((await call('listTokens', { headers: { ...session, ...foreign } })).status).toBe(200);
    const headers = { ...bearer((await tokenOf(engine, 'ada')).text), ...foreign };
    expect((await call('issueToken', { headers, body: { label: 'x' } })).status).toBe(201);
  });

  test('MA-1 no reply lets another origin read it', async () => {
    const { call, seen } = await stage();
    const headers = { ...session, Origin: 'https://evil.example' };
    await call('listTokens', { headers });
    await call('listTokens', {
      headers: { ...headers, 'Access-Control-Request-Method': 'POST' },
      method: 'OPTIONS',
    });
    for (const { response } of seen)
      for (const [name] of response.headers) expect(name).not.toMatch(/^access-control-/);
  });
});
