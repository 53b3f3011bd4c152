import { defaultSettings, hosts, type TokenStore } from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { desk, start, valueOf } from './desk.ts';

const minute = 60_000;

describe('last use', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const watched = () => {
    const store = memoryStore();
    const touches: (readonly { id: string; at: number }[])[] = [];
    let down = false;
    const tokens: TokenStore = {
      ...store.tokens,
      async touch(uses) {
        touches.push(uses);
        if (down) throw new Error('down');
        return store.tokens.touch(uses);
      },
    };
    const fail = (value: boolean): void => {
      down = value;
    };
    return { store, tokens, touches, fail };
  };

  it('TK-6 writes nothing on the request path, and one use per token and interval, the latest', async () => {
    const { store, tokens, touches } = watched();
    const { engine, session, request, clock, ready } = desk(undefined, {
      tokens,
      settings: defaultSettings(hosts.generic),
    });
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    for (let second = 0; second < 50; second++) {
      clock.advance(1000);
      await engine.authenticate(request(text));
    }
    expect(touches).toEqual([]);
    await vi.advanceTimersByTimeAsync(minute);
    expect(touches).toEqual([[{ id: token.id, at: start + 50_000 }]]);
    expect((await store.tokens.find(token.id)).record?.lastUsedAt).toBe(start + 50_000);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(touches).toHaveLength(1);
    // Within the interval of what is stored, nothing new is noted; after it, it is.
    await engine.authenticate(request(text));
    await vi.advanceTimersByTimeAsync(minute);
    expect(touches).toHaveLength(1);
    clock.advance(minute);
    await engine.authenticate(request(text));
    await vi.advanceTimersByTimeAsync(minute);
    expect(touches).toHaveLength(2);
  });

  it('TK-6 is flushed on close, and explaining records no use', async () => {
    const { store, tokens, touches } = watched();
    const { engine, session, request, ready } = desk(undefined, {
      tokens,
      settings: defaultSettings(hosts.generic),
    });
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    await engine.explain(request(text));
    await engine.close();
    expect(touches).toEqual([]);
    const again = desk(undefined, { tokens, settings: defaultSettings(hosts.generic) });
    await again.ready;
    await again.engine.authenticate(request(text));
    await again.engine.close();
    expect((await store.tokens.find(token.id)).record?.lastUsedAt).toBe(start);
  });

  it('TK-6 a failing store loses no request, and the use is written once it is back', async () => {
    const { store, tokens, fail } = watched();
    const { engine, session, request, ready } = desk(undefined, {
      tokens,
      settings: defaultSettings(hosts.generic),
    });
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    fail(true);
    expect((await engine.authenticate(request(text))).row).toBe('accepted');
    await vi.advanceTimersByTimeAsync(3 * minute);
    expect((await store.tokens.find(token.id)).record?.lastUsedAt).toBeNull();
    fail(false);
    await vi.advanceTimersByTimeAsync(minute);
    expect((await store.tokens.find(token.id)).record?.lastUsedAt).toBe(start);
  });

  it('TK-6 a refused request is no use, and a revoked token is not touched', async () => {
    const { store, tokens } = watched();
    const { engine, session, request, ready } = desk(undefined, {
      tokens,
      settings: defaultSettings(hosts.generic),
    });
    await ready;
    const { text, token } = valueOf(
      await engine.tokens.issue(session('ada'), { label: 'x', scope: 'read-only' }),
    );
    await engine.authenticate(request(text, 'POST'));
    await vi.advanceTimersByTimeAsync(minute);
    expect((await store.tokens.find(token.id)).record?.lastUsedAt).toBeNull();
    await engine.authenticate(request(text));
    await engine.tokens.revoke(session('ada'), token.id);
    await engine.close();
    expect((await store.tokens.find(token.id)).record?.lastUsedAt).toBeNull();
  });
});
