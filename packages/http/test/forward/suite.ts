import { hosts } from '@latchkey/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayForm } from '../../src/index.ts';
import { tokenOf } from '../stage.ts';
import { behind, raw } from './gateway.ts';

/** A real gateway under the configuration of its guide, before a host and with Latchkey beside it. */
export interface GatewayUnderTest {
  /** Its name, for titles. */
  readonly name: string;
  readonly form: GatewayForm;
  start(host: number, latchkey: number): Promise<{ readonly port: number; stop(): Promise<void> }>;
  /** Whether `X-Forwarded-For` goes on from what the client sent, or begins with the client. */
  readonly chain: 'goes-on' | 'begins';
  /** The status that it answers where Latchkey does not. */
  readonly unanswered: number;
}

/** What a test is given. */
export interface GatewayBench extends Awaited<ReturnType<typeof behind>> {
  /** A token of `ada` that only reads, and one of `__proto__` that writes. */
  readonly reader: string;
  readonly writer: string;
  readonly writerId: string;
  /** Locks the credentials of everybody, or lets them go. */
  lock(locked: boolean): void;
}

const identity = ['x-latchkey-subject', 'x-latchkey-token-id', 'x-latchkey-scope'];
const session = ['x-latchkey-session-scope', 'x-latchkey-session-not-after'];
const bearer = (text: string): string => `Authorization: Bearer ${text}`;

async function benchOf({ form, start }: GatewayUnderTest): Promise<GatewayBench> {
  let locked = false;
  const host = { ...hosts.generic, exempt: [{ method: 'POST', path: '/api/session', session: true }] };
  const attempts = {
    check: async () => ({ locked, retryAfterSeconds: 42 }),
    report: async () => undefined,
  };
  const stage = await behind(form, start, { host, attempts });
  const reader = (await tokenOf(stage.engine, 'ada', 'read-only')).text;
  const { text: writer, id: writerId } = await tokenOf(stage.engine, '__proto__');
  const lock = (wanted: boolean): void => {
    locked = wanted;
  };
  return { ...stage, reader, writer, writerId, lock };
}

/** Saves which addresses may use tokens; none means all. */
async function allow({ engine }: GatewayBench, ...entries: readonly string[]): Promise<void> {
  const loaded = await engine.settings.load({ subject: 'root' });
  if (!loaded.ok || loaded.value.settings === null) throw new Error('no settings');
  const { network, ...rest } = loaded.value.settings;
  const document = { ...rest, network: { ...network, allow: entries } };
  const saved = await engine.settings.save({ subject: 'root' }, document, loaded.value.revision);
  if (!saved.ok) throw new Error('not saved');
}

/** What every gateway has to do by the configuration of its guide; `more` adds what one alone does. Spec: FA */
export function gatewaySuite(
  gateway: GatewayUnderTest,
  more: (bench: () => GatewayBench) => void = () => undefined,
) {
  describe(`FA behind a real ${gateway.name}, by the configuration in docs/guide`, () => {
    let bench: GatewayBench;
    beforeAll(async () => {
      bench = await benchOf(gateway);
    });
    afterAll(() => bench?.stop());

    test('FA an accepted request reaches the host with its identity, and without the token', async () => {
      const { port, writer, writerId, seen, last } = bench;
      const reply = await raw(port, 'POST /api/notes?x=%2F..%2F', [bearer(writer)], 'a note');
      expect(reply).toMatchObject({ status: 200, body: 'the host' });
      expect(seen.at(-1)).toMatchObject({ method: 'POST', url: '/api/notes?x=%2F..%2F', body: 'a note' });
      expect(identity.map(last)).toEqual([['__proto__'], [writerId], ['read-write']]);
      expect(last('authorization')).toEqual([]);
    });

    test('FA the original method is what is decided by', async () => {
      const { port, reader, seen } = bench;
      expect((await raw(port, 'GET /api/notes', [bearer(reader)])).status).toBe(200);
      const before = seen.length;
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
        const write = await raw(port, `${method} /api/notes`, [bearer(reader)]);
        expect(write.status).toBe(403);
        expect(JSON.parse(write.body)).toMatchObject({ status: 403, reason: 'scope-exceeded' });
        expect(write.headers.get('content-type')).toBe('application/problem+json');
      }
      const overridden = await raw(port, 'GET /api/notes', [
        bearer(reader),
        'X-HTTP-Method-Override: DELETE',
      ]);
      expect(overridden.status).toBe(403);
      expect(seen.length).toBe(before);
    });

    test("FA a client that forges the gateway's headers is refused as without them", async () => {
      const { port, reader, seen } = bench;
      const before = seen.length;
      const own = [
        'X-Original-Method: GET',
        'X-Original-URI: /elsewhere',
        'x_original_method: GET',
        'X-Forwarded-Method: GET',
        'X-Forwarded-Uri: /elsewhere',
      ];
      const forged = [bearer(reader), ...own, 'X-Latchkey-Subject: root', 'X-Latchkey-Status: 200'];
      for (const lines of [forged, [...forged, ...own]])
        expect((await raw(port, 'DELETE /api/notes/1', lines)).status).toBe(403);
      expect(seen.length).toBe(before);
    });

    test('FA a client that forges an identity on a deferred request brings none', async () => {
      const { port, last } = bench;
      const forged = [...identity, ...session].map((name) => `${name}: root`);
      expect((await raw(port, 'GET /api/notes', forged)).status).toBe(200);
      for (const name of [...identity, ...session]) expect(last(name), name).toEqual([]);
      expect((await raw(port, 'GET /public', ['X-Latchkey-Subject: root'])).status).toBe(200);
      expect(last('x-latchkey-subject')).toEqual([]);
    });

    test('FA a client cannot ask for itself: the path of the question is one of the host', async () => {
      const { port, asked, seen } = bench;
      const before = asked();
      const lines = ['X-Original-Method: GET', 'X-Original-URI: /'];
      const { status } = await raw(port, 'GET /authorize', lines);
      expect([status, seen.at(-1)?.url]).toEqual([200, '/authorize']);
      expect(asked()).toBe(before + 1);
    });

    test('FA the limits of a session reach the host where one is opened, and nowhere else', async () => {
      const { port, reader, last } = bench;
      expect((await raw(port, 'POST /api/session', [bearer(reader)], 'x')).status).toBe(200);
      expect(last('x-latchkey-scope')).toEqual(['read-only']);
      expect(session.map(last)).toEqual([['read-only'], ['never']]);
      expect((await raw(port, 'GET /api/notes', [bearer(reader)])).status).toBe(200);
      expect(session.map(last)).toEqual([[], []]);
    });

    test('FA a password goes on to the host, byte for byte, and what the host answers comes back', async () => {
      const { port, last } = bench;
      const credential = `Basic ${Buffer.from('ada:pass wörd').toString('base64')}`;
      expect((await raw(port, 'GET /api/notes', [`Authorization: ${credential}`])).status).toBe(200);
      expect(last('authorization')).toEqual([credential]);
      const own = await raw(port, 'GET /api/refuse', [`Authorization: ${credential}`]);
      expect(own).toMatchObject({ status: 401, body: 'the host' });
      expect(own.headers.get('x-host')).toBe('yes');
    });

    test('FA the client is the one that the chain names, right to left', async () => {
      const { port, writer } = bench;
      const call = (...lines: readonly string[]) => raw(port, 'GET /api/notes', [bearer(writer), ...lines]);
      try {
        // The peer of the gateway is 127.0.0.1, a trusted proxy by the settings.
        await allow(bench, '203.0.113.9');
        const goesOn = gateway.chain === 'goes-on';
        expect((await call('X-Forwarded-For: 203.0.113.9')).status).toBe(goesOn ? 200 : 401);
        const two = await call('X-Forwarded-For: 203.0.113.9', 'X-Forwarded-For: 198.51.100.1');
        expect(two.status).toBe(401);
        const others = ['X-Real-IP: 203.0.113.9', 'Forwarded: for=203.0.113.9'];
        const refused = await call('X-Forwarded-For: 203.0.113.9, 198.51.100.1', ...others);
        expect(refused.status).toBe(401);
        const who = goesOn ? '198.51.100.1' : '127.0.0.1';
        expect(JSON.parse(refused.body)).toMatchObject({ detail: `Requests from ${who} are not allowed.` });
        expect((await call('X-Forwarded-For: nonsense')).status).toBe(401);
        await allow(bench, '127.0.0.1');
        expect((await call()).status).toBe(200);
      } finally {
        await allow(bench);
      }
    });

    test('FA every deny keeps its status, reason and headers', async () => {
      const { port, engine, writer, lock } = bench;
      const unknown = await raw(port, 'GET /api/notes', [bearer(writer.slice(0, -1))]);
      expect(unknown.status).toBe(200); // Not in our format: a bearer token of the host's own.
      const revoked = await tokenOf(engine, 'bob');
      await engine.tokens.revoke({ subject: 'bob' }, revoked.id);
      const denied = await raw(port, 'GET /api/notes', [bearer(revoked.text)]);
      expect(denied.status).toBe(401);
      expect(denied.headers.get('www-authenticate')).toMatch(/Basic|Bearer/);
      expect(denied.headers.get('cache-control')).toBe('no-store');
      expect(JSON.parse(denied.body)).toMatchObject({
        type: 'about:blank',
        status: 401,
        detail: 'The token was not accepted.',
        reason: 'token-not-accepted',
      });
      const twice = await raw(port, 'GET /api/notes', [bearer(writer), bearer(writer)]);
      expect(twice.status).toBeGreaterThanOrEqual(400);

      lock(true);
      const tired = await raw(port, 'GET /api/notes', [`Authorization: Basic ${btoa('ada:wrong')}`]);
      lock(false);
      expect(tired.status).toBe(429);
      expect(tired.headers.get('retry-after')).toBe('42');
      expect(JSON.parse(tired.body)).toMatchObject({ status: 429, reason: 'attempts-exhausted' });
    });

    more(() => bench);

    test('FA an outage is 503, and no answer at all lets nothing pass', async () => {
      const { port, engine, writer, seen, stopLatchkey } = bench;
      const before = seen.length;
      await engine.close();
      const outage = await raw(port, 'GET /api/notes', [bearer(writer)]);
      expect(outage.status).toBe(503);
      expect(outage.headers.get('retry-after')).toBe('5');
      expect(JSON.parse(outage.body)).toMatchObject({ status: 503, reason: 'service-unavailable' });
      await stopLatchkey();
      expect((await raw(port, 'GET /api/notes', [])).status).toBe(gateway.unanswered);
      expect(seen.length).toBe(before);
    });
  });
}
