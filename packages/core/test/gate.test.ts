import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alarm, openGate, quietly } from '../src/gate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A gate with a list of what was told and which ports failed. */
function opened(maximum = 9) {
  const heard: string[] = [];
  const gate = openGate(maximum, (port) => heard.push(`${port} failed`));
  const begin = (name: string, withinMs = 100) =>
    gate.begin<string>('tokens', withinMs, (answer) => heard.push(`${name} ${answer}`));
  return { begin, heard };
}

describe('calls under way', () => {
  it('ST-5 a call is told its answer once, and what comes later is dropped', () => {
    const { begin, heard } = opened();
    const call = begin('a');
    call?.answer('yes');
    call?.answer('again');
    call?.fail();
    vi.advanceTimersByTime(1000);
    expect(heard).toEqual(['a yes']);
    begin('b')?.fail();
    expect(heard).toEqual(['a yes', 'tokens failed', 'b unavailable']);
  });

  it('ST-5 a call fails at its deadline, not before, and its answer comes too late', () => {
    const { begin, heard } = opened();
    const call = begin('a');
    vi.advanceTimersByTime(99);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(['tokens failed', 'a unavailable']);
    call?.answer('late');
    expect(heard).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ST-5 calls of one deadline fail in their order, each at its own time, with one timer for all', () => {
    const { begin, heard } = opened();
    begin('a');
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(50);
    begin('b');
    begin('c');
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(50);
    expect(heard).toEqual(['tokens failed', 'a unavailable']);
    vi.advanceTimersByTime(40);
    expect(heard).toHaveLength(2);
    vi.advanceTimersByTime(10);
    expect(heard.slice(2)).toEqual(['tokens failed', 'b unavailable', 'tokens failed', 'c unavailable']);
  });

  it.each([
    ['a', 'b', 'c'],
    ['b', 'a', 'c'],
    ['c', 'b', 'a'],
    ['b', 'c', 'a'],
  ])(
    'ST-5 those that leave in the order %s, %s free their places, and %s still fails',
    (first, second, third) => {
      const { begin, heard } = opened(3);
      const calls = { a: begin('a'), b: begin('b'), c: begin('c') } as Record<
        string,
        ReturnType<typeof begin>
      >;
      expect(begin('d')).toBeNull();
      expect(heard.splice(0)).toEqual(['tokens failed', 'd unavailable']);
      calls[first]?.answer('1');
      calls[second]?.answer('2');
      calls[second]?.answer('3');
      const more = [begin('e'), begin('f')];
      expect(begin('g')).toBeNull();
      heard.splice(0);
      more[0]?.answer('4');
      vi.advanceTimersByTime(100);
      expect(heard).toEqual([
        'e 4',
        'tokens failed',
        `${third} unavailable`,
        'tokens failed',
        'f unavailable',
      ]);
    },
  );

  it('ST-5 each deadline has its own line', () => {
    const { begin, heard } = opened();
    begin('long', 1000);
    begin('short', 10);
    vi.advanceTimersByTime(10);
    expect(heard).toEqual(['tokens failed', 'short unavailable']);
    vi.advanceTimersByTime(990);
    expect(heard).toHaveLength(4);
  });

  it('ST-5 nobody has to listen, and whoever does may throw', () => {
    openGate(0).begin('tokens', 1, () => undefined);
    let told = false;
    quietly(() => {
      told = true;
      throw new Error('an observer of its own');
    });
    expect(told).toBe(true);
  });
});

describe('an alarm', () => {
  it('TK-6 rings once, some time after it was set first, and can be set again', () => {
    const ring = vi.fn();
    const set = alarm(100, ring);
    set.arm();
    vi.advanceTimersByTime(60);
    set.arm();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(40);
    expect(ring).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(ring).toHaveBeenCalledTimes(1);
    set.arm();
    vi.advanceTimersByTime(100);
    expect(ring).toHaveBeenCalledTimes(2);
  });

  it('TK-6 rings also where timers are numbers, as in browsers', () => {
    const waits = new Map<number, () => void>();
    vi.stubGlobal('setTimeout', (ring: () => void, afterMs: number) => waits.set(afterMs, ring).size);
    vi.stubGlobal('clearTimeout', (timer: number) => expect(timer).toBe(1));
    const ring = vi.fn();
    const set = alarm(100, ring);
    set.arm();
    waits.get(100)?.();
    expect(ring).toHaveBeenCalledTimes(1);
    set.arm();
    set.disarm();
    vi.unstubAllGlobals();
    expect.assertions(2);
  });

  it('TK-6 does not ring once it is disarmed, and can be set after that', () => {
    const ring = vi.fn();
    const set = alarm(100, ring);
    set.disarm();
    set.arm();
    set.disarm();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(ring).not.toHaveBeenCalled();
    set.arm();
    vi.advanceTimersByTime(100);
    expect(ring).toHaveBeenCalledTimes(1);
  });
});
