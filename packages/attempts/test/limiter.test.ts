import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attemptLimiter, memoryAttempts } from '../src/index.ts';

const ada = { username: 'ada', address: '192.0.2.1' };
const fail = async (limiter: ReturnType<typeof memoryAttempts>, times: number, key = ada) => {
  for (let count = 0; count < times; count++) await limiter.report(key, 'failed');
};

describe('attempt limiter', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('DE-6 five failures lock a name at an address for the rest of 15 minutes', async () => {
    const limiter = memoryAttempts();
    await fail(limiter, 4);
    expect((await limiter.check(ada)).locked).toBe(false);
    await fail(limiter, 1);
    const state = await limiter.check(ada);
    expect(state.locked).toBe(true);
    expect(state.retryAfterSeconds).toBeGreaterThan(890);
    expect(state.retryAfterSeconds).toBeLessThanOrEqual(900);
    vi.advanceTimersByTime(901_000);
    expect((await limiter.check(ada)).locked).toBe(false);
  });

  it('DE-6 other names and other addresses are not locked with it', async () => {
    const limiter = memoryAttempts();
    await fail(limiter, 9);
    for (const key of [
      { ...ada, username: 'bob' },
      { ...ada, address: '192.0.2.2' },
      { ...ada, address: null },
    ])
      expect((await limiter.check(key)).locked).toBe(false);
    expect((await limiter.check({ ...ada, username: 'ADA' })).locked).toBe(true);
  });

  it('DE-6 a right password forgets the failures', async () => {
    const limiter = memoryAttempts({ failures: 2, seconds: 60 });
    await fail(limiter, 1);
    await limiter.report(ada, 'succeeded');
    await fail(limiter, 1);
    expect((await limiter.check(ada)).locked).toBe(false);
    await fail(limiter, 1);
    expect((await limiter.check(ada)).locked).toBe(true);
  });

  it('DE-6 checking alone counts nothing', async () => {
    const limiter = memoryAttempts({ failures: 1 });
    for (let count = 0; count < 20; count++) expect((await limiter.check(ada)).locked).toBe(false);
  });

  it('15.3.5 no name reaches the limiter as it was typed', async () => {
    const names: string[] = [];
    const limiter = attemptLimiter({
      points: 5,
      get: async (name: string) => {
        names.push(name);
        return null;
      },
      penalty: async (name: string) => void names.push(name),
      delete: async (name: string) => names.push(name) > 0,
    } as never);
    await limiter.check({ username: '__proto__', address: null });
    await limiter.report({ username: 'hunter2', address: null }, 'failed');
    await limiter.report({ username: 'hunter2', address: null }, 'succeeded');
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{40}$/);
  });
});
