import type { Settings } from '@latchkey/core';
import { hosts } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forwardAuth, type GatewayForm, gatewayForms, headerText } from '../../src/index.ts';
import { stage, tokenOf } from '../stage.ts';

type Lines = readonly (readonly [string, string])[];

const trusted = (settings: Settings): Settings => ({
  ...settings,
  network: {
    ...settings.network,
    reverseProxy: { trusted: ['10.0.0.0/8'], header: 'X-Forwarded-For', onMissing: 'deny' },
  },
});

/** An endpoint for gateways in 10.0.0.0/8, and a way to ask it as one. */
async function endpoint(form: GatewayForm = gatewayForms.traefik, options: Parameters<typeof stage>[0] = {}) {
  const base = await stage({ settings: trusted, ...options });
  const errors: unknown[] = [];
  const authorize = forwardAuth({
    engine: base.engine,
    gateways: ['10.0.0.0/8'],
    form,
    onError: (error) => errors.push(error),
  });
  const ask = (lines: Lines, context: { peer?: string | undefined; method?: string; target?: string } = {}) =>
    authorize(new Request('http://latchkey.example/authorize'), {
      method: 'GET',
      target: '/authorize',
      peer: '10.0.0.1',
      ...context,
      headers: [['X-Forwarded-For', '203.0.113.9'], ...lines],
    });
  return { ...base, ask, errors, authorize };
}
const original = (method: string, target: string): Lines => [
  ['X-Forwarded-Method', method],
  ['X-Forwarded-Uri', target],
];
const reasonOf = async (reply: Response) => ((await reply.json()) as { reason: string }).reason;

describe('FA what is answered', () => {
  test('FA an allow is 200 with the identity', async () => {
    const { ask, engine } = await endpoint();
    const { id, text } = await tokenOf(engine, 'ada', 'read-only');
    const reply = await ask([...original('GET', '/api/x'), ['Authorization', `Bearer ${text}`]]);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-latchkey-subject')).toBe('ada');
    expect(reply.headers.get('x-latchkey-token-id')).toBe(id);
    expect(reply.headers.get('x-latchkey-scope')).toBe('read-only');
    expect(reply.headers.get('x-latchkey-session-scope')).toBeNull();
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(await reply.text()).toBe('');
  });

  test('FA a defer is 204 without an identity, and 200 for Envoy', async () => {
    const { ask } = await endpoint();
    const reply = await ask(original('GET', '/api/x'));
    expect(reply.status).toBe(204);
    const envoy = await endpoint(gatewayForms.envoy);
    const other = await envoy.ask([], { target: '/authorize/api/x' });
    expect(other.status).toBe(200);
    for (const { headers } of [reply, other])
      for (const [name] of headers) expect(name).not.toMatch(/^x-latchkey-/);
  });

  test('FA a deny is itself', async () => {
    const { ask, engine } = await endpoint();
    const { text } = await tokenOf(engine, 'ada', 'read-only');
    const exceeded = await ask([...original('DELETE', '/api/x'), ['Authorization', `Bearer ${text}`]]);
    expect(exceeded.status).toBe(403);
    expect(await reasonOf(exceeded)).toBe('scope-exceeded');
    const malformed = await ask([
      ...original('GET', '/api/x'),
      ['Authorization', 'Bearer a'],
      ['Authorization', 'Bearer a'],
    ]);
    expect(malformed.status).toBe(401);
    expect(malformed.headers.get('www-authenticate')).toContain('Basic');
    expect(malformed.headers.get('content-type')).toBe('application/problem+json');
    const head = await ask([...original('DELETE', '/api/x'), ['Authorization', `Bearer ${text}`]], {
      method: 'HEAD',
    });
    expect([head.status, await head.text()]).toEqual([403, '']);
  });

  test('FA a gateway that knows 401 and 403 alone gets those, and the answer beside', async () => {
    const { ask, engine } = await endpoint({ ...gatewayForms.traefik, denies: 'only-401-and-403' });
    const twice: Lines = [
      ['Authorization', 'Bearer a'],
      ['Authorization', 'Bearer a'],
    ];
    const denied = await ask([...original('GET', '/api/x'), ...twice]);
    expect([denied.status, denied.headers.get('x-latchkey-status')]).toEqual([401, '401']);
    const missing = await ask([]);
    expect([missing.status, missing.headers.get('x-latchkey-status')]).toEqual([403, '400']);
    await engine.close();
    const outage = await ask(original('GET', '/api/x'));
    expect([outage.status, outage.headers.get('x-latchkey-status')]).toEqual([403, '503']);
    expect(outage.headers.get('x-latchkey-reason')).toBe('service-unavailable');
    expect(outage.headers.get('x-latchkey-detail')).not.toBe('');
    expect(outage.headers.get('retry-after')).toBe('5');
  });

  test('FA an engine that was closed answers 503', async () => {
    const { ask, engine, errors } = await endpoint();
    await engine.close();
    const reply = await ask(original('GET', '/api/x'));
    expect(reply.status).toBe(503);
    expect(errors).toHaveLength(1);
  });

  test('FA the limits of a session that is opened are told to the host', async () => {
    const host = { ...hosts.generic, exempt: [{ method: 'POST', path: '/api/session', session: true }] };
    const { ask, engine } = await endpoint(gatewayForms.traefik, { engine: { host } });
    const issued = await engine.tokens.issue(
      { subject: 'ada' },
      { label: 'x', scope: 'read-only', expiry: { validity: 'P6M' } },
    );
    if (!issued.ok) throw new Error(issued.problem.code);
    const open = (text: string) =>
      ask([...original('POST', '/api/session'), ['Authorization', `Bearer ${text}`]]);
    const limited = await open(issued.value.text);
    expect(limited.headers.get('x-latchkey-session-scope')).toBe('read-only');
    expect(limited.headers.get('x-latchkey-session-not-after')).toBe('2026-07-31T12:00:00.000Z');
    const unlimited = await open((await tokenOf(engine, 'bob')).text);
    expect(unlimited.headers.get('x-latchkey-session-scope')).toBe('read-write');
    expect(unlimited.headers.get('x-latchkey-session-not-after')).toBe('never');
  });
});

describe('FA who is believed', () => {
  test.each([undefined, '', '203.0.113.9', '127.0.0.1', '::1', '10.0.0.1, 10.0.0.2', '011.0.0.1'])(
    'FA the peer %s is no gateway and gets nothing',
    async (peer) => {
      const { ask, engine, store } = await endpoint();
      const { id, text } = await tokenOf(engine, 'ada');
      const reply = await ask([...original('GET', '/api/x'), ['Authorization', `Bearer ${text}`]], { peer });
      expect(reply.status).toBe(403);
      expect(await reasonOf(reply)).toBe('gateway-not-trusted');
      expect(reply.headers.get('x-latchkey-subject')).toBeNull();
      // Nothing was decided, so nothing was used.
      await engine.close();
      expect((await store.tokens.find(id)).record?.lastUsedAt).toBeNull();
    },
  );

  test('FA a gateway on a dual-stack socket is the same gateway', async () => {
    const { ask } = await endpoint();
    expect((await ask(original('GET', '/api/x'), { peer: '::ffff:10.0.0.1' })).status).toBe(204);
  });

  test.each<[string, Lines]>([
    ['no method', [['X-Forwarded-Uri', '/api/x']]],
    ['no target', [['X-Forwarded-Method', 'GET']]],
    ['two methods', [...original('GET', '/api/x'), ['x-forwarded-method', 'GET']]],
    ['two targets', [...original('GET', '/api/x'), ['X-FORWARDED-URI', '/api/x']]],
    ['joined methods', original('GET, GET', '/api/x')],
    ['an empty method', original('', '/api/x')],
    ['an empty target', original('GET', '')],
    ['a method with a space', original('GET x', '/api/x')],
  ])('FA a question with %s is 400', async (_, lines) => {
    const { ask } = await endpoint();
    const reply = await ask(lines);
    expect(reply.status).toBe(400);
    expect(await reasonOf(reply)).toBe('gateway-request-malformed');
  });

  test('FA headers that a Web Request has joined are seen to be two', async () => {
    const { authorize } = await endpoint();
    const request = new Request('http://latchkey.example/authorize');
    for (const [name, value] of [...original('GET', '/api/x'), ...original('DELETE', '/api/y')])
      request.headers.append(name, value);
    expect((await authorize(request, { peer: '10.0.0.1' })).status).toBe(400);
  });

  test("FA Envoy's question carries the original in its own request line", async () => {
    const { ask, engine } = await endpoint(gatewayForms.envoy);
    const { text } = await tokenOf(engine, 'ada', 'read-only');
    const token: Lines = [['Authorization', `Bearer ${text}`]];
    expect((await ask(token, { target: '/authorize/api/x?y=1' })).status).toBe(200);
    expect((await ask(token, { method: 'DELETE', target: '/authorize/api/x' })).status).toBe(403);
    for (const target of ['/authorize', '/authorizeapi/x', '/api/x', ''])
      expect((await ask(token, { target })).status).toBe(400);
    const forged = await ask([...token, ...original('GET', '/elsewhere')], {
      method: 'DELETE',
      target: '/authorize/api/x',
    });
    expect(forged.status).toBe(403);
  });

  test('FA the client is resolved by the policy, from the configured header alone', async () => {
    const { ask, engine, store } = await endpoint();
    const { text } = await tokenOf(engine, 'ada');
    const loaded = await engine.settings.load({ subject: 'root' });
    if (!loaded.ok || loaded.value.settings === null) throw new Error('no settings');
    const { network, ...rest } = loaded.value.settings;
    await store.settings.save(
      { ...rest, network: { ...network, allow: ['198.51.100.1'] } },
      loaded.value.revision,
    );
    const from = (...lines: Lines) =>
      ask([...original('GET', '/api/x'), ['Authorization', `Bearer ${text}`], ...lines]);
    // The chain begins with 203.0.113.9; the last line counts most.
    expect((await from()).status).toBe(401);
    expect((await from(['X-Forwarded-For', '198.51.100.1'])).status).toBe(200);
    expect((await from(['X-Forwarded-For', '198.51.100.1, 203.0.113.9'])).status).toBe(401);
    expect((await from(['X-Forwarded-For', '198.51.100.1, 10.2.2.2'])).status).toBe(200);
    expect((await from(['X-Real-IP', '198.51.100.1'], ['Forwarded', 'for=198.51.100.1'])).status).toBe(401);
  });

  test('FA a client header that the gateway does not write is never read, even if the policy names it', async () => {
    const realIp = (settings: Settings): Settings => ({
      ...settings,
      network: {
        ...settings.network,
        allow: ['198.51.100.1'],
        reverseProxy: { trusted: ['10.0.0.0/8'], header: 'X-Real-IP', onMissing: 'deny' },
      },
    });
    const { ask, engine } = await endpoint(gatewayForms.traefik, { settings: realIp });
    const { text } = await tokenOf(engine, 'ada');
    const lines: Lines = [
      ...original('GET', '/api/x'),
      ['Authorization', `Bearer ${text}`],
      ['X-Real-IP', '198.51.100.1'],
    ];
    expect((await ask(lines)).status).toBe(401);
    const named = await endpoint({ ...gatewayForms.traefik, client: 'X-Real-IP' }, { settings: realIp });
    const own = await tokenOf(named.engine, 'ada');
    const again: Lines = [
      ...original('GET', '/api/x'),
      ['Authorization', `Bearer ${own.text}`],
      ['X-Real-IP', '198.51.100.1'],
    ];
    expect((await named.ask(again)).status).toBe(200);
  });

  test('FA gateways that are no addresses are refused at once', async () => {
    const { engine } = await stage();
    for (const gateways of [['localhost'], ['10.0.0.1/8'], ['*']])
      expect(() => forwardAuth({ engine, gateways, form: gatewayForms.nginx })).toThrow(RangeError);
  });
});

describe('FA how a subject is told', () => {
  test.each([
    ['ada', 'ada'],
    ['ada@example.org', 'ada@example.org'],
    ['Ada Lovelace', 'Ada%20Lovelace'],
    ['CORP\\ada', 'CORP%5Cada'],
    ['100%', '100%25'],
    ['a,b;c"d', 'a%2Cb%3Bc%22d'],
    ['Zoë', 'Zo%C3%AB'],
    ['line\r\nX-Latchkey-Scope: read-write', 'line%0D%0AX-Latchkey-Scope:%20read-write'],
    ['\u{1f511}', '%F0%9F%94%91'],
    ['\ud800', null],
  ])('FA %j is %j', (name, text) => {
    expect(headerText(name)).toBe(text);
  });

  test('FA a header value is safe, and decodes to the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const text = headerText(name);
        expect(text).toMatch(/^[!-~]*$/);
        expect(decodeURIComponent(text ?? '')).toBe(name);
      }),
    );
  });

  test('FA a subject that cannot be told is not let through', async () => {
    const subject = { id: 'x\ud800', active: true, administrator: false, groups: [] };
    const { ask, engine } = await endpoint(gatewayForms.traefik, {
      engine: { directory: { find: async (id) => (id === subject.id ? subject : null) } },
    });
    const issued = await engine.tokens.issue({ subject: subject.id }, { label: 'x' });
    if (!issued.ok) throw new Error(issued.problem.code);
    const { text } = issued.value;
    const reply = await ask([...original('GET', '/api/x'), ['Authorization', `Bearer ${text}`]]);
    expect(reply.status).toBe(503);
    expect(reply.headers.get('x-latchkey-subject')).toBeNull();
  });
});
