import type { DecisionEvent } from './audit.ts';
import type { Decision } from './decision/decision.ts';
import type { EpochMs } from './token/record.ts';

const kinds = { allow: 'request-accepted', deny: 'request-refused', defer: 'request-deferred' } as const;

/** What is written down of a decision: who, from where, which row; never a credential. Spec: TK-7 */
export function eventOf(decision: Decision, at: EpochMs): DecisionEvent {
  const principal = decision.effect === 'allow' ? decision.principal : null;
  return {
    kind: kinds[decision.effect],
    at,
    actor: principal?.subject ?? null,
    actorTokenId: principal?.tokenId ?? null,
    address: decision.client?.kind === 'resolved' ? decision.client.address : null,
    row: decision.row,
    reason: decision.reason,
  };
}

/** Things that wait to be written, a batch at a time. */
export interface Batches<T> {
  /** Takes at most `limit` out, to be written. */
  take(limit: number): readonly T[];
  /** Puts back what could not be written. */
  putBack(part: readonly T[]): void;
}

/** Decision events that wait to be written, in order; bounded, and without sampling below the bound. Spec: TK-7 */
export interface DecisionQueue {
  wants(decision: Decision): boolean;
  /** False where the queue is full and the event is lost. */
  put(event: DecisionEvent): boolean;
  take(limit: number): readonly DecisionEvent[];
  /** Puts events that could not be written back to the front. */
  putBack(events: readonly DecisionEvent[]): void;
  readonly size: number;
}

/** A queue for some kinds of decisions. */
export function decisionQueue(wanted: readonly DecisionEvent['kind'][], capacity: number): DecisionQueue {
  let waiting: DecisionEvent[] = [];
  return {
    wants: (decision) => wanted.includes(kinds[decision.effect]),
    put(event) {
      if (waiting.length >= capacity) return false;
      waiting.push(event);
      return true;
    },
    take(limit) {
      const taken = waiting.slice(0, limit);
      waiting = waiting.slice(limit);
      return taken;
    },
    putBack(events) {
      waiting = [...events, ...waiting];
    },
    get size() {
      return waiting.length;
    },
  };
}
