import type { RequestInput } from '../parse/request.ts';
import type { Policy } from '../settings/policy.ts';
import type { EpochMs, TokenRecord } from '../token/record.ts';
import { conclude, type Decision } from './decision.ts';
import { type Gathered, gather } from './gather.ts';
import type { Need, Rules, Subject, Told } from './needs.ts';

/** A world that answers at once: what a replay is decided in. */
export interface ReplayWorld {
  readonly rules: Rules;
  readonly now: EpochMs;
  readonly records: ReadonlyMap<string, TokenRecord>;
  readonly subjects: ReadonlyMap<string, Subject>;
}

/** What a single replayed request meets instead of the world as it is. */
export interface ReplayFault {
  readonly fault?: 'store-unavailable' | 'directory-unavailable' | 'settings-unreadable';
  /** The limiter's answer; no limiter where it is absent. */
  readonly attempts?: 'open' | 'locked';
}

/** Seconds that a replayed limiter asks to wait. */
const replayedWaitSeconds = 60;

function tell(need: Need, world: ReplayWorld, { fault, attempts }: ReplayFault): Told {
  switch (need.need) {
    case 'record':
      return fault === 'store-unavailable'
        ? 'unavailable'
        : { record: world.records.get(need.id) ?? null, at: world.now };
    case 'subject':
      return fault === 'directory-unavailable' ? 'unavailable' : (world.subjects.get(need.id) ?? null);
    case 'attempts':
      return { locked: attempts === 'locked', retryAfterSeconds: replayedWaitSeconds };
  }
}

/**
 * Decides a request in a world that is all there, synchronously and by the same steps as the engine:
 * for simulations, for replays of recorded requests and for tests. Spec: SF-1, IM-1
 */
export function replay(
  request: RequestInput,
  world: ReplayWorld,
  fault: ReplayFault = {},
  thorough = false,
): { readonly gathered: Gathered; readonly decision: Decision; readonly policy: Policy | null } {
  const policy = fault.fault === 'settings-unreadable' ? null : world.rules.policy;
  const rules = { ...world.rules, policy, limited: fault.attempts !== undefined };
  const steps = gather(request, rules, thorough);
  let step = steps.next();
  while (!step.done) step = steps.next(tell(step.value, world, fault));
  return { gathered: step.value, decision: conclude(step.value, policy), policy };
}
