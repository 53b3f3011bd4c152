import { hash } from 'node:crypto';
import type { AttemptKey, AttemptLimiter } from '@latchkey/core';
import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';

/** How many failures lock a name at an address, and for how long they are remembered. */
export interface AttemptLimit {
  /** 5 by default. */
  readonly failures?: number;
  /** 900 by default. */
  readonly seconds?: number;
}

/**
 * The name under which failures are counted. Hashed, because a user name can be a secret pasted into the
 * wrong field; folded, because most hosts do not mind the case of a name and a guesser would.
 */
function nameOf({ username, address }: AttemptKey): string {
  const folded = username.normalize('NFKC').toLowerCase();
  return hash('sha256', `${address ?? 'unresolved'}\n${folded}`, 'hex').slice(0, 40);
}

/**
 * An attempt limiter on any limiter of rate-limiter-flexible: its `points` are the failures that lock, its
 * `duration` how long they are remembered. A right password forgets them. Failures are counted when they are
 * reported, so candidates that are being checked at the same moment are not yet among them. Spec: DE-6
 *
 * @example
 * attemptLimiter(new RateLimiterRedis({ storeClient, keyPrefix: 'latchkey-attempts', points: 5, duration: 900 }));
 */
export function attemptLimiter(limiter: RateLimiterAbstract): AttemptLimiter {
  return {
    async check(key) {
      const state = await limiter.get(nameOf(key));
      const locked = state !== null && state.consumedPoints >= limiter.points;
      return { locked, retryAfterSeconds: locked ? Math.max(1, Math.ceil(state.msBeforeNext / 1000)) : 0 };
    },
    async report(key, outcome) {
      const name = nameOf(key);
      if (outcome === 'succeeded') await limiter.delete(name);
      else await limiter.penalty(name, 1);
    },
  };
}

/** An attempt limiter in the memory of this process. Spec: DE-6 */
export function memoryAttempts({ failures = 5, seconds = 900 }: AttemptLimit = {}): AttemptLimiter {
  return attemptLimiter(new RateLimiterMemory({ points: failures, duration: seconds }));
}
