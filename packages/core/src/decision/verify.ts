import type { EpochMs } from '../token/record.ts';
import { isTokenText } from '../token/text.ts';
import type { Facts } from './facts.ts';
import { endOf, type Gathered, gatherToken } from './gather.ts';
import type { Gathering, Principal, Rules } from './needs.ts';

/** Whether a token text is live, and for whom; otherwise the fact that stands against it. */
export type Verification =
  | { readonly live: true; readonly principal: Principal; readonly expiresAt: EpochMs | null }
  | { readonly live: false; readonly token: Exclude<Facts['token'], 'live'> };

/** Judges a token text on its own: neither address nor scope, as there is no request. Spec: decision.md, token */
export function* gatherVerification(tokenText: string, rules: Rules): Gathering<Verification> {
  if (rules.policy === null) return { live: false, token: 'unavailable' };
  if (!isTokenText(tokenText, rules.prefix)) return { live: false, token: 'unknown' };
  const gathered: Pick<Gathered, 'record' | 'subject' | 'judgedAt'> = {
    record: null,
    subject: null,
    judgedAt: null,
  };
  const token = yield* gatherToken({ username: null, secret: tokenText }, rules.policy, rules, gathered);
  const { record } = gathered;
  if (token !== 'live') return { live: false, token };
  if (record === null) return { live: false, token: 'unknown' };
  const principal = { subject: record.subject, tokenId: record.id, scope: record.scope };
  return { live: true, principal, expiresAt: endOf(record, rules.policy) };
}
