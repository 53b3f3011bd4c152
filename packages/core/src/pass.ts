import type { Gathering, Need, Told } from './decision/needs.ts';
import type { PortName } from './engine.ts';
import type { AttemptLimiter, Directory, Lookup, TokenStore } from './ports.ts';
import type { Seen } from './question.ts';
import type { Standing } from './settings/standing.ts';
import type { EpochMs } from './token/record.ts';

/** What a pass ends in; null where a look-up brought another settings revision than the one decided by. */
export type Passed<T> = { readonly gathered: T } | null;

/** Calls a port and tells what it answers, or that it failed. */
export type Ask = <T>(
  port: PortName,
  call: () => Promise<T> | T,
  told: (answer: T | 'unavailable') => void,
) => void;

/** What gatherings are answered from. */
export interface Outside {
  readonly tokens: TokenStore;
  readonly directory: Directory;
  readonly attempts: AttemptLimiter | undefined;
  readonly clock: () => EpochMs;
  /** Whether the settings are kept in a store, so that a look-up can bring news of them. */
  readonly isVersioned: boolean;
}

/**
 * Walks through gatherings, one need after the other. By callbacks: waiting for a promise at each need would cost
 * more than what is waited for in memory. Spec: ST-1
 */
export function passes({ tokens, directory, attempts, clock, isVersioned }: Outside) {
  return function pass<T>(
    steps: Gathering<T>,
    by: Standing | null,
    seen: Seen,
    ask: Ask,
    done: (passed: Passed<T>) => void,
    broken: (error: unknown) => void,
  ): void {
    const go = (told: Told): void => {
      // The ports call back, so what is thrown in here would reach nobody.
      try {
        const step = steps.next(told ?? null);
        if (step.done) done({ gathered: step.value });
        else meet(step.value);
      } catch (error) {
        broken(error);
      }
    };
    const found = (lookup: Lookup | 'unavailable'): void => {
      try {
        seen.confirmed = true;
        if (lookup === 'unavailable') go(lookup);
        else if (!isVersioned || by === null || lookup.settingsRevision === by.revision)
          go({ record: lookup.record, at: clock() });
        else {
          seen.found = lookup;
          done(null);
        }
      } catch (error) {
        broken(error);
      }
    };
    const meet = (need: Need): void => {
      if (need.need === 'subject') ask('directory', () => directory.find(need.id), go);
      else if (need.need === 'record') {
        if (seen.found === null) ask('tokens', () => tokens.find(need.id), found);
        else found(seen.found);
      } else {
        // Without a limiter there is no such need.
        const limiter = attempts as AttemptLimiter;
        ask('attempts', () => limiter.check({ username: need.username, address: need.address }), go);
      }
    };
    // What the first step is told, nobody hears.
    go(null);
  };
}
