import { hosts } from '@latchkey/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNginx } from '../../../../tools/services/nginx.mjs';
import { gatewayForms } from '../../src/index.ts';
import { tokenOf } from '../stage.ts';
import { behind, configIn, raw, withPorts } from './gateway.ts';

const host = { ...hosts.generic, exempt: [{ method: 'POST', path: '/api/session', session: true }] };

type Behind = Awaited<ReturnType<typeof behind>>;

const nginx = (host: number, latchkey: number) =>
  startNginx((port) => {
    const config = withPorts(configIn('behind-nginx.md', 'nginx'), host, latchkey);
    if (!config.includes('listen 80;')) throw new Error('the configuration listens elsewhere');
    return config.replace('listen 80;', `listen 127.0.0.1:${port};`);
  });

describe('FA behind a real nginx, by the configuration in docs/guide', () => {
  let stage: Behind;
  let reader: string;
  let writer: string;
  let writerId: string;
  let locked = false;
  const identity = ['x-latchkey-subject', 'x-latchkey-token-id', 'x-latchkey-scope'];

  beforeAll(async () => {
    stage = await behind(gatewayForms.nginx, nginx, {
      host,
      attempts: { check: async () => ({ locked, retryAfterSeconds: 42 }), report: async () => undefined },
    });
    reader = (await tokenOf(stage.engine, 'ada', 'read-only')).text;
    const issued = await tokenOf(stage.engine, '__proto__');
    writer = issued.text;
    writerId = issued.id;
  });
  afterAll(() => stage?.stop());

  test('FA an accepted request reaches the host with its identity, and without the token', async () => {
    const reply = await raw(
      stage.port,
      'POST /api/notes?x=%2F..%2F',
      [`Authorization: Bearer ${writer}`],
      'a note',
    );
    expect(reply).toMatchObject({ status: 200, body: 'the host' });
    expect(stage.seen.at(-1)).toMatchObject({ method: 'POST', url: '/api/notes?x=%2F..%2F', body: 'a note' });
    expect(identity.map(stage.last)).toEqual([['__proto__'], [writerId], ['read-write']]);
    expect(stage.last('authorization')).toEqual([]);
  });

  test('FA the original method is what is decided by', async () => {
    const read = await raw(stage.port, 'GET /api/notes', [`Authorization: Bearer ${reader}`]);
    expect(read.status).toBe(200);
    const before = stage.seen.length;
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const write = await raw(stage.port, `${method} /api/notes`, [`Authorization: Bearer ${reader}`]);
      expect(write.status).toBe(403);
      expect(JSON.parse(write.body)).toMatchObject({ status: 403, reason: 'scope-exceeded' });
      expect(write.headers.get('content-type')).toBe('application/problem+json');
    }
    const overridden = await raw(stage.port, 'GET /api/notes', [
      `Authorization: Bearer ${reader}`,
      'X-HTTP-Method-Override: DELETE',
    ]);
    expect(overridden.status).toBe(403);
    expect(stage.seen.length).toBe(before);
  });

  test("FA a client that forges the gateway's headers is refused as without them", async () => {
    const before = stage.seen.length;
    const forged = [
      `Authorization: Bearer ${reader}`,
      'X-Original-Method: GET',
      'X-Original-URI: /elsewhere',
      'x_original_method: GET',
      'X-Latchkey-Subject: root',
      'X-Latchkey-Scope: read-write',
      'X-Latchkey-Status: 200',
    ];
    expect((await raw(stage.port, 'DELETE /api/notes/1', forged)).status).toBe(403);
    expect((await raw(stage.port, 'DELETE /api/notes/1', [...forged, 'X-Original-Method: GET'])).status).toBe(
      403,
    );
    expect(stage.seen.length).toBe(before);
  });

  test('FA a client that forges an identity on a deferred request brings none', async () => {
    const forged = [...identity, 'x-latchkey-session-scope', 'x-latchkey-session-not-after'];
    const reply = await raw(
      stage.port,
      'GET /api/notes',
      forged.map((name) => `${name}: root`),
    );
    expect(reply.status).toBe(200);
    for (const name of forged) expect(stage.last(name), name).toEqual([]);
    expect((await raw(stage.port, 'GET /public', ['X-Latchkey-Subject: root'])).status).toBe(200);
    expect(stage.last('x-latchkey-subject')).toEqual([]);
  });

  test('FA a client cannot ask for itself: neither through the gateway nor as one', async () => {
    const inside = await raw(stage.port, 'GET /_latchkey', [`Authorization: Bearer ${writer}`]);
    expect(inside.status).toBe(404);
    const before = stage.asked();
    const { status } = await raw(stage.port, 'GET /authorize', [
      'X-Original-Method: GET',
      'X-Original-URI: /',
    ]);
    // A path of the host like any other.
    expect([status, stage.seen.at(-1)?.url]).toEqual([200, '/authorize']);
    expect(stage.asked()).toBe(before + 1);
  });

  test('FA the limits of a session reach the host where one is opened, and nowhere else', async () => {
    const opened = await raw(stage.port, 'POST /api/session', [`Authorization: Bearer ${reader}`], 'x');
    expect(opened.status).toBe(200);
    expect(stage.last('x-latchkey-scope')).toEqual(['read-only']);
    expect(stage.last('x-latchkey-session-scope')).toEqual(['read-only']);
    expect(stage.last('x-latchkey-session-not-after')).toEqual(['never']);
    expect((await raw(stage.port, 'GET /api/notes', [`Authorization: Bearer ${reader}`])).status).toBe(200);
    expect(stage.last('x-latchkey-session-scope')).toEqual([]);
  });

  test('FA a password goes on to the host, byte for byte', async () => {
    const credential = `Basic ${Buffer.from('ada:pass wörd').toString('base64')}`;
    expect((await raw(stage.port, 'GET /api/notes', [`Authorization: ${credential}`])).status).toBe(200);
    expect(stage.last('authorization')).toEqual([credential]);
    const own = await raw(stage.port, 'GET /api/refuse', [`Authorization: ${credential}`]);
    expect(own).toMatchObject({ status: 401, body: 'the host' });
    expect(own.headers.get('x-host')).toBe('yes');
  });

  test('FA the client is the one that the chain names, right to left', async () => {
    const allow = async (entry: string) => {
      const loaded = await stage.engine.settings.load({ subject: 'root' });
      if (!loaded.ok || loaded.value.settings === null) throw new Error('no settings');
      const { network, ...rest } = loaded.value.settings;
      const document = { ...rest, network: { ...network, allow: entry === '' ? [] : [entry] } };
      const saved = await stage.engine.settings.save({ subject: 'root' }, document, loaded.value.revision);
      if (!saved.ok) throw new Error('not saved');
    };
    const call = (lines: readonly string[]) =>
      raw(stage.port, 'GET /api/notes', [`Authorization: Bearer ${writer}`, ...lines]);
    try {
      await allow('203.0.113.9');
      // The peer of nginx is 127.0.0.1, a trusted proxy by the settings: what stands before it in the chain counts.
      expect((await call(['X-Forwarded-For: 203.0.113.9'])).status).toBe(200);
      expect((await call(['X-Forwarded-For: 203.0.113.9', 'X-Forwarded-For: 198.51.100.1'])).status).toBe(
        401,
      );
      const refused = await call([
        'X-Forwarded-For: 203.0.113.9, 198.51.100.1',
        'X-Real-IP: 203.0.113.9',
        'Forwarded: for=203.0.113.9',
      ]);
      expect(refused.status).toBe(401);
      expect(JSON.parse(refused.body)).toMatchObject({
        detail: 'Requests from 198.51.100.1 are not allowed.',
      });
      expect((await call(['X-Forwarded-For: nonsense'])).status).toBe(401);
    } finally {
      await allow('');
    }
  });

  test('FA every deny keeps its status, reason and headers', async () => {
    const unknown = await raw(stage.port, 'GET /api/notes', [`Authorization: Bearer ${writer.slice(0, -1)}`]);
    expect(unknown.status).toBe(200); // Not in our format: a bearer token of the host's own.
    const { id } = await tokenOf(stage.engine, 'bob');
    const revoked = await stage.engine.tokens.issue({ subject: 'bob' }, { label: 'x' });
    if (!revoked.ok) throw new Error('not issued');
    await stage.engine.tokens.revoke({ subject: 'bob' }, revoked.value.token.id);
    const denied = await raw(stage.port, 'GET /api/notes', [`Authorization: Bearer ${revoked.value.text}`]);
    expect(denied.status).toBe(401);
    expect(denied.headers.get('www-authenticate')).toMatch(/Basic|Bearer/);
    expect(denied.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(denied.body)).toEqual({
      type: 'about:blank',
      status: 401,
      detail: 'The token was not accepted.',
      reason: 'token-not-accepted',
    });
    expect(denied.body).not.toContain(id);
    const twice = await raw(stage.port, 'GET /api/notes', [
      `Authorization: Bearer ${writer}`,
      `Authorization: Bearer ${writer}`,
    ]);
    expect(twice.status).toBeGreaterThanOrEqual(400);

    locked = true;
    const tired = await raw(stage.port, 'GET /api/notes', [`Authorization: Basic ${btoa('ada:wrong')}`]);
    locked = false;
    expect(tired.status).toBe(429);
    expect(tired.headers.get('retry-after')).toBe('42');
    expect(JSON.parse(tired.body)).toMatchObject({ status: 429, reason: 'attempts-exhausted' });
  });

  test('FA an outage is 503, and no answer at all lets nothing pass', async () => {
    const before = stage.seen.length;
    await stage.engine.close();
    const outage = await raw(stage.port, 'GET /api/notes', [`Authorization: Bearer ${writer}`]);
    expect(outage.status).toBe(503);
    expect(outage.headers.get('retry-after')).toBe('5');
    expect(JSON.parse(outage.body)).toMatchObject({ status: 503, reason: 'service-unavailable' });
    await stage.stopLatchkey();
    expect((await raw(stage.port, 'GET /api/notes', [])).status).toBe(500);
    expect(stage.seen.length).toBe(before);
  });
});
