import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type AuditEvent,
  createLatchkey,
  defaultSettings,
  hosts,
  LatchkeyError,
  type LatchkeyOptions,
} from '../src/index.ts';
import { basic, bearer, bytes, engineOf, now, request, storeThatFinds, token, users } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const live = token();
const down = async (): Promise<never> => {
  throw new Error('down');
};
const ask = request({ headers: [bearer(live.text)] });
const password = request({ headers: [basic('ada', 'pw')] });
/** An observer that keeps what it hears. */
const heard = () => {
  const failed: string[] = [];
  let lost = 0;
  const observer = {
    portFailed: (port: string) => void failed.push(port),
    eventsLost: (count: number) => {
      lost += count;
    },
  };
  return { observer, failed, lost: () => lost };
};

describe('ports that fail are named', () => {
  const settingsStore = { load: async () => null, save: async () => 'saved' as const };
  const found = storeThatFinds(async () => ({ record: live.record, settingsRevision: 0 }));
  it.each<
    [string, Partial<LatchkeyOptions>, (engine: ReturnType<typeof createLatchkey>) => Promise<unknown>]
  >([
    ['tokens', { tokens: storeThatFinds(down) }, (engine) => engine.authenticate(ask)],
    ['directory', { tokens: found, directory: { find: down } }, (engine) => engine.authenticate(ask)],
    ['settings', { settings: { ...settingsStore, load: down } }, (engine) => engine.authenticate(ask)],
    ['attempts', { attempts: { check: down, report: down } }, (engine) => engine.authenticate(password)],
    [
      'attempts',
      { attempts: { check: async () => ({ locked: false, retryAfterSeconds: 0 }), report: down } },
      (engine) => engine.reportPasswordOutcome(password, 'failed'),
    ],
    ['operation', { directory: { find: down } }, (engine) => engine.tokens.list({ subject: 'ada' })],
  ])('ST-5 %s', async (port, change, use) => {
    const { observer, failed } = heard();
    const { engine } = engineOf({ observer, ...change });
    await use(engine);
    expect(failed).toEqual([port]);
    const quiet = engineOf({ observer: {}, ...change });
    await use(quiet.engine);
    await use(engineOf(change).engine);
  });

  it('ST-5 a port that throws at once fails as one that rejects', async () => {
    const { observer, failed } = heard();
    const tokens = storeThatFinds(() => {
      throw new Error('at once');
    });
    const { engine } = engineOf({ observer, tokens });
    expect((await engine.authenticate(ask)).row).toBe('unavailable');
    expect(failed).toEqual(['tokens']);
  });
});

describe('an engine without readable settings', () => {
  const saved = (document: unknown) => ({
    load: async () => ({ document, revision: 1 }),
    save: async () => 'saved' as const,
  });
  it('SE-4 operations wait for settings to be there, and to be mended', async () => {
    const unread = engineOf({ settings: { load: down, save: async () => 'conflict' as const } }).engine;
    expect(await unread.tokens.list({ subject: 'ada' })).toEqual({
      ok: false,
      problem: { code: 'unavailable', path: [], message: 'The settings could not be read.' },
    });
    const broken = engineOf({ settings: saved(7) }).engine;
    expect(await broken.tokens.list({ subject: 'ada' })).toEqual({
      ok: false,
      problem: { code: 'settings-unreadable', path: [], message: 'The settings have to be mended first.' },
    });
  });

  it('DE-6 an outcome is reported only where settings stand, and nothing is asked where no limiter is', async () => {
    const report = vi.fn(async () => undefined);
    const attempts = { check: async () => ({ locked: false, retryAfterSeconds: 0 }), report };
    const unread = engineOf({
      attempts,
      settings: { load: down, save: async () => 'conflict' as const },
    }).engine;
    await unread.reportPasswordOutcome(password, 'failed');
    expect(report).not.toHaveBeenCalled();
    const first = engineOf({ attempts, settings: saved(defaultSettings(hosts.jira)) }).engine;
    await first.reportPasswordOutcome(password, 'succeeded');
    expect(report).toHaveBeenCalledWith({ username: 'ada', address: '10.0.0.7' }, 'succeeded');
    await first.reportPasswordOutcome(request(), 'failed');
    expect(report).toHaveBeenCalledTimes(1);
    const load = vi.fn(async () => null);
    await engineOf({ settings: { load, save: async () => 'saved' as const } }).engine.reportPasswordOutcome(
      password,
      'failed',
    );
    expect(load).not.toHaveBeenCalled();
  });

  it('ST-1 a closed engine is misuse, named', async () => {
    const { engine } = engineOf();
    await engine.close();
    for (const use of [() => engine.authenticate(ask), () => engine.tokens.list({ subject: 'ada' })])
      await expect(use()).rejects.toThrow(new LatchkeyError('engine-closed', 'The engine was closed.'));
  });
});

describe('decisions that are written down', () => {
  const logged = (change: Partial<LatchkeyOptions> = {}) => {
    const written: AuditEvent[][] = [];
    const state = { down: false };
    const audit = {
      append: async (events: readonly AuditEvent[]) => {
        if (state.down) throw new Error('down');
        written.push([...events]);
      },
      list: async () => [],
    };
    const { observer, failed, lost } = heard();
    const { engine } = engineOf({ audit, observer, auditDecisions: ['request-deferred'], ...change });
    return { engine, written, state, failed, lost };
  };

  it('TK-7 are written a second later, together, and only the kinds asked for', async () => {
    const { engine, written } = logged({ records: [live.record] } as never);
    await engine.authenticate(password);
    await engine.authenticate(ask);
    await engine.authenticate(password);
    await vi.advanceTimersByTimeAsync(999);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(written.map((events) => events.map(({ kind }) => kind))).toEqual([
      ['request-deferred', 'request-deferred'],
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    // The uses of tokens still wait for their own time.
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(written).toHaveLength(1);
  });

  it('TK-7 a log that is down gets them once it is back', async () => {
    const { engine, written, state, failed } = logged();
    state.down = true;
    await engine.authenticate(password);
    await vi.advanceTimersByTimeAsync(1000);
    expect(failed).toEqual(['audit']);
    state.down = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(written).toHaveLength(1);
    await engine.authenticate(password);
    await engine.close();
    expect(written).toHaveLength(2);
  });

  it('TK-7 beyond 10,000 that wait, the observer hears of each that is lost, and batches have 500', async () => {
    const { engine, written, lost } = logged();
    for (let count = 0; count < 10_002; count++) await engine.authenticate(password);
    expect(lost()).toBe(2);
    await engine.close();
    expect(written.map((events) => events.length)).toEqual(Array(20).fill(500));
    const silent = logged({ observer: {} });
    for (let count = 0; count < 10_001; count++) await silent.engine.authenticate(password);
  });

  it('TK-7 nothing waits where there is no log', async () => {
    const { engine } = engineOf({ auditDecisions: ['request-deferred'] });
    await engine.authenticate(password);
    expect(vi.getTimerCount()).toBe(0);
    await engine.close();
  });

  it('TK-6 a use that could not be written is named and waits for the next time', async () => {
    const { observer, failed } = heard();
    let tries = 0;
    const tokens = {
      ...storeThatFinds(async () => ({ record: live.record, settingsRevision: 0 })),
      touch: async () => {
        if (tries++ === 0) throw new Error('down');
      },
    };
    const engine = createLatchkey({
      host: hosts.jira,
      settings: defaultSettings(hosts.jira),
      tokens,
      directory: { find: async (id) => users.find((user) => user.id === id) ?? null },
      clock: () => now,
      random: bytes,
      observer,
    });
    await engine.authenticate(ask);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([tries, failed]).toEqual([1, ['tokens']]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tries).toBe(2);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([tries, vi.getTimerCount()]).toEqual([2, 0]);
  });
});

describe('explained', () => {
  it('DE-4 an engine explains in full, by the settings that stand', async () => {
    const { engine } = engineOf({ records: [live.record] });
    const told = await engine.explain({ ...ask, target: '/browse' });
    expect(told.row).toBe('other-surface');
    expect(told.facts.find(({ fact }) => fact === 'token')).toMatchObject({ needed: false });
    expect(told.facts.find(({ fact }) => fact === 'credential')?.value).toBe('presented');
  });
});
