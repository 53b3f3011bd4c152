import { type Decision, type Facts, type ReplayWorld, replay } from '@latchkey/core';
import type { ScenarioRequest } from '../scenario/scenario.ts';

/** The verdict on one request, with the keys in the order of the output. */
export interface NamedVerdict {
  readonly name: string;
  readonly effect: Decision['effect'];
  /** The status of a deny; null otherwise. */
  readonly status: number | null;
  /** The administrator's reason, not the public one. */
  readonly reason: string;
  readonly row: string;
  readonly principal: { readonly subject: string; readonly tokenId: string; readonly scope: string } | null;
}

/** What a simulation says of one request, with the keys in the order of the output. Spec: SF-1 */
export interface Outcome extends NamedVerdict {
  /** Null where no row asked for the client. */
  readonly client: {
    readonly address: string | null;
    readonly source: 'peer' | 'header' | null;
    readonly why: string | null;
  } | null;
  /** Null for each fact that was not needed. */
  readonly facts: { readonly [K in keyof Facts]: Facts[K] | null };
}

/** The verdict in a decision, in the form of the output. */
export function verdictOf(name: string, decision: Decision): NamedVerdict {
  const { effect, reason, row } = decision;
  const status = effect === 'deny' ? decision.status : null;
  return { name, effect, status, reason, row, principal: effect === 'allow' ? decision.principal : null };
}

function clientOf({ client }: Decision): Outcome['client'] {
  if (client === null) return null;
  return client.kind === 'resolved'
    ? { address: client.address, source: client.source, why: null }
    : { address: null, source: null, why: client.why };
}

/** Decides one request of a scenario. Spec: SF-1 */
export function simulate({ name, input, fault }: ScenarioRequest, world: ReplayWorld): Outcome {
  const { decision, gathered } = replay(input, world, fault);
  const { effect, status, reason, row, principal } = verdictOf(name, decision);
  // Spelt out: spreading the verdict takes much longer, and this runs for each of very many requests.
  return { name, effect, status, reason, row, principal, client: clientOf(decision), facts: gathered.needed };
}
