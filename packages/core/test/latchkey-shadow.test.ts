import { describe, expect, it } from 'vitest';
import { hosts, type Lookup, type Settings, type ShadowDifference } from '../src/index.ts';
import { basic, bearer, engineOf, request, settingsOf, storeThatFinds, token, users } from './world.ts';

const live = token();
const asks = request({ headers: [bearer(live.text)] });
const refusing = settingsOf(hosts.jira, { network: { allow: ['192.0.2.1'] } });
const plain = settingsOf(hosts.jira, {});
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** An engine with a shadow, and what the shadow reported. */
function shadowed(settings: Settings, shadow: Settings, change: Parameters<typeof engineOf>[0] = {}) {
  const reports: ShadowDifference[] = [];
  const report = (difference: ShadowDifference) => void reports.push(difference);
  return {
    reports,
    ...engineOf({ records: [live.record], settings, shadow: { settings: shadow, report }, ...change }),
  };
}

describe('shadow mode', () => {
  it('IM-2 reports a difference once, changes no decision, and asks no port again', async () => {
    const { engine, reports, calls } = shadowed(plain, refusing);
    const bare = engineOf({ records: [live.record] });
    for (let time = 0; time < 3; time++)
      expect(await engine.authenticate(asks)).toEqual(await bare.engine.authenticate(asks));
    await settled();
    expect(calls).toEqual({ find: 3, directory: 3 });
    expect(reports.map((difference) => [difference.live.row, difference.shadow.row])).toEqual([
      ['accepted', 'address-refused-closed'],
    ]);
  });
  it('IM-2 asks off the request path what only the shadow needs, and waits for none of it', async () => {
    let found: (lookup: Lookup) => void = () => undefined;
    const tokens = storeThatFinds(
      () =>
        new Promise((resolve) => {
          found = resolve;
        }),
    );
    const { engine, reports } = shadowed(refusing, plain, { tokens, maximumWaiting: 1 });
    expect((await engine.authenticate(asks)).row).toBe('address-refused-closed');
    expect(reports).toEqual([]);
    found({ record: live.record, settingsRevision: 0 });
    await settled();
    expect(reports).toMatchObject([{ shadow: { row: 'accepted' }, tokenId: live.record.id }]);
  });
  it('IM-2 takes no turn of the live look-ups, and tells nobody of failures of its own', async () => {
    const failures: string[] = [];
    let calls = 0;
    const tokens = storeThatFinds(() => {
      calls++;
      return new Promise(() => undefined);
    });
    const { engine, reports } = shadowed(refusing, plain, {
      tokens,
      maximumWaiting: 1,
      deadlines: { lookUpMs: 10 },
      observer: { portFailed: (port) => void failures.push(port) },
    });
    for (let time = 0; time < 50; time++)
      expect(await engine.authenticate(asks)).toMatchObject({ status: 401 });
    expect(calls).toBeLessThanOrEqual(10);
    await settled();
    expect([failures, reports]).toEqual([[], []]);
  });
  it('IM-2 compares also what both sides were not told', async () => {
    const attempts = { check: () => Promise.reject(new Error('down')), report: async () => undefined };
    const { engine, reports } = shadowed(plain, refusing, { attempts });
    await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }));
    await settled();
    expect(reports.map((difference) => [difference.live.row, difference.shadow.row])).toEqual([
      ['unusable-locked', 'address-refused-locked'],
    ]);
  });
  it('IM-2 stands whatever the report throws', async () => {
    const report = () => {
      throw new Error('no matter');
    };
    const { engine } = shadowed(plain, refusing, { shadow: { settings: refusing, report } });
    expect((await engine.authenticate(asks)).effect).toBe('allow');
    await settled();
  });
  it('IM-2 compares nothing while the live settings cannot be read', async () => {
    const settings = {
      load: async () => ({ document: {}, revision: 1 }),
      save: async () => 'conflict' as const,
    };
    const { engine, reports } = shadowed(plain, plain, { settings });
    expect((await engine.authenticate(asks)).row).toBe('unavailable');
    await settled();
    expect(reports).toEqual([]);
  });
  it('IM-2 settings of a shadow that are none are misuse', () => {
    expect(() => shadowed(plain, { ...plain, version: 3 as never })).toThrow(/version/);
  });
});

describe('settings.impact', () => {
  it('IM-1 answers the impact, the issues of a document, or a refusal', async () => {
    const root = { id: 'root', active: true, administrator: true, groups: [] };
    const directory = { find: async (id: string) => [...users, root].find((user) => user.id === id) ?? null };
    const { engine } = engineOf({ directory });
    const told = await engine.settings.impact({ subject: 'root' }, refusing, { request: asks });
    expect(told.ok && told.value).toMatchObject({
      ok: true,
      value: { addresses: { unresolvedBecome: 'refused' } },
    });
    const none = await engine.settings.impact({ subject: 'root' }, {});
    const issues = none.ok && !none.value.ok ? none.value.problem : [];
    expect(issues.map(({ code }) => code)).toEqual(Array(6).fill('required'));
    expect(await engine.settings.impact({ subject: 'ada' }, refusing)).toMatchObject({
      ok: false,
      problem: { code: 'not-permitted' },
    });
  });
});
