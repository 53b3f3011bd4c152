import { addValidity, type Settings } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { codeOf, desk, start, valueOf } from './desk.ts';

const with_ =
  (part: Partial<Settings['permissions']>, validity: Partial<Settings['validity']> = {}) =>
  (settings: Settings): Settings => ({
    ...settings,
    permissions: { ...settings.permissions, ...part },
    validity: { ...settings.validity, ...validity },
  });

describe('issue', () => {
  it('TK-2 gives the text out once; nothing that can be listed, found in the log or stored holds it', async () => {
    const { engine, store, session, ready } = desk();
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'build' }));
    expect(token).toMatchObject({
      subject: 'ada',
      issuedBy: 'ada',
      scope: 'read-write',
      expiresAt: null,
      status: 'live',
    });
    const everything = JSON.stringify([
      token,
      await engine.tokens.list(session('ada')),
      await store.tokens.list({ after: null, limit: 10 }),
      await engine.audit.list(session('root')),
    ]);
    expect(everything).not.toContain(text.slice(20, 60));
    expect(JSON.stringify(token)).not.toContain('digest');
    expect((await engine.verify(text)).live).toBe(true);
  });

  it('PE-3 without the grant to create, a create is refused although the page is still open', async () => {
    const { engine, session, ready, saveSettings } = desk();
    await ready;
    expect(codeOf(await engine.tokens.issue(session('bob'), { label: 'x' }))).toBe('ok');
    const { defaultSettings, hosts } = await import('@latchkey/core');
    await saveSettings(
      with_({ create: { to: 'groups', groups: ['dev'], readOnly: false } })(defaultSettings(hosts.generic)),
    );
    expect(codeOf(await engine.tokens.issue(session('bob'), { label: 'x' }))).toBe('not-permitted');
    expect(codeOf(await engine.tokens.issue(session('ada'), { label: 'x' }))).toBe('ok');
    expect(valueOf(await engine.tokens.list(session('bob'))).tokens).toHaveLength(1);
  });

  it('PE-4 an issuer on behalf chooses subject and scope; the subject has to exist and be active', async () => {
    const { engine, session, ready } = desk(
      with_({ use: { to: 'groups', groups: ['dev'] }, create: { to: 'everyone', readOnly: true } }),
    );
    await ready;
    const issue = (by: string, subject: string, scope?: 'read-only' | 'read-write') =>
      engine.tokens.issue(session(by), { label: 'x', subject, ...(scope === undefined ? {} : { scope }) });
    expect(valueOf(await issue('issuer', 'ada')).token).toMatchObject({
      subject: 'ada',
      issuedBy: 'issuer',
      scope: 'read-write',
    });
    expect(valueOf(await issue('issuer', 'ada', 'read-only')).token.scope).toBe('read-only');
    expect(codeOf(await issue('issuer', 'nobody'))).toBe('subject-unknown');
    expect(codeOf(await issue('issuer', 'eve'))).toBe('subject-inactive');
    expect(codeOf(await issue('ada', 'bob'))).toBe('not-permitted');
    expect(codeOf(await issue('root', 'bob'))).toBe('not-permitted');
    expect(valueOf(await issue('issuer', 'bob')).findings.map(({ code }) => code)).toEqual([
      'subject-lacks-use',
    ]);
    expect(valueOf(await issue('issuer', 'ada')).findings).toEqual([]);
  });

  it('SC-3 own tokens are read-only where that is set; asking for more is an error, asking for nothing is not', async () => {
    const { engine, session, ready } = desk(with_({ create: { to: 'everyone', readOnly: true } }));
    await ready;
    expect(codeOf(await engine.tokens.issue(session('ada'), { label: 'x', scope: 'read-write' }))).toBe(
      'scope-not-permitted',
    );
    expect(valueOf(await engine.tokens.issue(session('ada'), { label: 'x' })).token.scope).toBe('read-only');
    // The issuer's own tokens are own tokens too, also when it names itself.
    expect(
      codeOf(
        await engine.tokens.issue(session('issuer'), { label: 'x', subject: 'issuer', scope: 'read-write' }),
      ),
    ).toBe('scope-not-permitted');
  });

  it('SC-5 what a token creates is never more than that token', async () => {
    const { engine, session, ready, clock } = desk();
    await ready;
    const reader = valueOf(
      await engine.tokens.issue(session('ada'), {
        label: 'r',
        scope: 'read-only',
        expiry: { validity: 'P6M' },
      }),
    );
    const by = { subject: 'ada', tokenId: reader.token.id };
    expect(codeOf(await engine.tokens.issue(by, { label: 'x', scope: 'read-write' }))).toBe(
      'scope-not-permitted',
    );
    clock.advance(1000);
    const child = valueOf(await engine.tokens.issue(by, { label: 'x' })).token;
    expect(child).toMatchObject({ scope: 'read-only', expiresAt: reader.token.expiresAt });
    expect(codeOf(await engine.tokens.issue(by, { label: 'x', expiry: { validity: 'P6M' } }))).toBe(
      'expiry-out-of-bounds',
    );
    expect(codeOf(await engine.tokens.issue(by, { label: 'x', expiry: { validity: 'never' } }))).toBe(
      'expiry-out-of-bounds',
    );
    for (const operation of [
      engine.tokens.revoke(by, reader.token.id),
      engine.tokens.relabel(by, reader.token.id, 'y'),
      engine.tokens.rotate(by, reader.token.id),
      engine.tokens.revokeAll(by, 'ada'),
    ])
      expect(codeOf(await operation)).toBe('not-permitted');
    expect(codeOf(await engine.tokens.list(by))).toBe('ok');
  });

  it('SC-5 a session that a token opened is bound like the token', async () => {
    const { engine, ready } = desk();
    await ready;
    const by = { subject: 'ada', limits: { scope: 'read-only', notAfter: start + 1000 } } as const;
    expect(valueOf(await engine.tokens.issue(by, { label: 'x' })).token).toMatchObject({
      scope: 'read-only',
      expiresAt: start + 1000,
    });
    expect(
      codeOf(
        await engine.tokens.issue({ ...by, limits: { scope: 'read-only', notAfter: start } }, { label: 'x' }),
      ),
    ).toBe('not-permitted');
  });

  it('SC-5 an actor is what the store says of its token, not what it says itself', async () => {
    const { engine, session, ready } = desk();
    await ready;
    const mine = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' })).token.id;
    expect(codeOf(await engine.tokens.issue({ subject: 'bob', tokenId: mine }, { label: 'x' }))).toBe(
      'not-permitted',
    );
    expect(
      codeOf(await engine.tokens.issue({ subject: 'ada', tokenId: '0'.repeat(16) }, { label: 'x' })),
    ).toBe('not-permitted');
    await engine.tokens.revoke(session('ada'), mine);
    expect(codeOf(await engine.tokens.issue({ subject: 'ada', tokenId: mine }, { label: 'x' }))).toBe(
      'not-permitted',
    );
    expect(codeOf(await engine.tokens.issue(session('eve'), { label: 'x' }))).toBe('not-permitted');
    expect(codeOf(await engine.tokens.issue(session('nobody'), { label: 'x' }))).toBe('not-permitted');
  });

  it('VA-6 nothing asked gives the maximum itself; what is asked stays within it; rubbish never means no end', async () => {
    const { engine, session, ready } = desk(with_({}, { maximum: 'P1Y' }));
    await ready;
    const issue = (expiry?: { validity: never } | { at: string }) =>
      engine.tokens.issue(session('ada'), { label: 'x', ...(expiry === undefined ? {} : { expiry }) });
    expect(valueOf(await issue()).token.expiresAt).toBe(addValidity(start, 'P1Y'));
    expect(codeOf(await issue({ validity: 'never' as never }))).toBe('expiry-out-of-bounds');
    expect(codeOf(await issue({ at: '2027-01-31T12:00:00Z' }))).toBe('ok');
    expect(await issue({ at: '2027-01-31T12:00:00.001Z' })).toMatchObject({
      problem: { code: 'expiry-out-of-bounds', message: expect.stringContaining('2027-01-31T12:00:00') },
    });
    for (const at of [
      '',
      'never',
      '2027',
      '2026-06-01',
      '2026-06-01T10:00',
      '2026-02-30T10:00Z',
      '2026-06-01T24:00:00Z',
    ])
      expect(codeOf(await issue({ at })), at).toBe('expiry-malformed');
    expect(codeOf(await engine.tokens.issue(session('ada'), { label: 'x', expiry: null as never }))).toBe(
      'expiry-malformed',
    );
  });

  it('TK-8 a subject has at most so many live tokens; an ended one makes room', async () => {
    const { engine, session, ready } = desk(undefined, { maximumLive: 3 });
    await ready;
    const issue = () => engine.tokens.issue(session('ada'), { label: 'x' });
    const burst = await Promise.all([issue(), issue(), issue(), issue(), issue()]);
    expect(burst.map(codeOf).sort()).toEqual(['limit-reached', 'limit-reached', 'ok', 'ok', 'ok']);
    await engine.tokens.revoke(
      session('ada'),
      valueOf(burst[0] as never as { ok: true; value: { token: { id: string } } }).token.id,
    );
    expect(codeOf(await issue())).toBe('ok');
    expect(codeOf(await engine.tokens.issue(session('bob'), { label: 'x' }))).toBe('ok');
  });

  it.each(['', 'a\nb', 'x'.repeat(256), 7, null, undefined])('TK-4 %j is no label', async (label) => {
    const { engine, session, ready } = desk();
    await ready;
    expect(codeOf(await engine.tokens.issue(session('ada'), { label: label as string }))).toBe(
      'label-malformed',
    );
  });

  it('TK-2 with peppers a new record names the key version, and the text still opens it', async () => {
    const keys = { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) };
    const { engine, store, session, ready } = desk(undefined, { peppers: { current: 'k2', keys } });
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    expect((await store.tokens.find(token.id)).record?.keyVersion).toBe('k2');
    expect((await engine.verify(text)).live).toBe(true);
  });
});
