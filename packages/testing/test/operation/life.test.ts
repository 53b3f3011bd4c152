import { describe, expect, it } from 'vitest';
import { codeOf, desk, start, valueOf } from './desk.ts';

const day = 24 * 60 * 60 * 1000;

describe('list', () => {
  it("PE-5 a user lists its own tokens, an issuer on behalf and an administrator everybody's", async () => {
    const { engine, session, ready } = desk();
    await ready;
    for (const user of ['ada', 'bob', 'ada'])
      valueOf(await engine.tokens.issue(session(user), { label: user }));
    const owners = async (by: string, subject?: string) =>
      valueOf(await engine.tokens.list(session(by), subject === undefined ? {} : { subject })).tokens.map(
        (token) => token.subject,
      );
    expect(await owners('ada')).toEqual(['ada', 'ada']);
    expect((await owners('issuer')).sort()).toEqual(['ada', 'ada', 'bob']);
    expect(await owners('root', 'bob')).toEqual(['bob']);
    expect(codeOf(await engine.tokens.list(session('ada'), { subject: 'bob' }))).toBe('not-permitted');
  });

  it('TK-5 filters by label, scope and instants, each to its boundary', async () => {
    const { engine, store, session, ready, clock } = desk();
    await ready;
    const first = valueOf(
      await engine.tokens.issue(session('ada'), {
        label: 'Nightly build',
        scope: 'read-only',
        expiry: { validity: 'P1M' },
      }),
    ).token;
    clock.advance(1000);
    const second = valueOf(await engine.tokens.issue(session('ada'), { label: 'deploy 100%' })).token;
    await store.tokens.touch([{ id: second.id, at: start + 5000 }]);
    const ids = async (request: object) =>
      valueOf(await engine.tokens.list(session('ada'), request)).tokens.map(({ id }) => id);
    expect(await ids({})).toEqual([second.id, first.id]);
    expect(await ids({ label: 'BUILD' })).toEqual([first.id]);
    expect(await ids({ label: '%' })).toEqual([second.id]);
    expect(await ids({ label: '_' })).toEqual([]);
    expect(await ids({ scope: 'read-only' })).toEqual([first.id]);
    expect(await ids({ created: { from: start + 1000 } })).toEqual([second.id]);
    expect(await ids({ created: { before: start + 1000 } })).toEqual([first.id]);
    expect(await ids({ used: {} })).toEqual([second.id]);
    expect(await ids({ used: { from: start + 5000, before: start + 5001 } })).toEqual([second.id]);
    expect(await ids({ used: { before: start + 5000 } })).toEqual([]);
    expect(await ids({ expires: {} })).toEqual([first.id]);
  });

  it('ST-6 pages are stable while tokens come and go', async () => {
    const { engine, session, ready, clock, store } = desk();
    await ready;
    for (let count = 0; count < 12; count++) {
      if (count % 3 === 0) clock.advance(1);
      valueOf(await engine.tokens.issue(session('ada'), { label: `t${count}` }));
    }
    const whole = valueOf(await engine.tokens.list(session('ada'))).tokens.map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { tokens: readonly { id: string }[]; next: string | null } = valueOf(
        await engine.tokens.list(session('ada'), { limit: 5, ...(cursor === null ? {} : { cursor }) }),
      );
      seen.push(...page.tokens.map(({ id }) => id));
      cursor = page.next;
      clock.advance(1);
      valueOf(await engine.tokens.issue(session('ada'), { label: 'new' }));
      await store.tokens.relabel(seen[0] as string, 'moved', {
        kind: 'token-relabelled',
        at: 0,
        actor: 'x',
        actorTokenId: null,
        address: null,
        tokenId: 'x',
        subject: 'ada',
      });
    } while (cursor !== null);
    expect(seen).toEqual(whole);
  });

  it.each([0, 1001, 1.5, Number.NaN])('TK-8 a page of %d is refused', async (limit) => {
    const { engine, session, ready } = desk();
    await ready;
    expect(codeOf(await engine.tokens.list(session('ada'), { limit }))).toBe('limit-out-of-bounds');
    expect(codeOf(await engine.tokens.list(session('ada'), { cursor: 'x; DROP TABLE' }))).toBe(
      'cursor-malformed',
    );
  });
});

describe('revoke', () => {
  it('PE-5 the owner, an issuer on behalf and an administrator end a token; to others it does not exist', async () => {
    const { engine, session, ready, request } = desk();
    await ready;
    for (const by of ['ada', 'issuer', 'root']) {
      const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
      expect(codeOf(await engine.tokens.revoke(session('bob'), token.id))).toBe('token-unknown');
      expect((await engine.authenticate(request(text))).row).toBe('accepted');
      expect(valueOf(await engine.tokens.revoke(session(by), token.id))).toBe('revoked');
      expect((await engine.authenticate(request(text))).row).toBe('revoked-closed');
      expect(valueOf(await engine.tokens.revoke(session(by), token.id))).toBe('already-revoked');
    }
    expect(codeOf(await engine.tokens.revoke(session('root'), 'nonsense'))).toBe('token-unknown');
    expect(codeOf(await engine.tokens.revoke(session('root'), '0'.repeat(16)))).toBe('token-unknown');
  });

  it('TK-5 ends all tokens of a subject at once, and can be repeated', async () => {
    const { engine, session, ready } = desk(undefined, { maximumLive: 500 });
    await ready;
    for (let count = 0; count < 230; count++)
      valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    valueOf(await engine.tokens.issue(session('bob'), { label: 'x' }));
    expect(codeOf(await engine.tokens.revokeAll(session('bob'), 'ada'))).toBe('not-permitted');
    expect(valueOf(await engine.tokens.revokeAll(session('root'), 'ada'))).toEqual({ revoked: 230 });
    expect(valueOf(await engine.tokens.revokeAll(session('root'), 'ada'))).toEqual({ revoked: 0 });
    expect(valueOf(await engine.tokens.list(session('bob'))).tokens[0]?.status).toBe('live');
  });
});

describe('rotate', () => {
  it('TK-5 the new token has a new secret and the same label and scope; the old one works through its grace', async () => {
    const { engine, session, ready, request, clock } = desk();
    await ready;
    const old = valueOf(await engine.tokens.issue(session('ada'), { label: 'build', scope: 'read-only' }));
    const rotated = valueOf(await engine.tokens.rotate(session('ada'), old.token.id, { graceMs: day }));
    expect(rotated.token).toMatchObject({
      label: 'build',
      scope: 'read-only',
      replaces: old.token.id,
      subject: 'ada',
    });
    expect(rotated.oldEndsAt).toBe(start + day);
    clock.advance(day - 1);
    expect((await engine.authenticate(request(old.text))).row).toBe('accepted');
    clock.advance(1);
    expect((await engine.authenticate(request(old.text))).row).toBe('expired-closed');
    expect((await engine.authenticate(request(rotated.text))).row).toBe('accepted');
  });

  it('rotation_never_extends_life: the old token ends at the earlier of its own end and the grace', async () => {
    const { engine, session, ready } = desk();
    await ready;
    for (const graceMs of [0, 1000, 7 * day]) {
      const at = new Date(start + 5000).toISOString();
      const { token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x', expiry: { at } }));
      expect(valueOf(await engine.tokens.rotate(session('ada'), token.id, { graceMs })).oldEndsAt).toBe(
        start + Math.min(5000, graceMs),
      );
    }
    const { token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    for (const graceMs of [-1, 7 * day + 1, 0.5, Number.POSITIVE_INFINITY])
      expect(codeOf(await engine.tokens.rotate(session('ada'), token.id, { graceMs }))).toBe(
        'grace-out-of-bounds',
      );
  });

  it("TK-5 a revoked or expired token cannot be rotated, nor one that is nobody's business", async () => {
    const { engine, session, ready, clock } = desk();
    await ready;
    const { token } = valueOf(
      await engine.tokens.issue(session('ada'), { label: 'x', expiry: { validity: 'P1M' } }),
    );
    expect(codeOf(await engine.tokens.rotate(session('bob'), token.id))).toBe('token-unknown');
    expect(codeOf(await engine.tokens.rotate(session('root'), token.id))).toBe('not-permitted');
    clock.set((token.expiresAt as number) - 1);
    expect(codeOf(await engine.tokens.rotate(session('issuer'), token.id))).toBe('ok');
    expect(codeOf(await engine.tokens.rotate(session('ada'), token.id))).toBe('token-ended');
    const other = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' })).token;
    await engine.tokens.revoke(session('ada'), other.id);
    expect(codeOf(await engine.tokens.rotate(session('ada'), other.id))).toBe('token-ended');
  });

  it('ST-3 two rotations at once leave one successor of each state of the old record, and revocation wins', async () => {
    const { engine, store, session, ready, request } = desk();
    await ready;
    const old = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    const both = await Promise.all([
      engine.tokens.rotate(session('ada'), old.token.id),
      engine.tokens.rotate(session('ada'), old.token.id),
    ]);
    expect(both.map(codeOf).sort()).toEqual(['ok', 'token-ended']);
    const next = both.find((result) => result.ok);
    const id = next?.ok ? next.value.token.id : '';
    const [revoked] = await Promise.all([
      engine.tokens.revoke(session('ada'), id),
      engine.tokens.rotate(session('ada'), id),
    ]);
    expect(codeOf(revoked)).toBe('ok');
    expect((await store.tokens.find(id)).record?.revokedAt).not.toBeNull();
    expect((await engine.authenticate(request(next?.ok ? next.value.text : ''))).effect).toBe('deny');
  });
});

describe('relabel', () => {
  it('TK-5 changes the label and nothing else', async () => {
    const { engine, session, ready } = desk();
    await ready;
    const { token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'old' }));
    expect(valueOf(await engine.tokens.relabel(session('ada'), token.id, 'new'))).toBe('relabelled');
    expect(valueOf(await engine.tokens.show(session('ada'), token.id))).toEqual({ ...token, label: 'new' });
    expect(codeOf(await engine.tokens.relabel(session('ada'), token.id, ''))).toBe('label-malformed');
    expect(codeOf(await engine.tokens.relabel(session('bob'), token.id, 'mine'))).toBe('token-unknown');
    expect(codeOf(await engine.tokens.show(session('bob'), token.id))).toBe('token-unknown');
  });
});

describe('purge', () => {
  it('TK-5 deletes what ended longer ago than the retention, for administrators only', async () => {
    const { engine, session, ready, clock } = desk(undefined, { maximumLive: 2000 });
    await ready;
    const live = valueOf(await engine.tokens.issue(session('ada'), { label: 'live' })).token;
    for (let count = 0; count < 600; count++)
      valueOf(
        await engine.tokens.issue(session('ada'), {
          label: 'x',
          expiry: { at: new Date(start + 1000).toISOString() },
        }),
      );
    clock.set(start + 1000 + day);
    expect(codeOf(await engine.tokens.purge(session('ada'), { retentionMs: 0 }))).toBe('not-permitted');
    expect(valueOf(await engine.tokens.purge(session('root'), { retentionMs: day }))).toEqual({ purged: 0 });
    clock.advance(1);
    expect(valueOf(await engine.tokens.purge(session('root'), { retentionMs: day }))).toEqual({
      purged: 600,
    });
    expect(valueOf(await engine.tokens.purge(session('root'), { retentionMs: day }))).toEqual({ purged: 0 });
    expect(valueOf(await engine.tokens.list(session('ada'))).tokens.map(({ id }) => id)).toEqual([live.id]);
    expect(codeOf(await engine.tokens.purge(session('root'), { retentionMs: -1 }))).toBe(
      'retention-out-of-bounds',
    );
  });
});
