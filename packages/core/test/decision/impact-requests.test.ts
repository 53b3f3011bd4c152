import { describe, expect, it } from 'vitest';
import { type ImpactWorld, impactOf } from '../../src/decision/impact.ts';
import { hosts, type Settings } from '../../src/index.ts';
import { basic, bearer, now, request, settingsOf, token, users } from '../world.ts';

const plain = settingsOf(hosts.jira, {});
const world: ImpactWorld = { host: hosts.jira, now, tokens: [], users };
const impact = (before: Settings, after: Settings, more: Partial<ImpactWorld> = {}) =>
  impactOf(before, after, { ...world, ...more });
const listing = (...allow: string[]) => settingsOf(hosts.jira, { network: { allow } });
const usedBy = (...groups: string[]) =>
  settingsOf(hosts.jira, { permissions: { use: { to: 'groups', groups } } });
const passwordsRefused = (pathGuard = false) =>
  settingsOf(hosts.jira, { passwords: { mode: 'refused', pathGuard, remoteApi: 'refused' } });

describe('requests', () => {
  const live = token();
  const more = { tokens: [live.record] };
  const withToken = request({ headers: [bearer(live.text)] });
  const withPassword = request({ headers: [basic('ada', 'hunter2')] });

  it('IM-1 replays requests and tells old row and new row of those that are decided otherwise', () => {
    const requests = [withToken, { ...withPassword, name: 'nightly import' }, request()];
    expect(impact(plain, passwordsRefused(), { ...more, requests }).requests).toEqual([
      {
        index: 1,
        name: 'nightly import',
        before: { row: 'unknown-open', reason: 'token-unknown', effect: 'defer' },
        after: { row: 'unknown-closed', reason: 'token-unknown', effect: 'deny', status: 401 },
        becomesDeferred: false,
      },
    ]);
    const [change] = impact(passwordsRefused(), plain, { ...more, requests }).requests;
    expect(change).toMatchObject({ name: 'nightly import', becomesDeferred: true });
    expect(
      impact(plain, usedBy('ops'), { ...more, requests: [request(), withToken] }).requests,
    ).toMatchObject([
      {
        index: 1,
        name: null,
        before: { row: 'accepted' },
        after: { row: 'use-not-granted', status: 403 },
        becomesDeferred: false,
      },
    ]);
    expect(impact(plain, listing('192.0.2.1'), { ...more, requests: [withPassword] }).requests).toMatchObject(
      [{ before: { effect: 'defer' }, after: { row: 'address-refused-open' }, becomesDeferred: false }],
    );
  });
  it('IM-1 makes digests as the engine does', () => {
    const digests = { current: null, of: () => '0'.repeat(43) };
    const requests = [withToken];
    expect(impact(plain, usedBy('ops'), { ...more, requests, digests }).requests).toEqual([]);
    expect(impact(plain, usedBy('ops'), { ...more, requests, prefix: 'acme' }).requests).toEqual([]);
  });

  const actor = (input = withToken) => ({ ...more, actor: { subject: 'ada', request: input } });
  it('IM-1 locksOutActor is true when the own request would be refused and is not before', () => {
    const told = impact(plain, listing('192.0.2.0/24'), actor());
    expect(told.locksOutActor).toBe(true);
    expect(told.actor).toEqual({
      subject: 'ada',
      before: { row: 'accepted', reason: 'token-accepted', effect: 'allow' },
      after: { row: 'address-refused-closed', reason: 'address-refused', effect: 'deny', status: 401 },
      why: 'The client address is in no range of the allow-list. The client is 10.0.0.7 (from the peer), in no range of network.allow.',
    });
    const password = impact(plain, passwordsRefused(), actor(withPassword));
    expect(password.locksOutActor).toBe(true);
    expect(password.actor?.why).toContain('passwords.mode is "refused".');
    const odd = { ...withToken, target: '/rest/api/2/x/../issue' };
    expect(impact(plain, passwordsRefused(true), actor(odd)).actor?.after.row).toBe('path-guard');
  });
  it('IM-1 locksOutActor is false when nothing changes, when it was refused already, and when the host decides', () => {
    expect(impact(plain, listing('10.0.0.0/8'), actor())).toMatchObject({
      locksOutActor: false,
      actor: { after: { row: 'accepted' } },
    });
    expect(impact(listing('192.0.2.1'), listing('192.0.2.2'), actor()).locksOutActor).toBe(false);
    expect(impact(listing('192.0.2.1'), plain, actor()).locksOutActor).toBe(false);
    expect(impact(plain, listing('192.0.2.1'), actor(request())).locksOutActor).toBe(false);
    expect(impact(plain, listing('192.0.2.1'), actor(withPassword)).actor).toMatchObject({
      after: { effect: 'defer' },
    });
  });
  it('IM-1 what stood against the request before as well is no reason for what becomes of it', () => {
    const tokens = [{ ...live.record, expiresAt: now }];
    const told = impact(listing('192.0.2.1'), plain, { ...actor(), tokens }).actor;
    expect(told?.after.reason).toBe('token-expired');
    expect(told?.why).toContain('the allow-list is empty');
    expect(told?.why).not.toContain('It ended at');
  });
  it('IM-1 locksOutActor is null without a request', () => {
    expect(impact(plain, listing('192.0.2.1'), more)).toMatchObject({ locksOutActor: null, actor: null });
  });
  it('IM-1 shows no secret and no header text of a request', () => {
    const input = { ...withToken, headers: [...withToken.headers, ['X-Secret', 'hunter2']] as const };
    const text = JSON.stringify(
      impact(plain, listing('192.0.2.1'), { ...actor(input), requests: [input, withPassword] }),
    );
    expect(text).toContain('address-refused-closed');
    for (const hidden of [live.text.slice(20), live.record.digest, 'hunter2', 'Bearer'])
      expect(text).not.toContain(hidden);
  });
});
