import type { Client } from '../net/client.ts';
import type { Policy } from '../settings/policy.ts';
import type { EpochMs, Scope, TokenId } from '../token/record.ts';
import { type PublicAnswer, publicAnswer } from './answer.ts';
import { decide, type Verdict } from './decide.ts';
import { completeFacts } from './facts.ts';
import { endOf, type Gathered } from './gather.ts';
import type { Principal } from './needs.ts';

/** What the caller of `authenticate` must now do. Spec: decision.md, Obligations */
export type Obligation =
  | { readonly do: 'record-use'; readonly tokenId: TokenId }
  /** The session that the host opens may do and last no more than the token. Spec: SC-5 */
  | { readonly do: 'limit-session'; readonly scope: Scope; readonly notAfter: EpochMs | null }
  /** Tell the engine whether the password was right: `reportPasswordOutcome`. Spec: DE-6 */
  | { readonly do: 'report-password-outcome' }
  /** The credential must not reach the host. */
  | { readonly do: 'withhold-credential' };

/** The decision on one request. The reason is the administrator's; a denied caller gets `answer` only. */
export type Decision = Verdict & {
  readonly client: Client | null;
  readonly obligations: readonly Obligation[];
} & (
    | { readonly effect: 'allow'; readonly principal: Principal }
    | { readonly effect: 'defer' }
    | { readonly effect: 'deny'; readonly answer: PublicAnswer }
  );

const withhold: readonly Obligation[] = Object.freeze([Object.freeze({ do: 'withhold-credential' })]);
const report: readonly Obligation[] = Object.freeze([Object.freeze({ do: 'report-password-outcome' })]);
const nothing: readonly Obligation[] = Object.freeze([]);

/** The decision that gathered facts lead to: the table's verdict, the principal, the obligations, the answer. */
export function conclude(gathered: Gathered, policy: Policy | null): Decision {
  const verdict = decide(completeFacts(gathered.needed));
  const { client, record } = gathered;
  const { row, reason } = verdict;
  // Each decision is written out: spreading the verdict into it would cost more than finding the verdict.
  switch (verdict.effect) {
    case 'allow': {
      if (record === null || policy === null)
        throw new TypeError('A table that allows without a token is broken.');
      const obligations: Obligation[] = [{ do: 'record-use', tokenId: record.id }];
      if (gathered.exemption === 'session')
        obligations.push({ do: 'limit-session', scope: record.scope, notAfter: endOf(record, policy) });
      const principal = { subject: record.subject, tokenId: record.id, scope: record.scope };
      return { row, reason, effect: 'allow', client, obligations, principal };
    }
    case 'defer': {
      const credential = gathered.needed.credential === 'presented' ? gathered.credential : null;
      const candidate = credential?.kind === 'presented' && credential.via === 'basic';
      return { row, reason, effect: 'defer', client, obligations: candidate ? report : nothing };
    }
    case 'deny': {
      const disclose = policy?.settings.network.discloseAddress ?? false;
      const answer = publicAnswer(verdict, client, disclose, gathered.retryAfterSeconds);
      const { status } = verdict;
      return { row, reason, effect: 'deny', status, client, obligations: withhold, answer };
    }
  }
}
