import { defaultSettings, hosts } from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { type OpenStore, openStore } from '../../src/serve/store.ts';
import { engines } from './engine.ts';
import { actor, asks, engineOver, type Ports } from './stage.ts';

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const stores: readonly { readonly name: string; open(): Promise<Ports> }[] = [
  { name: 'memory', open: async () => memoryStore() },
  ...engines.map((engine) => ({
    name: engine.name,
    async open() {
      const store = await openStore(await engine.place());
      opened.push(store);
      return store;
    },
  })),
];

const day = 86_400_000;
const start = Date.UTC(2026, 0, 31, 12);

describe.each(stores)('a clock that jumps, over $name', ({ open }) => {
  /** Engines one after another on one store, each with the clock where it is put. */
  const rig = async () => {
    const store = await open();
    const settings = defaultSettings(hosts.generic);
    await store.settings.save(settings, 0);
    const clock = { at: start };
    const engine = () =>
      engineOver(store, { clock: () => clock.at, deadlines: { lookUpMs: 2000 }, lastUseIntervalMs: 1000 });
    return { store, clock, engine };
  };
  const month = { label: 'month', expiry: { validity: 'P1M' } } as const;

  it('ST-5 VA-6 the end is decided by the clock that was given, there and back, to the millisecond', async () => {
    const { clock, engine } = await rig();
    const one = engine();
    const result = await one.tokens.issue(actor('ada'), month);
    if (!result.ok) return expect.unreachable(result.problem.code);
    const { text, token } = result.value;
    const end = token.expiresAt ?? 0;
    expect(end).toBe(start + 28 * day);
    for (const [at, words] of [
      [start, 'allow'],
      [end - 1, 'allow'],
      [end, 'token-expired'],
      [end + 400 * day, 'token-expired'],
      [start - 400 * day, 'allow'],
      [end, 'token-expired'],
      [start, 'allow'],
    ] as const) {
      clock.at = at;
      const { effect, reason } = await one.authenticate(asks(text));
      expect([at, effect === 'allow' ? effect : reason]).toEqual([at, words]);
    }
    // An instant before its creation is no reason for a token to outlive its revocation.
    clock.at = start - day;
    expect(await one.tokens.revoke(actor('ada'), token.id)).toMatchObject({ ok: true });
    for (const at of [start - 2 * day, start - day, start, start + day]) {
      clock.at = at;
      expect((await one.authenticate(asks(text))).reason).toBe('token-revoked');
    }
    await one.close();
  });

  it('TK-6 the last use only goes forward, whatever the clock does between', async () => {
    const { store, clock, engine } = await rig();
    const first = engine();
    const result = await first.tokens.issue(actor('ada'), { label: 'use' });
    if (!result.ok) return expect.unreachable(result.problem.code);
    const { text, token } = result.value;
    await first.close();
    let latest = 0;
    for (const at of [
      start + day,
      start - day,
      start + 2 * day,
      start + day,
      start - 300 * day,
      start + 3 * day,
    ]) {
      clock.at = at;
      const engineThen = engine();
      expect((await engineThen.authenticate(asks(text))).effect).toBe('allow');
      await engineThen.close();
      latest = Math.max(latest, at);
      expect((await store.tokens.find(token.id)).record?.lastUsedAt).toBe(latest);
    }
  });

  it('ST-5 issuing, rotating and listing go on before and behind the present', async () => {
    const { clock, engine } = await rig();
    const one = engine();
    const texts: string[] = [];
    for (const at of [start, start - 100 * day, start + 100 * day, start - 1]) {
      clock.at = at;
      const result = await one.tokens.issue(actor('ada'), { label: `at ${at}` });
      if (!result.ok) return expect.unreachable(result.problem.code);
      const rotated = await one.tokens.rotate(actor('ada'), result.value.token.id);
      if (!rotated.ok) return expect.unreachable(rotated.problem.code);
      texts.push(rotated.value.text);
      expect((await one.authenticate(asks(rotated.value.text))).effect).toBe('allow');
      expect((await one.authenticate(asks(result.value.text))).effect).toBe('deny');
    }
    const list = await one.tokens.list(actor('ada'), { limit: 100 });
    expect(list.ok && list.value.tokens.length).toBe(8);
    clock.at = start;
    for (const text of texts) expect((await one.authenticate(asks(text))).effect).toBe('allow');
    await one.close();
  });
});
