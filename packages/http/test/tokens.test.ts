import { describe, expect, test } from 'vitest';
import { as, bearer, stage, tokenOf } from './stage.ts';

describe('MA-1 routes of tokens', () => {
  test('MA-1 a token is issued, shown, listed, relabelled, rotated and revoked', async () => {
    const { call, engine } = await stage();
    const issued = await call('issueToken', {
      headers: as('ada'),
      body: { label: 'build', expiry: { validity: 'P6M' } },
    });
    expect(issued.status).toBe(201);
    const { id } = issued.body.token;
    expect(issued.headers.get('location')).toBe(`/api/latchkey/tokens/${id}`);
    expect(issued.body.token).toMatchObject({
      subject: 'ada',
      issuedBy: 'ada',
      scope: 'read-write',
      status: 'live',
      createdAt: '2026-01-31T12:00:00.000Z',
      expiresAt: '2026-07-31T12:00:00.000Z',
    });
    expect(await engine.verify(issued.body.text)).toMatchObject({ live: true });

    const headers = bearer(issued.body.text);
    expect((await call('showToken', { headers, path: { id } })).body).toMatchObject({ id, label: 'build' });
    expect((await call('listTokens', { headers })).body).toMatchObject({ tokens: [{ id }], next: null });
    const relabelled = await call('relabelToken', { headers, path: { id }, body: { label: 'deploy' } });
    expect(relabelled.body).toMatchObject({ id, label: 'deploy' });

    const rotated = await call('rotateToken', { headers, path: { id }, body: { graceMs: 60_000 } });
    expect(rotated.status).toBe(201);
    expect(rotated.body).toMatchObject({
      token: { replaces: id, label: 'deploy', expiresAt: '2026-07-31T12:00:00.000Z' },
      oldEndsAt: '2026-01-31T12:01:00.000Z',
    });
    const next = bearer(rotated.body.text);
    const revoked = await call('revokeToken', { headers: next, path: { id: rotated.body.token.id } });
    expect(revoked).toMatchObject({ status: 204, text: '' });
    expect((await call('listTokens', { headers: next })).body.reason).toBe('token-not-accepted');
  });

  test('MA-1 a rotation needs no body', async () => {
    const { call, engine } = await stage();
    const { id } = await tokenOf(engine, 'ada');
    expect((await call('rotateToken', { headers: as('ada'), path: { id } })).status).toBe(201);
  });

  test('MA-1 everything of a subject is revoked at once, by itself and by an administrator', async () => {
    const { call, engine } = await stage();
    await tokenOf(engine, 'bob');
    await tokenOf(engine, 'bob');
    const path = { id: 'bob' };
    expect((await call('revokeTokensOfSubject', { headers: as('ada'), path })).status).toBe(403);
    expect((await call('revokeTokensOfSubject', { headers: as('root'), path })).body).toEqual({ revoked: 2 });
    expect((await call('revokeTokensOfSubject', { headers: as('bob'), path })).body).toEqual({ revoked: 0 });
  });

  test('MA-1 a caller names no other subject without the permission to create on behalf', async () => {
    const { call, store } = await stage();
    const body = { label: 'for bob', subject: 'bob' };
    for (const subject of ['ada', 'root']) {
      const refused = await call('issueToken', { headers: as(subject), body });
      expect(refused).toMatchObject({ status: 403, body: { reason: 'not-permitted' } });
    }
    expect(await store.tokens.list({ after: null, limit: 10 })).toEqual([]);
    const issued = await call('issueToken', { headers: as('issuer'), body });
    expect(issued.body.token).toMatchObject({ subject: 'bob', issuedBy: 'issuer' });
    const proto = await call('issueToken', {
      headers: as('issuer'),
      body: { label: 'x', subject: '__proto__' },
    });
    expect(proto.body.token.subject).toBe('__proto__');
  });

  test('MA-1 what a token creates is never more than that token, whatever the body asks for', async () => {
    const { call, engine } = await stage();
    const reader = await tokenOf(engine, 'ada', 'read-only');
    const headers = bearer(reader.text);
    const asked = { label: 'more', scope: 'read-write' };
    expect(await call('issueToken', { headers, body: asked })).toMatchObject({
      status: 403,
      body: { reason: 'scope-not-permitted' },
    });
    expect((await call('issueToken', { headers, body: { label: 'same' } })).body.token.scope).toBe(
      'read-only',
    );
    for (const [id, options] of [
      ['relabelToken', { path: { id: reader.id }, body: { label: 'x' } }],
      ['rotateToken', { path: { id: reader.id }, body: {} }],
      ['revokeToken', { path: { id: reader.id } }],
    ] as const)
      expect((await call(id, { headers, ...options })).body.reason, id).toBe('scope-exceeded');
  });

  test('MA-1 a token that one may not manage is as unknown as none', async () => {
    const { call, engine } = await stage();
    const { id } = await tokenOf(engine, 'bob');
    for (const path of [{ id }, { id: 'AAAAAAAAAAAAAAAA' }, { id: '../settings' }, { id: 'x' }]) {
      const shown = await call('showToken', { headers: as('ada'), path });
      expect(shown.status).toBe(404);
    }
    expect((await call('showToken', { headers: as('ada'), path: { id } })).body.reason).toBe('token-unknown');
    expect((await call('listTokens', { headers: as('ada'), query: { subject: 'bob' } })).status).toBe(403);
    expect((await call('revokeToken', { headers: as('ada'), path: { id } })).status).toBe(404);
    expect((await call('showToken', { headers: as('issuer'), path: { id } })).body).toMatchObject({ id });
  });

  test('MA-1 a create from a page still open is 403 once the permission is gone', async () => {
    const { call, engine, store } = await stage({ settings: (settings) => settings });
    expect((await call('showMe', { headers: as('ada') })).body.tokenPage.page).toBe('form');
    const loaded = await engine.settings.load({ subject: 'root' });
    if (!loaded.ok || loaded.value.settings === null) throw new Error('no settings');
    const { permissions, ...rest } = loaded.value.settings;
    const create = { to: 'groups', groups: ['staff'], readOnly: false } as const;
    await store.settings.save({ ...rest, permissions: { ...permissions, create } }, loaded.value.revision);
    const refused = await call('issueToken', { headers: as('ada'), body: { label: 'late' } });
    expect(refused).toMatchObject({ status: 403, body: { reason: 'not-permitted' } });
    expect((await call('showMe', { headers: as('ada') })).body.tokenPage).toEqual({
      link: false,
      page: 'notice',
      mayCreateFor: 'nobody',
    });
  });
});

describe('MA-2 lists', () => {
  test('MA-2 pages lead through all tokens once, in order', async () => {
    const { call, engine, clock } = await stage();
    const made: string[] = [];
    for (let count = 0; count < 7; count++) {
      made.unshift((await tokenOf(engine, 'ada')).id);
      clock.advance(1_000);
    }
    const listed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: Record<string, string> = { limit: '3', ...(cursor === '' ? {} : { cursor }) };
      const { body } = await call('listTokens', { headers: as('ada'), query });
      listed.push(...body.tokens.map(({ id }: { id: string }) => id));
      cursor = body.next;
    }
    expect(listed).toEqual(made);
  });

  test('MA-2 filters narrow a list', async () => {
    const { call, engine, clock } = await stage();
    const early = await tokenOf(engine, 'ada', 'read-only');
    clock.advance(60_000);
    await tokenOf(engine, 'bob');
    const idsBy = async (query: Record<string, string>) =>
      (await call('listTokens', { headers: as('root'), query })).body.tokens.map(
        ({ id }: { id: string }) => id,
      );
    for (const query of [
      { subject: 'ada' },
      { scope: 'read-only' },
      { label: 'OF ADA' },
      { createdBefore: '2026-01-31T12:00:30Z' },
      { createdFrom: '2026-01-31T13:00:00+01:00', createdBefore: '2026-01-31T12:00:01Z' },
    ])
      expect(await idsBy(query)).toEqual([early.id]);
    expect(await idsBy({ expiresFrom: '2026-01-01T00:00:00Z' })).toEqual([]);
    expect(await idsBy({ usedFrom: '2026-01-01T00:00:00Z' })).toEqual([]);
  });

  test.each([
    [{ limit: '1001' }, 'limit-out-of-bounds'],
    [{ limit: '0' }, 'query-invalid'],
    [{ limit: 'ten' }, 'query-invalid'],
    [{ cursor: 'made-up' }, 'cursor-malformed'],
    [{ colour: 'red' }, 'query-invalid'],
    [{ scope: 'all' }, 'query-invalid'],
    [{ createdFrom: 'yesterday' }, 'query-invalid'],
  ])('MA-2 the query %o is refused as %s', async (query, reason) => {
    const { call } = await stage();
    expect(await call('listTokens', { headers: as('ada'), query })).toMatchObject({
      status: 400,
      body: { reason },
    });
  });
});
