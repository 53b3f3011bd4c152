import { defaultSettings, hosts, type Settings, settingsDifference } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { codeOf, desk, start, valueOf } from './desk.ts';

const narrow = (settings: Settings): Settings => ({
  ...settings,
  network: { ...settings.network, allow: ['192.0.2.0/24'] },
});

describe('settings', () => {
  it('SE-5 a save names the revision it was read at; a concurrent change is refused and nothing is lost', async () => {
    const { engine, session, ready } = desk();
    await ready;
    const read = valueOf(await engine.settings.load(session('root')));
    expect(read).toMatchObject({ revision: 1, problems: [] });
    const mine = narrow(defaultSettings(hosts.generic));
    const theirs: Settings = { ...defaultSettings(hosts.generic), hostTokens: 'refused' };
    const both = await Promise.all([
      engine.settings.save(session('root'), mine, read.revision),
      engine.settings.save(session('root'), theirs, read.revision),
    ]);
    expect(both.map(codeOf)).toEqual(['ok', 'conflict']);
    expect(valueOf(await engine.settings.load(session('root')))).toMatchObject({
      revision: 2,
      settings: mine,
    });
    expect(codeOf(await engine.settings.save(session('root'), theirs, 2))).toBe('ok');
  });

  it('SE-5 a saved change holds from the next request on', async () => {
    const { engine, session, ready, request } = desk();
    await ready;
    const { text } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    expect((await engine.authenticate({ ...request(text), peer: '203.0.113.9' })).row).toBe('accepted');
    valueOf(await engine.settings.save(session('root'), narrow(defaultSettings(hosts.generic)), 1));
    expect((await engine.authenticate({ ...request(text), peer: '203.0.113.9' })).row).toBe(
      'address-refused-closed',
    );
    expect((await engine.authenticate(request(text))).row).toBe('accepted');
  });

  it('SE every problem of a document is answered, and nothing of it is saved', async () => {
    const { engine, session, ready } = desk();
    await ready;
    const saved = await engine.settings.save(
      session('root'),
      { ...defaultSettings(hosts.generic), version: 3, extra: 1 },
      1,
    );
    expect(saved.ok ? [] : saved.problem.map(({ code }) => code)).toEqual(['not-an-option', 'unknown-key']);
    expect(valueOf(await engine.settings.load(session('root'))).revision).toBe(1);
  });

  it('RE-1 findings come back with a save and never prevent it', async () => {
    const { engine, session, ready } = desk();
    await ready;
    const saved = valueOf(await engine.settings.save(session('root'), defaultSettings(hosts.generic), 1));
    expect(saved.findings.length).toBeGreaterThan(0);
    expect(valueOf(engine.settings.review(defaultSettings(hosts.generic)))).toEqual(saved.findings);
  });

  it('PE-5 only an active administrator sees and changes settings, and nobody with what may only read', async () => {
    const { engine, session, ready, clock } = desk();
    await ready;
    const plain = defaultSettings(hosts.generic);
    for (const user of ['ada', 'issuer', 'eve', 'nobody']) {
      expect(codeOf(await engine.settings.load(session(user))), user).toBe('not-permitted');
      expect(codeOf(await engine.settings.save(session(user), plain, 1)), user).toBe('not-permitted');
    }
    const tokenOf = async (by: string, scope: 'read-only' | 'read-write') => {
      const issued = await engine.tokens.issue(session(by), {
        label: 'x',
        scope,
        expiry: { validity: 'P1M' },
      });
      return valueOf(issued).token.id;
    };
    const save = async (by: Parameters<typeof engine.settings.save>[0], revision = 1) =>
      codeOf(await engine.settings.save(by, plain, revision));
    expect(await save({ subject: 'root', tokenId: await tokenOf('root', 'read-only') })).toBe(
      'not-permitted',
    );
    expect(await save({ subject: 'root', tokenId: await tokenOf('ada', 'read-write') })).toBe(
      'not-permitted',
    );
    expect(await save({ subject: 'root', tokenId: '0'.repeat(16) })).toBe('not-permitted');
    expect(await save({ subject: 'root', limits: { scope: 'read-only', notAfter: null } })).toBe(
      'not-permitted',
    );
    expect(await save({ subject: 'root', limits: { scope: 'read-write', notAfter: start } })).toBe(
      'not-permitted',
    );
    const tokenId = await tokenOf('root', 'read-write');
    expect(await save({ subject: 'root', tokenId })).toBe('ok');
    const [entry] = valueOf(await engine.audit.list(session('root'), { kind: 'settings-changed' })).entries;
    expect(entry?.event).toMatchObject({ actor: 'root', actorTokenId: tokenId });
    await engine.tokens.revoke(session('root'), tokenId);
    expect(await save({ subject: 'root', tokenId }, 2)).toBe('not-permitted');
    const ending = await tokenOf('root', 'read-write');
    clock.advance(40 * 86_400_000);
    expect(await save({ subject: 'root', tokenId: ending }, 2)).toBe('not-permitted');
  });

  it('SE-4 broken settings can be read with their problems and mended', async () => {
    const { engine, session, ready, store, request } = desk();
    await ready;
    const { text } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    await store.settings.save({ broken: true } as never, 1);
    expect((await engine.authenticate(request(text))).row).toBe('unavailable');
    expect(codeOf(await engine.tokens.list(session('ada')))).toBe('settings-unreadable');
    const read = valueOf(await engine.settings.load(session('root')));
    expect(read.settings).toBeNull();
    expect(read.problems.length).toBeGreaterThan(1);
    valueOf(await engine.settings.save(session('root'), defaultSettings(hosts.generic), read.revision));
    expect((await engine.authenticate(request(text))).row).toBe('accepted');
  });

  it('SE-4 where none were ever saved the defaults stand at revision 0, and can be saved over', async () => {
    const { engine, session } = desk(undefined, {});
    const fresh = await engine.settings.load(session('root'));
    expect(valueOf(fresh).settings).toEqual(defaultSettings(hosts.generic));
  });

  it('fixed settings are told as such', async () => {
    const { engine, session } = desk(undefined, { settings: defaultSettings(hosts.generic) });
    expect(codeOf(await engine.settings.load(session('root')))).toBe('settings-fixed');
    expect(codeOf(await engine.settings.save(session('root'), defaultSettings(hosts.generic), 0))).toBe(
      'settings-fixed',
    );
  });
});

describe('audit', () => {
  it('TK-7 every operation leaves who, what, when and from where, and the difference of settings', async () => {
    const { engine, session, ready, clock } = desk();
    await ready;
    const { token } = valueOf(await engine.tokens.issue(session('issuer'), { label: 'x', subject: 'ada' }));
    clock.advance(1);
    await engine.tokens.relabel(session('ada'), token.id, 'y');
    const rotated = valueOf(await engine.tokens.rotate(session('ada'), token.id));
    await engine.tokens.revoke(session('root'), rotated.token.id);
    valueOf(await engine.settings.save(session('root'), narrow(defaultSettings(hosts.generic)), 1));
    clock.advance(10);
    await engine.tokens.purge(session('root'), { retentionMs: 0 });
    const entries = valueOf(await engine.audit.list(session('root'))).entries.map(({ event }) => event);
    expect(entries.map(({ kind, actor, address }) => [kind, actor, address]).reverse()).toEqual([
      ['token-issued', 'issuer', '192.0.2.7'],
      ['token-relabelled', 'ada', '192.0.2.7'],
      ['token-rotated', 'ada', '192.0.2.7'],
      ['token-revoked', 'root', '192.0.2.7'],
      ['settings-changed', 'root', '192.0.2.7'],
      ['tokens-purged', 'root', '192.0.2.7'],
    ]);
    expect(entries.find(({ kind }) => kind === 'settings-changed')).toMatchObject({
      revision: 2,
      changes: [{ path: ['network', 'allow'], before: '[]', after: '["192.0.2.0/24"]' }],
    });
    expect(entries.at(-1)).toMatchObject({ at: start, subject: 'ada', tokenId: token.id });
  });

  it('TK-7 is paged, filtered, and for administrators only', async () => {
    const { engine, session, ready } = desk();
    await ready;
    for (let count = 0; count < 5; count++)
      valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    expect(codeOf(await engine.audit.list(session('ada')))).toBe('not-permitted');
    const first = valueOf(await engine.audit.list(session('root'), { limit: 3 }));
    const second = valueOf(
      await engine.audit.list(session('root'), { limit: 3, cursor: first.next as string }),
    );
    expect([first.entries.length, second.entries.length, second.next]).toEqual([3, 2, null]);
    const ids = [...first.entries, ...second.entries].map(({ position }) => position);
    expect(new Set(ids).size).toBe(5);
    expect(valueOf(await engine.audit.list(session('root'), { actor: 'bob' })).entries).toEqual([]);
    expect(codeOf(await engine.audit.list(session('root'), { cursor: "'" }))).toBe('cursor-malformed');
  });

  it('TK-7 decided requests are written only where that is asked for, in order, without a secret', async () => {
    const { engine, session, ready, request, store } = desk(undefined, {});
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    await engine.authenticate(request(text));
    await engine.close();
    expect((await store.audit.list({ after: null, limit: 10 })).map(({ event }) => event.kind)).toEqual([
      'token-issued',
    ]);

    const second = desk(undefined, {
      tokens: store.tokens,
      audit: store.audit,
      auditDecisions: ['request-accepted', 'request-refused'],
    });
    await second.ready;
    await second.engine.authenticate(request(text));
    await second.engine.authenticate(request(`${text.slice(0, -1)}x`));
    await second.engine.authenticate(request(text, 'GET', '/public'));
    await second.engine.tokens.revoke(session('ada'), token.id);
    await second.engine.authenticate(request(text));
    await second.engine.close();
    const events = (await store.audit.list({ after: null, limit: 10 })).map(({ event }) => event).reverse();
    expect(events.map(({ kind }) => kind)).toEqual([
      'token-issued',
      'token-revoked',
      'request-accepted',
      'request-refused',
    ]);
    expect(events[2]).toEqual({
      kind: 'request-accepted',
      at: start,
      actor: 'ada',
      actorTokenId: token.id,
      address: '192.0.2.7',
      row: 'accepted',
      reason: 'token-accepted',
    });
    expect(JSON.stringify(events)).not.toContain(text.slice(20));
  });
});

describe('settings difference', () => {
  it('TK-7 names each changed place, lists as a whole, and nothing that stayed', () => {
    const before = defaultSettings(hosts.jira);
    expect(settingsDifference(before, before)).toEqual([]);
    const after: Settings = {
      ...narrow(before),
      passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
    };
    expect(
      settingsDifference(before, after).map(({ path, before, after }) => [path.join('.'), before, after]),
    ).toEqual([
      ['network.allow', '[]', '["192.0.2.0/24"]'],
      ['passwords.mode', '"accepted"', '"refused"'],
      ['passwords.recognisedTokens', '"defer"', null],
      ['passwords.pathGuard', null, 'true'],
      ['passwords.remoteApi', null, '"refused"'],
    ]);
  });
});
