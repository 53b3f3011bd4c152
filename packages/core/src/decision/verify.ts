import type { Policy } from '../settings/policy.ts';
import type { EpochMs, TokenRecord } from '../token/record.ts';
import { isTokenText, tokenId } from '../token/text.ts';
import type { Facts } from './facts.ts';
import { endOf, judgeRecord, judgeSubject, type TokenGathered } from './gather.ts';
import type { Found, Gathering, Principal, Rules } from './needs.ts';

/** Whether a token text is live, and for whom; otherwise the fact that stands against it. */
export type Verification =
  | { readonly live: true; readonly principal: Principal; readonly expiresAt: EpochMs | null }
  | { readonly live: false; readonly token: Exclude<Facts['token'], 'live'> };

/** A verification, and whether what the store answered was believed. */
export interface Verified {
  readonly verification: Verification;
  readonly distrusted: boolean;
}

/** Judges a token text on its own: neither address nor scope, as there is no request. Spec: decision.md, token */
export function* gatherVerification(tokenText: string, rules: Rules): Gathering<Verified> {
  const gathered: TokenGathered = { record: null, subject: null, judgedAt: null, distrusted: false };
  const { policy } = rules;
  let token: Facts['token'] = 'unavailable';
  if (policy !== null && !isTokenText(tokenText, rules.prefix)) token = 'unknown';
  else if (policy !== null) {
    const found = (yield { need: 'record', id: tokenId(tokenText) }) as Found | 'unavailable';
    const judged = judgeRecord({ username: null, secret: tokenText }, found, policy, rules, gathered);
    if (typeof judged === 'string') token = judged;
    else {
      token = judgeSubject(yield { need: 'subject', id: judged.subject }, policy, gathered);
      if (token === 'live') return { verification: liveBy(judged, policy), distrusted: false };
    }
  }
  return { verification: { live: false, token }, distrusted: gathered.distrusted };
}

const liveBy = (record: TokenRecord, policy: Policy): Verification => ({
  live: true,
  principal: { subject: record.subject, tokenId: record.id, scope: record.scope },
  expiresAt: endOf(record, policy),
});
