import type { AttemptKey, AttemptLimiter, Latchkey, RequestInput } from '@latchkey/core';
import { within } from './deadline.ts';

/** How long the limiter may take, in milliseconds, and how many seconds a caller is put off where it does not answer. */
const limiterMs = 2000;
const limiterDownSeconds = 5;

/** Failed logins, as logins outside of the governed paths count them. */
export interface Lock {
  /** Whose attempt a login counts as: the name, at the client's address. */
  keyOf(input: RequestInput, username: string): Promise<AttemptKey>;
  /** After how many seconds to try again where there were too many failures; else null. */
  waitFor(key: AttemptKey): Promise<number | null>;
  report(key: AttemptKey, outcome: 'succeeded' | 'failed'): Promise<void>;
}

/**
 * The limiter of the engine under the key that the engine counts a Basic password by, so that whoever guesses has one
 * number of guesses for both. A limiter that fails, or says nothing clear, locks for a short while. Spec: DE-6
 */
export function loginLock(attempts: AttemptLimiter, engine: Pick<Latchkey, 'explain'>): Lock {
  return {
    async keyOf(input, username) {
      const { client } = await engine.explain(input);
      return { username, address: client?.kind === 'resolved' ? client.address : null };
    },
    async waitFor(key) {
      const told = await within<unknown>(limiterMs, () => attempts.check(key));
      if (typeof told !== 'object' || told === null || !('locked' in told)) return limiterDownSeconds;
      if (told.locked === false) return null;
      const seconds = 'retryAfterSeconds' in told ? told.retryAfterSeconds : null;
      return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : limiterDownSeconds;
    },
    async report(key, outcome) {
      await within(limiterMs, () => attempts.report(key, outcome));
    },
  };
}
