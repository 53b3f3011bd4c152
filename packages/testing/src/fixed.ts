import type { EpochMs } from '@latchkey/core';

/** A clock that stands still until it is moved; instants and steps in milliseconds. */
export interface FixedClock {
  (): EpochMs;
  /** Moves the clock forward, or back with a negative step. */
  advance(ms: number): void;
  /** Puts the clock at an instant. */
  set(at: EpochMs): void;
}

/**
 * Answers the same instant until a test moves it.
 *
 * @example
 * const clock = fixedClock(0);
 * clock.advance(1_000);
 * clock(); // 1000
 */
export function fixedClock(at: EpochMs): FixedClock {
  let now = at;
  const clock = (): EpochMs => now;
  clock.advance = (ms: number): void => {
    now += ms;
  };
  clock.set = (next: EpochMs): void => {
    now = next;
  };
  return clock;
}

/** A repeatable source of bytes that tells how often and for how many bytes it was asked. */
export interface CountedRandom {
  (bytes: number): Uint8Array;
  /** How often it was called. */
  calls: number;
  /** How many bytes it gave in all. */
  bytes: number;
}

/**
 * Gives the same bytes for the same seed and counts what was taken. For tests only: anybody can predict it.
 *
 * @example
 * const random = countedRandom(7);
 * random(32).length; // 32
 * random.calls; // 1
 */
export function countedRandom(seed = 1): CountedRandom {
  const next = wordsFrom(seed);
  const random = (bytes: number): Uint8Array => {
    random.calls += 1;
    random.bytes += bytes;
    return Uint8Array.from({ length: bytes }, () => next() >>> 24);
  };
  random.calls = 0;
  random.bytes = 0;
  return random;
}

/** A stream of 32-bit words that a seed fixes (the mixing steps of splitmix32). */
export function wordsFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}
