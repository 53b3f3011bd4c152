import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import {
  type AttemptLimiter,
  defaultSettings,
  hosts,
  LatchkeyError,
  type Lookup,
  type Settings,
  type SettingsStore,
} from '../src/index.ts';
import { base64url } from './base64.ts';
import { basic, bearer, engineOf, now, request, settingsOf, storeThatFinds, token } from './world.ts';

const live = token();
const asks = request({ headers: [bearer(live.text)] });
const never = <T>() => new Promise<T>(() => undefined);

describe('authenticate', () => {
  it('allows a live token with a principal, in one look-up', async () => {
    const { engine, calls } = engineOf({ records: [live.record] });
    expect(await engine.authenticate(asks)).toMatchObject({
      effect: 'allow',
      row: 'accepted',
      principal: { subject: 'ada', tokenId: live.record.id, scope: 'read-write' },
    });
    expect(calls).toEqual({ find: 1, directory: 1 });
  });
  it('TK-3 what is not in our format is never looked up', async () => {
    const { engine, calls } = engineOf({ records: [live.record] });
    for (const secret of ['hunter2', live.text.slice(1), `${live.text} `, ''])
      await engine.authenticate(request({ headers: [basic('ada', secret)] }));
    expect(calls.find).toBe(0);
  });
  it('VA-6 expiry is judged after the wait for the record, to the millisecond', async () => {
    const ending = token({ expiresAt: now + 10 });
    const world = engineOf({
      tokens: storeThatFinds(async () => {
        world.clock.at = now + 10;
        return { record: ending.record, settingsRevision: 0 };
      }),
    });
    expect((await world.engine.authenticate(request({ headers: [basic('ada', ending.text)] }))).reason).toBe(
      'token-expired',
    );
  });
  it('rejects, and waits for nothing, where the caller’s own code or request is broken', async () => {
    const clock = () => {
      throw new Error('no clock');
    };
    await expect(engineOf({ records: [live.record], clock }).engine.authenticate(asks)).rejects.toThrow(
      'no clock',
    );
    const { engine } = engineOf({ records: [live.record] });
    const { headers: _, ...without } = asks;
    await expect(engine.authenticate(without as never)).rejects.toThrow(TypeError);
  });
  it('rejects after close, as misuse', async () => {
    const { engine } = engineOf();
    await engine.close();
    await expect(engine.authenticate(asks)).rejects.toThrow(LatchkeyError);
  });
});

describe('outages', () => {
  const failing = (find: () => Promise<Lookup>) => {
    const heard: string[] = [];
    const observer = { portFailed: (port: string) => void heard.push(port) };
    return {
      heard,
      ...engineOf({ tokens: storeThatFinds(find), deadlines: { lookUpMs: 30 }, observer }),
    };
  };
  const failures: [string, () => Promise<Lookup>][] = [
    ['rejects', () => Promise.reject(new Error(`connect failed for ${live.text}`))],
    [
      'throws',
      () => {
        throw new Error('not connected');
      },
    ],
    ['never answers', () => never()],
    [
      'answers a corrupt record',
      async () => ({ record: { ...live.record, digest: 7 } as never, settingsRevision: 0 }),
    ],
    [
      'answers a digest that can be none',
      async () => ({ record: { ...live.record, digest: `${live.record.digest}=` }, settingsRevision: 0 }),
    ],
    ['answers a record of another id', async () => ({ record: token().record, settingsRevision: 0 })],
    [
      'answers an unknown key version',
      async () => ({ record: { ...live.record, keyVersion: 'k9' }, settingsRevision: 0 }),
    ],
  ];
  it.each(failures)(
    'ST-5 a store that %s makes a token unavailable, which is counted, and passwords still defer',
    async (_name, find) => {
      const { engine, heard } = failing(find);
      const started = performance.now();
      const decision = await engine.authenticate(asks);
      expect(decision).toMatchObject({ row: 'unavailable', status: 503 });
      expect(heard).toEqual(['tokens']);
      expect(performance.now() - started).toBeLessThan(1000);
      expect(JSON.stringify(decision)).not.toContain(live.text.slice(20));
      expect((await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }))).row).toBe(
        'unknown-open',
      );
      expect(heard).toEqual(['tokens']);
      expect(await engine.verify(live.text)).toEqual({ live: false, token: 'unavailable' });
      expect(heard).toEqual(['tokens', 'tokens']);
    },
  );
  it('ST-5 the first request after a recovery works', async () => {
    let down = true;
    const { engine } = failing(() =>
      down
        ? Promise.reject(new Error('down'))
        : Promise.resolve({ record: live.record, settingsRevision: 0 }),
    );
    expect((await engine.authenticate(asks)).row).toBe('unavailable');
    down = false;
    expect((await engine.authenticate(asks)).row).toBe('accepted');
  });
  it('ST-5 beyond the most look-ups that may wait, the answer is 503 at once', async () => {
    const { engine } = engineOf({
      tokens: storeThatFinds(() => never()),
      deadlines: { lookUpMs: 200 },
      maximumWaiting: 5,
    });
    const waiting = Array.from({ length: 5 }, () => engine.authenticate(asks));
    const started = performance.now();
    expect((await engine.authenticate(asks)).row).toBe('unavailable');
    expect(performance.now() - started).toBeLessThan(100);
    for (const decision of await Promise.all(waiting)) expect(decision.row).toBe('unavailable');
  });
  it('DE-6 a limiter that fails locks password candidates for a short while and no live token', async () => {
    const { engine } = engineOf({
      records: [live.record],
      attempts: { check: () => Promise.reject(new Error('down')), report: async () => undefined },
    });
    expect(await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }))).toMatchObject({
      row: 'unusable-locked',
      status: 429,
    });
    expect((await engine.authenticate(request({ headers: [basic('ada', live.text)] }))).row).toBe('accepted');
  });
  it.each([
    [null],
    [undefined],
    [{}],
    [{ locked: 'no' }],
    ['open'],
    [{ locked: true, retryAfterSeconds: 'soon' }],
  ])('DE-6 a limiter that answers %j has not said that the candidate may go on', async (answer) => {
    const attempts = { check: async () => answer as never, report: async () => undefined };
    const { engine } = engineOf({ records: [live.record], attempts });
    expect(await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }))).toMatchObject({
      row: 'unusable-locked',
      answer: { headers: expect.arrayContaining([['Retry-After', '5']]) },
    });
  });
  it('PE-2 a directory that answers anything but true has no active user', async () => {
    for (const active of [1, 'true', undefined]) {
      const find = async () => ({ id: 'ada', active, administrator: false, groups: ['dev'] }) as never;
      const { engine } = engineOf({ records: [live.record], directory: { find } });
      expect((await engine.authenticate(asks)).reason).toBe('subject-inactive');
    }
  });
  it('DE-6 the limiter is told the outcome under the name and the client address', async () => {
    const told: unknown[] = [];
    const { engine } = engineOf({
      attempts: {
        check: async (key) => {
          told.push(['check', key]);
          return { locked: false, retryAfterSeconds: 0 };
        },
        report: async (key, outcome) => void told.push([outcome, key]),
      },
    });
    const candidate = request({ headers: [basic('ada', 'hunter2')] });
    await engine.authenticate(candidate);
    await engine.reportPasswordOutcome(candidate, 'failed');
    await engine.reportPasswordOutcome(asks, 'failed');
    const key = { username: 'ada', address: '10.0.0.7' };
    expect(told).toEqual([
      ['check', key],
      ['failed', key],
    ]);
  });
});

describe('settings that change under a running engine', () => {
  const changing = (first: Settings | null, attempts?: AttemptLimiter) => {
    const state = {
      document: first as unknown,
      revision: first === null ? 0 : 1,
      loads: 0,
      down: false,
      unread: false,
      behind: 0,
    };
    const settings: SettingsStore = {
      async load() {
        state.loads++;
        if (state.down || state.unread) throw new Error('down');
        return state.document === null ? null : { document: state.document, revision: state.revision };
      },
      save: async () => 'conflict',
    };
    let finds = 0;
    const tokens = storeThatFinds(async () => {
      finds++;
      if (state.down) throw new Error('down');
      const settingsRevision = state.revision - state.behind;
      state.behind = 0;
      return { record: live.record, settingsRevision };
    });
    const save = (document: unknown) => Object.assign(state, { document, revision: state.revision + 1 });
    return {
      ...engineOf({ settings, tokens, ...(attempts && { attempts }) }),
      state,
      save,
      finds: () => finds,
    };
  };
  const narrow = settingsOf(hosts.jira, { network: { allow: ['192.0.2.1'] } });

  it('ST-1 a change holds from the next request on, for one more trip, once', async () => {
    const { engine, state, save, finds } = changing(defaultSettings(hosts.jira));
    expect((await engine.authenticate(asks)).row).toBe('accepted');
    expect(state.loads).toBe(1);
    await engine.authenticate(asks);
    expect(state.loads).toBe(1);
    save(
      settingsOf(hosts.jira, {
        permissions: {
          ...defaultSettings(hosts.jira).permissions,
          use: { to: 'groups', groups: ['admins'] },
        },
      }),
    );
    expect((await engine.authenticate(asks)).row).toBe('use-not-granted');
    expect([state.loads, finds()]).toEqual([2, 3]);
    await engine.authenticate(asks);
    expect([state.loads, finds()]).toEqual([2, 4]);
  });
  it('ST-1 a change holds also for requests that look nothing up', async () => {
    const { engine, state, save } = changing(defaultSettings(hosts.jira));
    const password = request({ headers: [basic('ada', 'hunter2')] });
    const odd = request({ target: '/rest/./x' });
    expect((await engine.authenticate(password)).row).toBe('unknown-open');
    save(settingsOf(hosts.jira, { passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' } }));
    expect((await engine.authenticate(odd)).row).toBe('path-guard');
    expect(state.loads).toBe(2);
    save(settingsOf(hosts.jira, { passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' } }));
    expect((await engine.authenticate(password)).row).toBe('unknown-closed');
    expect(state.loads).toBe(3);
    save(narrow);
    expect((await engine.authenticate(asks)).row).toBe('address-refused-closed');
    save(defaultSettings(hosts.jira));
    expect((await engine.authenticate(asks)).row).toBe('accepted');
  });
  it('ST-1 settings that change under one request four times refuse it, and no more is read', async () => {
    let revision = 0;
    const calls = { load: 0, find: 0 };
    const settings: SettingsStore = {
      load: async () => {
        calls.load++;
        return { document: defaultSettings(hosts.jira), revision: ++revision };
      },
      save: async () => 'conflict',
    };
    const tokens = storeThatFinds(async () => {
      calls.find++;
      return { record: live.record, settingsRevision: 999 };
    });
    const { engine } = engineOf({ settings, tokens });
    expect(await engine.authenticate(asks)).toMatchObject({ row: 'unavailable', status: 503 });
    expect(calls).toEqual({ load: 5, find: 4 });
  });
  it('ST-1 a change that cannot be read refuses what it was learnt with', async () => {
    const { engine, state, save } = changing(defaultSettings(hosts.jira));
    await engine.authenticate(asks);
    save(defaultSettings(hosts.jira));
    state.unread = true;
    expect(await engine.authenticate(asks)).toMatchObject({ row: 'unavailable', status: 503 });
    expect(await engine.verify(live.text)).toEqual({ live: false, token: 'unavailable' });
    state.unread = false;
    expect((await engine.authenticate(asks)).row).toBe('accepted');
  });
  it('ST-1 settings are not read for a text that is no token', async () => {
    const { engine, state } = changing(defaultSettings(hosts.jira));
    await engine.authenticate(asks);
    expect(await engine.verify('hunter2')).toEqual({ live: false, token: 'unknown' });
    expect(state.loads).toBe(1);
  });
  it('ST-1 settings are read again only where they could change the answer, and the limiter is asked once', async () => {
    let checks = 0;
    const attempts = {
      check: async () => {
        checks++;
        return { locked: false, retryAfterSeconds: 0 };
      },
      report: async () => undefined,
    };
    const { engine, state } = changing(defaultSettings(hosts.jira), attempts);
    await engine.authenticate(asks);
    const [password] = [basic('ada', 'hunter2')];
    for (const input of [
      request(),
      request({ target: '/x', headers: [password] }),
      request({ target: '/./x' }),
    ])
      await engine.authenticate(input);
    expect([state.loads, checks]).toEqual([1, 0]);
    expect((await engine.authenticate(request({ headers: [password] }))).row).toBe('unknown-open');
    expect([state.loads, checks]).toEqual([2, 1]);
  });
  it('ST-1 a record found before settings that were read after it is looked up again', async () => {
    const { engine, state, save, finds } = changing(defaultSettings(hosts.jira));
    await engine.authenticate(asks);
    for (let time = 0; time < 2; time++) save(defaultSettings(hosts.jira));
    state.behind = 1;
    expect((await engine.authenticate(asks)).row).toBe('accepted');
    expect([state.loads, finds()]).toEqual([2, 3]);
  });
  it('ST-1 fixed settings stand whatever revision the store of the tokens has', async () => {
    const { engine } = engineOf({
      tokens: storeThatFinds(async () => ({ record: live.record, settingsRevision: 7 })),
    });
    expect((await engine.authenticate(asks)).row).toBe('accepted');
    expect((await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }))).row).toBe(
      'unknown-open',
    );
  });
  it('SE-4 where none were ever saved, the defaults stand', async () => {
    const { engine } = changing(null);
    expect((await engine.authenticate(asks)).row).toBe('accepted');
  });
  it('SE-4 settings that no longer parse refuse every credential until they are mended', async () => {
    const { engine, save } = changing(defaultSettings(hosts.jira));
    expect((await engine.authenticate(asks)).row).toBe('accepted');
    save({ version: 1, network: { allow: ['nonsense'] } });
    expect(await engine.authenticate(asks)).toMatchObject({ row: 'unavailable', status: 503 });
    expect((await engine.authenticate(request())).row).toBe('anonymous');
    save(defaultSettings(hosts.jira));
    expect((await engine.authenticate(asks)).row).toBe('accepted');
  });
  it('the last known policy stands through an outage: a password candidate defers, a token does not', async () => {
    const { engine, state } = changing(defaultSettings(hosts.jira));
    await engine.authenticate(asks);
    state.down = true;
    expect((await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }))).row).toBe(
      'unknown-open',
    );
    expect((await engine.authenticate(asks)).row).toBe('unavailable');
  });
  it('settings that were never read refuse every credential while the store is down', async () => {
    const { engine, state } = changing(defaultSettings(hosts.jira));
    state.down = true;
    expect((await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }))).row).toBe(
      'unavailable',
    );
    state.down = false;
    expect((await engine.authenticate(request({ headers: [basic('ada', 'hunter2')] }))).row).toBe(
      'unknown-open',
    );
  });
});

describe('verify', () => {
  it('judges a token text without a request', async () => {
    const ending = token({ scope: 'read-only', expiresAt: now + 1 });
    const { engine, clock } = engineOf({ records: [ending.record] });
    expect(await engine.verify(ending.text)).toEqual({
      live: true,
      principal: { subject: 'ada', tokenId: ending.record.id, scope: 'read-only' },
      expiresAt: now + 1,
    });
    clock.at = now + 1;
    expect(await engine.verify(ending.text)).toEqual({ live: false, token: 'expired' });
    expect(await engine.verify('hunter2')).toEqual({ live: false, token: 'unknown' });
  });
});

describe('createLatchkey', () => {
  it('TK-1 takes another prefix and refuses one that is none', async () => {
    expect(() => engineOf({ prefix: 'Lk' })).toThrow(LatchkeyError);
    const { engine } = engineOf({ prefix: 'acme', records: [live.record] });
    expect(await engine.verify(live.text)).toEqual({ live: false, token: 'unknown' });
  });
  it('a given SHA-256 is proven by a known answer before it is used', async () => {
    const ascii = (text: string) => new TextEncoder().encode(text);
    const right = (text: string) => base64url(sha256(ascii(text)));
    const { engine } = engineOf({ sha256: right, records: [live.record] });
    expect((await engine.authenticate(asks)).row).toBe('accepted');
    expect(() => engineOf({ sha256: (text) => base64url(sha512(ascii(text))) })).toThrow(LatchkeyError);
    expect(() => engineOf({ sha256: (text) => bytesToHex(sha256(ascii(text))) })).toThrow(LatchkeyError);
  });
  it('SE-3 refuses settings that are wrong at once', () => {
    const bad = { ...defaultSettings(hosts.jira), hostTokens: 'maybe' } as unknown as Settings;
    expect(() => engineOf({ settings: bad })).toThrow(/hostTokens/);
  });
  it('TK-2 a pepper binds the digest to its record, and key versions may stand side by side', async () => {
    const { compileDigests } = await import('../src/index.ts');
    const keys = { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) };
    const digests = compileDigests({ peppers: { current: 'k2', keys } });
    const old = token();
    const peppered = { ...old.record, keyVersion: 'k1', digest: digests.of(old.text, 'k1') as string };
    const { engine, kept } = engineOf({ peppers: { current: 'k2', keys }, records: [peppered, live.record] });
    expect((await engine.verify(old.text)).live).toBe(true);
    expect((await engine.verify(live.text)).live).toBe(true);
    kept.set(peppered.id, { ...peppered, keyVersion: 'k2' });
    expect(await engine.verify(old.text)).toEqual({ live: false, token: 'unknown' });
    expect(() => engineOf({ peppers: { current: 'k1', keys: { k1: new Uint8Array(8) } } })).toThrow(
      LatchkeyError,
    );
  });
});
