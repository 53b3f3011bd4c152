import {
  type EpochMs,
  effectiveExpiry,
  statusOf,
  type TokenRecord,
  type TokenStatus,
} from '../token/record.ts';
import type { ValidityRules } from '../token/validity.ts';

/** A token as it may be shown: never its digest. Spec: TK-2 */
export type TokenView = Omit<TokenRecord, 'digest' | 'keyVersion'> & {
  readonly status: TokenStatus;
  /** When it ends by the rules in force; earlier than `expiresAt` under a lowered maximum. Spec: VA-7 */
  readonly endsAt: EpochMs | null;
};

/** What may be shown of a record. Spec: TK-2, VA-7 */
export function viewOf(record: TokenRecord, rules: ValidityRules, now: EpochMs): TokenView {
  const { digest: _digest, keyVersion: _keyVersion, ...shown } = record;
  return { ...shown, status: statusOf(record, rules, now), endsAt: effectiveExpiry(record, rules) };
}
