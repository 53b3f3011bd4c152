import { describe, expect, it } from 'vitest';
import { type ImpactWorld, impactOf } from '../../src/decision/impact.ts';
import { compilePolicy, hosts, type Settings } from '../../src/index.ts';
import { bearer, now, request, settingsOf, token, users } from '../world.ts';

const day = 86_400_000;
const plain = settingsOf(hosts.jira, {});
const world: ImpactWorld = { host: hosts.jira, now, tokens: [], users };
const impact = (before: Settings, after: Settings, more: Partial<ImpactWorld> = {}) =>
  impactOf(before, after, { ...world, ...more });
const listing = (...allow: string[]) => settingsOf(hosts.jira, { network: { allow } });
const usedBy = (...groups: string[]) =>
  settingsOf(hosts.jira, { permissions: { use: { to: 'groups', groups } } });

describe('grants', () => {
  it('IM-1 names who gains and who loses each permission, in order, and never an inactive user', () => {
    const permissions = (use: string[], create: string[], onBehalf: string[]) =>
      settingsOf(hosts.jira, {
        permissions: {
          use: { to: 'groups', groups: use },
          create: { to: 'groups', groups: create, readOnly: false },
          createOnBehalf: { to: 'groups', groups: onBehalf },
        },
      });
    const many = [
      ...users,
      { id: 'abe', active: true, administrator: false, groups: ['dev', 'ops'] },
    ].reverse();
    expect(
      impact(permissions(['dev'], ['ops'], ['ops']), permissions(['ops'], ['dev'], ['constructor']), {
        users: many,
      }).grants,
    ).toEqual({
      use: { gain: [], lose: ['ada'] },
      create: { gain: ['ada'], lose: [] },
      createOnBehalf: { gain: ['__proto__'], lose: ['abe'] },
    });
    expect(impact(plain, usedBy('nobody')).grants.use).toEqual({
      gain: [],
      lose: ['__proto__', 'ada', 'bob'],
    });
    expect(impact(usedBy('nobody'), plain).grants.use).toEqual({
      gain: ['__proto__', 'ada', 'bob'],
      lose: [],
    });
  });
});

describe('tokens', () => {
  const clamped = settingsOf(hosts.jira, { validity: { maximum: 'P1M', existing: 'clamp' } });
  const old = { createdAt: now - 60 * day };
  const kept = {
    aged: token(old).record,
    ending: token({ createdAt: now - 31 * day, expiresAt: null }).record,
    young: token({ createdAt: now - day }).record,
    short: token({ expiresAt: now + day }).record,
    revoked: token({ ...old, revokedAt: now - day, revokedBy: 'ada' }).record,
    revokedYoung: token({ revokedAt: now - day, revokedBy: 'ada' }).record,
    expired: token({ ...old, expiresAt: now - day }).record,
    bobs: token({ subject: 'bob' }).record,
    eves: token({ ...old, subject: 'eve' }).record,
    nobodys: token({ subject: 'gone' }).record,
  };
  const tokens = Object.values(kept);
  const idsOf = (changes: readonly { readonly id: string }[]) => changes.map(({ id }) => id);
  const sorted = (...records: readonly { readonly id: string }[]) => idsOf(records).sort();

  it('IM-1 tells which tokens stop working by a lowered maximum, and which end earlier', () => {
    const told = impact(plain, clamped, { tokens }).tokens;
    expect(idsOf(told.stop)).toEqual(sorted(kept.aged, kept.ending));
    expect(told.start).toEqual([]);
    expect(idsOf(told.change)).toEqual(sorted(kept.young, kept.revoked, kept.bobs, kept.eves, kept.nobodys));
    expect(told.change.find(({ id }) => id === kept.young.id)).toEqual({
      id: kept.young.id,
      subject: 'ada',
      before: { token: 'live', endsAt: null },
      after: { token: 'live', endsAt: Date.UTC(2026, 1, 14, 12) },
    });
    expect(told.change.find(({ id }) => id === kept.revoked.id)).toMatchObject({
      before: { token: 'revoked' },
      after: { token: 'expired' },
    });
    expect(told.change.find(({ id }) => id === kept.eves.id)).toMatchObject({
      before: { token: 'subject-inactive' },
      after: { token: 'expired' },
    });
  });
  it('IM-1 judges expiry to the millisecond: at the bound a token has stopped', () => {
    const atBound = token({ createdAt: Date.UTC(2025, 11, 15, 12) }).record;
    expect(impact(plain, clamped, { tokens: [atBound] }).tokens.stop).toHaveLength(1);
    expect(impact(plain, clamped, { tokens: [atBound], now: now - 1 }).tokens.stop).toHaveLength(0);
  });
  it('IM-1 tells which tokens stop and start with the use grant of their subject', () => {
    const told = impact(plain, usedBy('dev'), { tokens }).tokens;
    expect(told).toEqual({
      stop: [
        {
          id: kept.bobs.id,
          subject: 'bob',
          before: { token: 'live', endsAt: null },
          after: { token: 'use-not-granted', endsAt: null },
        },
      ],
      start: [],
      change: [],
    });
    expect(idsOf(impact(usedBy('dev'), plain, { tokens }).tokens.start)).toEqual([kept.bobs.id]);
  });
  it('IM-1 says nothing of records that are none, and shows no digest', () => {
    const broken = { ...kept.aged, scope: 'anything' as never };
    expect(impact(plain, clamped, { tokens: [broken] }).tokens.stop).toEqual([]);
    const text = JSON.stringify(impact(plain, clamped, { tokens }));
    for (const { digest } of tokens) expect(text).not.toContain(digest);
  });
});

describe('the whole', () => {
  it('IM-1 tells every change of the document, passwords, path guard and host tokens among them', () => {
    const after = settingsOf(hosts.jira, {
      passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
      hostTokens: 'refused' as never,
    });
    const { changes } = impact(plain, after);
    expect(changes.map(({ path, after: is }) => [path.join('.'), is])).toEqual([
      ['passwords.mode', '"refused"'],
      ['passwords.recognisedTokens', null],
      ['passwords.pathGuard', 'true'],
      ['passwords.remoteApi', '"refused"'],
      ['hostTokens', '"refused"'],
    ]);
  });
  it('IM-1 finds nothing between equal settings, given as documents or as policies', () => {
    const policy = compilePolicy(listing('10.0.0.0/8'), hosts.jira);
    const live = token();
    const more = { tokens: [live.record], requests: [request({ headers: [bearer(live.text)] })] };
    expect(impactOf(policy, listing('10.0.0.0/8'), { ...world, ...more })).toEqual({
      changes: [],
      addresses: {
        becomeRefused: [],
        becomeAllowed: [],
        unresolvedBecome: null,
        proxyChanged: false,
        proxiesGained: [],
        proxiesLost: [],
      },
      grants: {
        use: { gain: [], lose: [] },
        create: { gain: [], lose: [] },
        createOnBehalf: { gain: [], lose: [] },
      },
      tokens: { stop: [], start: [], change: [] },
      requests: [],
      locksOutActor: null,
      actor: null,
    });
  });
  it('IM-1 answers the same whatever the order of tokens and users', () => {
    const tokens = ['ada', 'bob', 'ada', 'eve'].map((subject) => token({ subject }).record);
    const after = settingsOf(hosts.jira, {
      permissions: { use: { to: 'groups', groups: ['ops'] } },
      validity: { maximum: 'P1M', existing: 'clamp' },
    });
    const told = impact(plain, after, { tokens });
    expect(told.tokens.stop).toHaveLength(3);
    expect(impact(plain, after, { tokens: [...tokens].reverse(), users: [...users].reverse() })).toEqual(
      told,
    );
  });
  it('IM-1 settings that are none are misuse', () => {
    expect(() => impact(plain, { ...plain, version: 2 as never })).toThrow(/version/);
  });
});
