import { defaultSettings, hosts } from '@latchkey/core';
import { describe, expect, test } from 'vitest';
import { as, bearer, peer, stage, tokenOf } from './stage.ts';

describe('MA-1 impact', () => {
  test('MA-1 an administrator sees what saving would change, and that nothing was saved', async () => {
    const { call, engine } = await stage();
    const { id, text } = await tokenOf(engine, 'ada');
    const before = defaultSettings(hosts.generic);
    const settings = {
      ...before,
      permissions: { ...before.permissions, use: { to: 'groups', groups: ['staff'] } },
      network: { ...before.network, allow: ['10.0.0.0/8'] },
    };
    const requests = [
      { name: 'read', method: 'GET', target: '/api/x', headers: [['Authorization', `Bearer ${text}`]], peer },
    ];
    const impact = await call('impactOfSettings', {
      headers: as('root'),
      body: { settings, requests, users: [{ id: 'zoe', active: true, administrator: false, groups: [] }] },
    });
    expect(impact.status).toBe(200);
    expect(impact.body).toMatchObject({
      addresses: { becomeRefused: ['0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255', '::/0'] },
      grants: { use: { lose: ['ada', 'zoe'] } },
      tokens: { stop: [{ id, before: { token: 'live' }, after: { token: 'use-not-granted' } }] },
      requests: [{ name: 'read', before: { row: 'accepted' }, after: { row: 'address-refused-closed' } }],
      locksOutActor: false,
    });
    expect((await call('loadSettings', { headers: as('root') })).body.revision).toBe(0);
  });

  test('MA-1 an administrator who would lock itself out is told', async () => {
    const { call, engine } = await stage();
    const { text } = await tokenOf(engine, 'root');
    const before = defaultSettings(hosts.generic);
    const settings = { ...before, network: { ...before.network, allow: ['10.0.0.0/8'] } };
    const impact = await call('impactOfSettings', { headers: bearer(text), body: { settings } });
    expect(impact.body).toMatchObject({
      locksOutActor: true,
      actor: { subject: 'root', after: { status: 401 } },
    });
  });

  test('MA-2 instants are ISO 8601, and a document that is no settings is told', async () => {
    const { call, engine } = await stage();
    await tokenOf(engine, 'ada');
    const before = defaultSettings(hosts.generic);
    const settings = { ...before, validity: { ...before.validity, maximum: 'P1M', existing: 'clamp' } };
    const impact = await call('impactOfSettings', { headers: as('root'), body: { settings } });
    expect(impact.body.tokens.change[0].after.endsAt).toBe('2026-02-28T12:00:00.000Z');
    const raw = JSON.stringify({ settings: { ...settings, version: 2 } });
    expect(await call('impactOfSettings', { headers: as('root'), raw })).toMatchObject({
      status: 422,
      body: { reason: 'settings-invalid', errors: [{ path: ['version'] }] },
    });
    expect((await call('impactOfSettings', { headers: as('ada'), body: { settings } })).status).toBe(403);
  });
});

describe('MA-1 explain', () => {
  test('MA-1 an administrator sees why, and the secret nowhere', async () => {
    const { call, engine, store } = await stage();
    const { id, text } = await tokenOf(engine, 'ada', 'read-only');
    const ask = { target: '/api/x', headers: [['Authorization', `Bearer ${text}`]], peer };
    const denied = await call('explainRequest', { headers: as('root'), body: { ...ask, method: 'DELETE' } });
    expect(denied.body).toMatchObject({
      effect: 'deny',
      status: 403,
      row: 'scope-exceeded',
      principal: null,
    });
    expect(denied.body.counterfactuals).not.toEqual([]);
    const allowed = await call('explainRequest', { headers: as('root'), body: { ...ask, method: 'GET' } });
    expect(allowed.body).toMatchObject({
      effect: 'allow',
      status: null,
      principal: { subject: 'ada', tokenId: id, scope: 'read-only' },
      client: { address: peer, trail: [{ text: peer, trust: 'untrusted' }] },
      answer: null,
    });
    for (const { text: shown } of [denied, allowed]) expect(shown).not.toContain(text.slice(20));
    await engine.close();
    expect((await store.tokens.find(id)).record?.lastUsedAt).toBeNull();
  });

  test('MA-1 only administrators are answered', async () => {
    const { call } = await stage();
    const body = { method: 'GET', target: '/api/x', headers: [] };
    for (const subject of ['ada', 'issuer', 'eve'])
      expect(await call('explainRequest', { headers: as(subject), body })).toMatchObject({
        status: 403,
        body: { reason: 'not-permitted' },
      });
  });

  test('MA-1 the limits of a session are told as an instant', async () => {
    const { call, engine } = await stage({ engine: { host: hosts.jira } });
    const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'x', expiry: { validity: 'P6M' } });
    if (!issued.ok) throw new Error(issued.problem.code);
    const headers = [['Authorization', `Bearer ${issued.value.text}`]];
    const body = { method: 'POST', target: '/rest/auth/1/session', headers };
    const told = await call('explainRequest', { headers: as('root'), body });
    expect(told.body.obligations).toContainEqual({
      do: 'limit-session',
      scope: 'read-write',
      notAfter: '2026-07-31T12:00:00.000Z',
    });
  });
});

describe('MA-1 audit', () => {
  test('MA-1 every kind of event is listed as described, newest first, in pages', async () => {
    const { call, engine, store, clock } = await stage();
    const headers = as('root');
    const { body: issued } = await call('issueToken', { headers: as('ada'), body: { label: 'x' } });
    const path = { id: issued.token.id };
    await call('relabelToken', { headers: as('ada'), path, body: { label: 'y' } });
    await call('rotateToken', { headers: as('ada'), path, body: { graceMs: 1_000 } });
    await call('revokeToken', { headers, path });
    const save = { ...headers, 'If-Match': '"0"' };
    await call('saveSettings', {
      headers: save,
      body: { ...defaultSettings(hosts.generic), hostTokens: 'refused' },
    });
    clock.advance(10_000);
    await engine.tokens.purge({ subject: 'root' }, { retentionMs: 0 });
    const origin = {
      at: clock(),
      actorTokenId: null,
      address: null,
      row: 'accepted',
      reason: 'token-accepted',
    };
    await store.audit.append(
      (['request-accepted', 'request-refused', 'request-deferred'] as const).map((kind) => ({
        kind,
        ...origin,
        actor: null,
      })),
    );
    const kinds: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: Record<string, string> = { limit: '4', ...(cursor === '' ? {} : { cursor }) };
      const { body } = await call('listAudit', { headers, query });
      kinds.push(...body.entries.map(({ event }: { event: { kind: string } }) => event.kind));
      cursor = body.next;
    }
    expect(kinds).toEqual([
      'request-deferred',
      'request-refused',
      'request-accepted',
      'tokens-purged',
      'settings-changed',
      'token-revoked',
      'token-rotated',
      'token-relabelled',
      'token-issued',
    ]);
  });

  test('MA-1 filters narrow the log', async () => {
    const { call, clock } = await stage();
    const headers = as('root');
    const { body: issued } = await call('issueToken', { headers: as('ada'), body: { label: 'x' } });
    clock.advance(60_000);
    await call('issueToken', { headers: as('bob'), body: { label: 'x' } });
    const actors = async (query: Record<string, string>) =>
      (await call('listAudit', { headers, query })).body.entries.map(
        ({ event }: { event: { actor: string } }) => event.actor,
      );
    expect(await actors({ actor: 'ada' })).toEqual(['ada']);
    expect(await actors({ tokenId: issued.token.id })).toEqual(['ada']);
    expect(await actors({ before: '2026-01-31T12:00:30Z' })).toEqual(['ada']);
    expect(await actors({ from: '2026-01-31T12:00:30Z' })).toEqual(['bob']);
    expect(await actors({ kind: 'token-revoked' })).toEqual([]);
    expect((await call('listAudit', { headers, query: { kind: 'x' } })).status).toBe(400);
    expect((await call('listAudit', { headers, query: { cursor: '../x' } })).body.reason).toBe(
      'cursor-malformed',
    );
    expect((await call('listAudit', { headers: as('ada') })).status).toBe(403);
  });

  test('MA-1 an engine without a log says so', async () => {
    const base = await stage();
    const { createLatchkey } = await import('@latchkey/core');
    const { audit: _, ...options } = base.options;
    const { call } = await stage({ api: { engine: createLatchkey(options) } });
    expect(await call('listAudit', { headers: as('root') })).toMatchObject({
      status: 404,
      body: { reason: 'audit-absent' },
    });
  });
});

describe('MA-1 me', () => {
  test.each([
    [
      'ada',
      { link: true, page: 'form', mayCreateFor: 'self' },
      { self: ['read-only', 'read-write'], others: [] },
    ],
    [
      'issuer',
      { link: true, page: 'form', mayCreateFor: 'both' },
      { self: ['read-only', 'read-write'], others: ['read-only', 'read-write'] },
    ],
  ])('MA-1 %s sees its page and choices', async (subject, tokenPage, scope) => {
    const { call } = await stage();
    const { body } = await call('showMe', { headers: as(subject) });
    expect(body).toMatchObject({
      subject,
      tokenPage,
      administrator: false,
      authenticatedBy: 'session',
      tokenId: null,
    });
    expect(body.choices).toMatchObject({ maximum: 'never', scope, notAfter: null });
    expect(body.choices.validity).toHaveLength(9);
  });

  test('MA-1 choices follow the settings', async () => {
    const { call } = await stage({
      settings: (settings) => ({
        ...settings,
        validity: { ...settings.validity, maximum: 'P1Y' },
        permissions: { ...settings.permissions, create: { to: 'everyone', readOnly: true } },
      }),
    });
    expect((await call('showMe', { headers: as('issuer') })).body.choices).toMatchObject({
      validity: ['P1Y', 'P6M'],
      scope: { self: ['read-only'], others: ['read-only', 'read-write'] },
    });
  });

  test('MA-1 a token sees no more than it could create', async () => {
    const { call, engine } = await stage();
    const { id, text } = await tokenOf(engine, 'issuer', 'read-only');
    const { body } = await call('showMe', { headers: bearer(text) });
    expect(body).toMatchObject({ authenticatedBy: 'token', tokenId: id });
    expect(body.choices.scope).toEqual({ self: ['read-only'], others: ['read-only'] });
  });

  test('MA-1 an inactive user, and one that is not there, see nothing', async () => {
    const { call } = await stage();
    for (const subject of ['eve', 'nobody'])
      expect((await call('showMe', { headers: as(subject) })).status).toBe(403);
  });

  test('MA-1 a directory or store that fails is 503', async () => {
    const failing = async () => {
      throw new Error('down');
    };
    const { call } = await stage({ api: { directory: { find: failing } } });
    expect(await call('showMe', { headers: as('ada') })).toMatchObject({
      status: 503,
      body: { reason: 'unavailable' },
    });
    const other = await stage({ api: { settings: { load: failing, save: failing } } });
    expect((await other.call('showMe', { headers: as('ada') })).status).toBe(503);
  });
});
