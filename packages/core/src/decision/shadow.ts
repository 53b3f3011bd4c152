import type { RequestInput } from '../parse/request.ts';
import type { Policy } from '../settings/policy.ts';
import type { TokenId } from '../token/record.ts';
import { decide, type Verdict } from './decide.ts';
import type { Decision } from './decision.ts';
import { completeFacts } from './facts.ts';
import { gather } from './gather.ts';
import type { Gathering, Need, Rules, Told } from './needs.ts';

/** The first request that one row decides and that another would decide by the shadow policy. Spec: IM-2 */
export interface ShadowDifference {
  readonly live: Verdict;
  readonly shadow: Verdict;
  /** The token of that request, where it is one and either side knows it; an id, never a secret. */
  readonly tokenId: TokenId | null;
  /** The client of that request, by the live policy where it looked. */
  readonly address: string | null;
}

/** What a live gathering was told, by what it asked. */
export type Learnt = Map<string, Told>;

const keyOf = (need: Need): string => JSON.stringify(need);

/** The same steps, with every answer written down on its way; a gathering that starts over writes over it. */
export function* overhear<T>(steps: Gathering<T>, learnt: Learnt): Gathering<T> {
  let step = steps.next();
  while (!step.done) {
    const told = yield step.value;
    learnt.set(keyOf(step.value), told);
    step = steps.next(told);
  }
  return step.value;
}

/** A second policy beside the live one: it changes nothing and says what it would change. Spec: IM-2 */
export interface Shadow {
  /**
   * Decides a request that was decided live. What the live decision was told is not asked again; what only
   * the shadow needs to know is asked by the steps, and where that fails there is nothing to compare. Ends in
   * a difference, once for each pair of rows, or in null.
   */
  compare(request: RequestInput, live: Decision, learnt: Learnt): Gathering<ShadowDifference | null>;
}

/**
 * A shadow that has reported nothing yet. It remembers pairs of rows only, so it stays small. Spec: IM-2
 *
 * @example
 * const learnt = new Map();
 * const steps = shadowOf(policy, rules).compare(request, decision, learnt);
 */
export function shadowOf(policy: Policy, rules: Omit<Rules, 'policy'>): Shadow {
  const reported = new Set<string>();
  return {
    *compare(request, live, learnt) {
      const steps = gather(request, { ...rules, policy });
      let step = steps.next();
      while (!step.done) {
        const known = learnt.get(keyOf(step.value));
        const told = known === undefined ? yield step.value : known;
        // A look-up that failed for the shadow alone is no difference between the policies.
        if (known === undefined && told === 'unavailable') return null;
        step = steps.next(told);
      }
      const gathered = step.value;
      const shadow = decide(completeFacts(gathered.needed));
      const pair = `${live.row} → ${shadow.row}`;
      if (live.row === shadow.row || reported.has(pair)) return null;
      reported.add(pair);
      const client = live.client ?? gathered.client;
      const principal = live.effect === 'allow' ? live.principal : null;
      return {
        live: verdictOf(live),
        shadow,
        tokenId: gathered.record?.id ?? principal?.tokenId ?? null,
        address: client?.kind === 'resolved' ? client.address : null,
      };
    },
  };
}

/** The verdict within a decision, and nothing else of it. */
function verdictOf(decision: Decision): Verdict {
  const { row, reason } = decision;
  return decision.effect === 'deny'
    ? { row, reason, effect: 'deny', status: decision.status }
    : { row, reason, effect: decision.effect };
}
