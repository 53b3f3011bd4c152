import { describe, expect, it } from 'vitest';
import type { Need, Rules, Told } from '../../src/decision/needs.ts';
import {
  type Learnt,
  overhear,
  type Shadow,
  type ShadowDifference,
  shadowOf,
} from '../../src/decision/shadow.ts';
import {
  compileDigests,
  compilePolicy,
  conclude,
  gather,
  hosts,
  type RequestInput,
  type Settings,
  type TokenRecord,
} from '../../src/index.ts';
import { basic, bearer, now, request, settingsOf, token, users } from '../world.ts';

const live = token();
const base = { host: hosts.jira, prefix: 'lk', digests: compileDigests({}), limited: true };
const rulesOf = (settings: Settings): Rules => ({ ...base, policy: compilePolicy(settings, hosts.jira) });
const plain = settingsOf(hosts.jira, {});
const listing = (...allow: string[]) => settingsOf(hosts.jira, { network: { allow } });
const shadowBy = (settings: Settings): Shadow => shadowOf(compilePolicy(settings, hosts.jira), base);

/** Ports as plain values, with a list of what was asked of them. */
function portsOf(records: readonly TokenRecord[], isDown = false) {
  const asked: Need['need'][] = [];
  const tell = (need: Need): Told => {
    asked.push(need.need);
    if (isDown) return 'unavailable';
    switch (need.need) {
      case 'record':
        return { record: records.find((record) => record.id === need.id) ?? null, at: now };
      case 'subject':
        return users.find((user) => user.id === need.id) ?? null;
      case 'attempts':
        return { locked: need.address === '10.0.0.9', retryAfterSeconds: 60 };
    }
  };
  return { asked, tell };
}

function finish<T>(steps: Generator<Need, T, Told>, tell: (need: Need) => Told): T {
  let step = steps.next();
  while (!step.done) step = steps.next(tell(step.value));
  return step.value;
}

/** Decides live, overheard, and then by the shadow. */
function beside(
  settings: Settings,
  shadow: Shadow,
  input: RequestInput,
  records: readonly TokenRecord[] = [live.record],
  isDown: { readonly live?: boolean; readonly shadow?: boolean } = {},
): {
  readonly difference: ShadowDifference | null;
  readonly asked: readonly Need['need'][];
  readonly row: string;
} {
  const rules = rulesOf(settings);
  const learnt: Learnt = new Map();
  const gathered = finish(overhear(gather(input, rules), learnt), portsOf(records, isDown.live).tell);
  const decision = conclude(gathered, rules.policy);
  const { asked, tell } = portsOf(records, isDown.shadow);
  return { difference: finish(shadow.compare(input, decision, learnt), tell), asked, row: decision.row };
}

const withToken = request({ headers: [bearer(live.text)] });
const withPassword = request({ headers: [basic('ada', 'hunter2')] });

describe('shadow', () => {
  it('IM-2 overhears a gathering without changing it', () => {
    const learnt: Learnt = new Map();
    const { asked, tell } = portsOf([live.record]);
    const overheard = finish(overhear(gather(withToken, rulesOf(plain)), learnt), tell);
    expect(overheard).toEqual(finish(gather(withToken, rulesOf(plain)), portsOf([live.record]).tell));
    expect(asked).toEqual(['record', 'subject']);
    expect([...learnt.values()]).toEqual([{ record: live.record, at: now }, users[0]]);
  });
  it('IM-2 reports nothing where both policies come to the same row', () => {
    expect(beside(plain, shadowBy(plain), withToken)).toMatchObject({ difference: null, asked: [] });
  });
  it('IM-2 reports a difference with both verdicts, asking nothing that the live decision was told', () => {
    const usedByOps = settingsOf(hosts.jira, { permissions: { use: { to: 'groups', groups: ['ops'] } } });
    expect(beside(plain, shadowBy(usedByOps), withToken)).toEqual({
      row: 'accepted',
      asked: [],
      difference: {
        live: { row: 'accepted', reason: 'token-accepted', effect: 'allow' },
        shadow: { row: 'use-not-granted', reason: 'use-not-granted', effect: 'deny', status: 403 },
        tokenId: live.record.id,
        address: '10.0.0.7',
      },
    });
    expect(beside(plain, shadowBy(listing('192.0.2.1')), withToken)).toMatchObject({
      difference: { shadow: { row: 'address-refused-closed' }, tokenId: live.record.id },
      asked: [],
    });
  });
  it('IM-2 reports a live deny with its status, and no address where neither policy asked for one', () => {
    const closed = settingsOf(hosts.jira, {
      passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
    });
    const odd = request({ target: '/rest/a;b' });
    expect(beside(closed, shadowBy(plain), odd).difference).toEqual({
      live: { row: 'path-guard', reason: 'path-suspicious', effect: 'deny', status: 400 },
      shadow: { row: 'anonymous', reason: 'credential-absent', effect: 'defer' },
      tokenId: null,
      address: null,
    });
  });
  it('IM-2 a look-up that failed for the live decision too is compared', () => {
    const down = { live: true, shadow: true };
    expect(
      beside(plain, shadowBy(listing('192.0.2.1')), withToken, [live.record], down).difference,
    ).toMatchObject({ live: { row: 'unavailable' }, shadow: { row: 'address-refused-closed' } });
    expect(
      beside(listing('192.0.2.1'), shadowBy(plain), withToken, [live.record], down).difference,
    ).toBeNull();
    const closed = settingsOf(hosts.jira, {
      passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
    });
    const odd = { ...withToken, target: '/rest/a;b' };
    expect(beside(plain, shadowBy(closed), odd, [live.record], down).difference).toMatchObject({
      live: { row: 'unavailable' },
      shadow: { row: 'path-guard' },
    });
  });
  it('IM-2 reports each pair of rows once', () => {
    const shadow = shadowBy(listing('192.0.2.1'));
    const rows = [withToken, withToken, withPassword, withToken, withPassword].map((input) => {
      const { difference } = beside(plain, shadow, input);
      return difference === null ? null : `${difference.live.row} → ${difference.shadow.row}`;
    });
    expect(rows).toEqual([
      'accepted → address-refused-closed',
      null,
      'unknown-open → address-refused-open',
      null,
      null,
    ]);
    expect(beside(plain, shadowBy(listing('192.0.2.1')), withToken).difference).not.toBeNull();
  });
  it('IM-2 asks on its own what only the shadow needs to know', () => {
    const refusing = listing('192.0.2.1');
    expect(beside(refusing, shadowBy(plain), withToken)).toMatchObject({
      row: 'address-refused-closed',
      asked: ['record', 'subject'],
      difference: { live: { status: 401 }, shadow: { row: 'accepted' }, tokenId: live.record.id },
    });
    const clamped = settingsOf(hosts.jira, { validity: { maximum: 'P1M', existing: 'clamp' } });
    const old = { ...live.record, createdAt: now - 60 * 86_400_000 };
    expect(beside(clamped, shadowBy(plain), withToken, [old])).toMatchObject({
      row: 'expired-closed',
      asked: ['subject'],
      difference: { shadow: { row: 'accepted' } },
    });
  });
  it('IM-2 asks the limiter again where the client is another', () => {
    const reverseProxy = { trusted: ['10.0.0.7'], header: 'X-Forwarded-For', onMissing: 'deny' } as const;
    const proxied = settingsOf(hosts.jira, { network: { reverseProxy } });
    const input = request({ headers: [basic('ada', 'hunter2'), ['X-Forwarded-For', '10.0.0.9']] });
    expect(beside(plain, shadowBy(proxied), input)).toMatchObject({
      asked: ['attempts'],
      difference: {
        live: { row: 'unknown-open' },
        shadow: { row: 'unusable-locked' },
        tokenId: null,
        address: '10.0.0.7',
      },
    });
    expect(beside(plain, shadowBy(plain), withPassword).asked).toEqual([]);
  });
  it('IM-2 takes a look-up that fails for the shadow alone for no difference', () => {
    const shadow = shadowBy(plain);
    const refusing = listing('192.0.2.1');
    expect(beside(refusing, shadow, withToken, [live.record], { shadow: true }).difference).toBeNull();
    expect(beside(refusing, shadow, withToken).difference).not.toBeNull();
  });
  it('IM-2 shares an outage that the live decision met', () => {
    const outage = beside(plain, shadowBy(listing('10.0.0.7')), withToken, [live.record], { live: true });
    expect(outage).toMatchObject({ row: 'unavailable', difference: null, asked: [] });
    expect(
      beside(plain, shadowBy(listing('192.0.2.1')), withToken, [live.record], { live: true }),
    ).toMatchObject({
      difference: { live: { row: 'unavailable', status: 503 }, tokenId: null },
    });
  });
  it('IM-2 leaves the address out where neither policy looked or none was found', () => {
    const guarding = settingsOf(hosts.jira, {
      passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
    });
    const odd = { ...withPassword, target: '/rest/api/2/x/../issue', peer: undefined };
    expect(beside(guarding, shadowBy(plain), odd).difference).toMatchObject({
      address: null,
      live: { row: 'path-guard' },
    });
  });
  it('IM-2 shows no secret', () => {
    const text = JSON.stringify(beside(plain, shadowBy(listing('192.0.2.1')), withToken).difference);
    expect(text).toContain(live.record.id);
    for (const hidden of [live.text.slice(20), live.record.digest]) expect(text).not.toContain(hidden);
  });
});
