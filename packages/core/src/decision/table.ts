import type { Facts } from './facts.ts';

/** One line of the decision table: when every named fact has one of its values, this is the answer. */
export interface Row {
  readonly id: string;
  readonly when: { readonly [K in keyof Facts]?: Facts[K] | readonly Facts[K][] };
  readonly then: { readonly effect: 'allow' | 'deny' | 'defer'; readonly reason: string };
}

type Answer = Row['then'];
const allow = (reason: string): Answer => ({ effect: 'allow', reason });
const defer = (reason: string): Answer => ({ effect: 'defer', reason });
const deny = (reason: string): Answer => ({ effect: 'deny', reason });
const row = (id: string, when: Row['when'], then: Answer): Row => {
  for (const value of Object.values(when)) if (typeof value === 'object') Object.freeze(value);
  return Object.freeze({ id, when: Object.freeze(when), then: Object.freeze(then) });
};

const governed = { surface: ['rest', 'remote'], path: 'clean' } as const;
const remote = { surface: 'remote', path: 'clean', credential: 'presented' } as const;
const rest = { surface: 'rest', path: 'clean', credential: 'presented' } as const;
const admitted = { ...rest, address: 'allowed' } as const;
const unusable = ['unknown', 'expired', 'revoked', 'subject-inactive'] as const;

/**
 * The policy itself: every combination of facts matches exactly one of these rows, so their order means
 * nothing; `checkTable` proves it. Spec: decision.md, Table
 */
export const decisionTable: readonly Row[] = Object.freeze([
  row('other-surface', { surface: 'other' }, defer('surface-not-governed')),
  row('path-guard', { surface: ['rest', 'remote'], path: 'suspicious' }, deny('path-suspicious')),
  row('anonymous', { ...governed, credential: 'none' }, defer('credential-absent')),
  row('foreign-scheme', { ...governed, credential: 'foreign' }, defer('credential-foreign')),
  row('malformed', { ...governed, credential: 'malformed' }, deny('credential-malformed')),

  row('remote-open', { ...remote, fallback: 'open', attempts: 'open' }, defer('token-not-usable-here')),
  row('remote-locked', { ...remote, fallback: 'open', attempts: 'locked' }, deny('attempts-exhausted')),
  row('remote-closed', { ...remote, fallback: 'closed' }, deny('password-refused')),

  row(
    'address-refused-open',
    { ...rest, fallback: 'open', address: 'refused', attempts: 'open' },
    defer('address-refused'),
  ),
  row(
    'address-refused-locked',
    { ...rest, fallback: 'open', address: 'refused', attempts: 'locked' },
    deny('attempts-exhausted'),
  ),
  row('address-refused-closed', { ...rest, fallback: 'closed', address: 'refused' }, deny('address-refused')),
  row(
    'address-unresolved-open',
    { ...rest, fallback: 'open', address: 'unresolved', attempts: 'open' },
    defer('address-unresolved'),
  ),
  row(
    'address-unresolved-locked',
    { ...rest, fallback: 'open', address: 'unresolved', attempts: 'locked' },
    deny('attempts-exhausted'),
  ),
  row(
    'address-unresolved-closed',
    { ...rest, fallback: 'closed', address: 'unresolved' },
    deny('address-unresolved'),
  ),

  row('unavailable', { ...admitted, token: 'unavailable' }, deny('service-unavailable')),
  row(
    'unknown-open',
    { ...admitted, fallback: 'open', token: 'unknown', attempts: 'open' },
    defer('token-unknown'),
  ),
  row(
    'expired-open',
    { ...admitted, fallback: 'open', token: 'expired', attempts: 'open' },
    defer('token-expired'),
  ),
  row(
    'revoked-open',
    { ...admitted, fallback: 'open', token: 'revoked', attempts: 'open' },
    defer('token-revoked'),
  ),
  row(
    'inactive-open',
    { ...admitted, fallback: 'open', token: 'subject-inactive', attempts: 'open' },
    defer('subject-inactive'),
  ),
  row(
    'unusable-locked',
    { ...admitted, fallback: 'open', token: unusable, attempts: 'locked' },
    deny('attempts-exhausted'),
  ),
  row('unknown-closed', { ...admitted, fallback: 'closed', token: 'unknown' }, deny('token-unknown')),
  row('expired-closed', { ...admitted, fallback: 'closed', token: 'expired' }, deny('token-expired')),
  row('revoked-closed', { ...admitted, fallback: 'closed', token: 'revoked' }, deny('token-revoked')),
  row(
    'inactive-closed',
    { ...admitted, fallback: 'closed', token: 'subject-inactive' },
    deny('subject-inactive'),
  ),
  row('use-not-granted', { ...admitted, token: 'use-not-granted' }, deny('use-not-granted')),
  row('scope-exceeded', { ...admitted, token: 'live', scope: 'exceeds' }, deny('scope-exceeded')),
  row('accepted', { ...admitted, token: 'live', scope: 'covers' }, allow('token-accepted')),
]);
