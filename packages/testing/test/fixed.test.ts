import { describe, expect, it } from 'vitest';
import { countedRandom, fixedClock } from '../src/index.ts';

describe('fixedClock', () => {
  it('TK-6 stands still until it is moved', () => {
    const clock = fixedClock(1_000);
    expect([clock(), clock()]).toEqual([1_000, 1_000]);
    clock.advance(250);
    expect(clock()).toBe(1_250);
    clock.advance(-50);
    expect(clock()).toBe(1_200);
    clock.set(7);
    expect(clock()).toBe(7);
  });
});

describe('countedRandom', () => {
  it('TK-1 repeats its bytes for a seed and differs between seeds', () => {
    expect(countedRandom(3)(64)).toEqual(countedRandom(3)(64));
    expect(countedRandom(3)(64)).not.toEqual(countedRandom(4)(64));
    expect(countedRandom()(8)).toEqual(countedRandom(1)(8));
  });

  it('TK-1 goes on with fresh bytes and counts calls and bytes', () => {
    const random = countedRandom(3);
    const [first, second] = [random(16), random(16)];
    expect(first).toHaveLength(16);
    expect(second).not.toEqual(first);
    random(5);
    expect([random.calls, random.bytes]).toEqual([3, 37]);
  });

  it('TK-1 gives every byte value', () => {
    expect(new Set(countedRandom(9)(8_192)).size).toBe(256);
  });
});
