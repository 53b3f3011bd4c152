import { hosts } from '@latchkey/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCaddy } from '../../../../tools/services/caddy.mjs';
import { gatewayForms } from '../../src/index.ts';
import { tokenOf } from '../stage.ts';
import { behind, configIn, raw, withPorts } from './gateway.ts';

const host = { ...hosts.generic, exempt: [{ method: 'POST', path: '/api/session', session: true }] };

type Behind = Awaited<ReturnType<typeof behind>>;

const caddy = (host: number, latchkey: number) =>
  startCaddy(() => withPorts(configIn('behind-caddy.md', 'caddyfile'), host, latchkey));

describe('FA behind a real Caddy, by the configuration in docs/guide', () => {
  let stage: Behind;
  let reader: string;
  let writer: string;
  const identity = ['x-latchkey-subject', 'x-latchkey-token-id', 'x-latchkey-scope'];

  beforeAll(async () => {
    stage = await behind(gatewayForms.caddy, caddy, { host });
    reader = (await tokenOf(stage.engine, 'ada', 'read-only')).text;
    writer = (await tokenOf(stage.engine, 'bob')).text;
  });
  afterAll(() => stage?.stop());

  test('FA an accepted request reaches the host with its identity, and without the token', async () => {
    const reply = await raw(
      stage.port,
      'POST /api/notes?x=%2F',
      [`Authorization: Bearer ${writer}`],
      'a note',
    );
    expect(reply).toMatchObject({ status: 200, body: 'the host' });
    expect(stage.seen.at(-1)).toMatchObject({ method: 'POST', url: '/api/notes?x=%2F', body: 'a note' });
    expect(stage.last('x-latchkey-subject')).toEqual(['bob']);
    expect(stage.last('x-latchkey-scope')).toEqual(['read-write']);
    expect(stage.last('authorization')).toEqual([]);
  });

  test('FA a deny is handed on as it is', async () => {
    const before = stage.seen.length;
    const denied = await raw(stage.port, 'DELETE /api/notes/1', [`Authorization: Bearer ${reader}`]);
    expect(denied.status).toBe(403);
    expect(denied.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.parse(denied.body)).toMatchObject({ status: 403, reason: 'scope-exceeded' });
    expect(stage.seen.length).toBe(before);
  });

  test("FA a client that forges the gateway's headers, or an identity, gains nothing", async () => {
    const forged = [
      'X-Forwarded-Method: GET',
      'X-Forwarded-Uri: /elsewhere',
      'X-Forwarded-For: 203.0.113.9',
      ...identity.map((name) => `${name}: root`),
    ];
    const denied = await raw(stage.port, 'DELETE /api/notes/1', [
      `Authorization: Bearer ${reader}`,
      ...forged,
    ]);
    expect(denied.status).toBe(403);
    expect((await raw(stage.port, 'GET /api/notes', forged)).status).toBe(200);
    for (const name of identity) expect(stage.last(name), name).toEqual([]);
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

  test('FA a password goes on to the host', async () => {
    const credential = `Basic ${btoa('ada:password')}`;
    expect((await raw(stage.port, 'GET /api/notes', [`Authorization: ${credential}`])).status).toBe(200);
    expect(stage.last('authorization')).toEqual([credential]);
  });

  test('FA an outage is 503, and no answer at all lets nothing pass', async () => {
    const before = stage.seen.length;
    await stage.engine.close();
    expect((await raw(stage.port, 'GET /api/notes', [`Authorization: Bearer ${writer}`])).status).toBe(503);
    await stage.stopLatchkey();
    expect((await raw(stage.port, 'GET /api/notes', [])).status).toBe(502);
    expect(stage.seen.length).toBe(before);
  });
});
