/** What a request comes down to: the columns of the decision table. Spec: decision.md, Facts */
export interface Facts {
  readonly surface: 'rest' | 'remote' | 'other';
  readonly path: 'clean' | 'suspicious';
  readonly credential: 'none' | 'foreign' | 'malformed' | 'presented';
  readonly fallback: 'open' | 'closed';
  readonly address: 'allowed' | 'refused' | 'unresolved';
  readonly token:
    | 'live'
    | 'unknown'
    | 'expired'
    | 'revoked'
    | 'subject-inactive'
    | 'use-not-granted'
    | 'unavailable';
  readonly scope: 'covers' | 'exceeds';
  readonly attempts: 'open' | 'locked';
}

/** The facts of one request; null where the row did not need the fact, so it was never gathered. */
export type GatheredFacts = { readonly [K in keyof Facts]: Facts[K] | null };

/** Every value that each column of a table may have. */
export type Domains<F> = { readonly [K in keyof F]: readonly F[K][] };

/** The domains of the eight facts; their product has 4,032 cases. */
export const domains: Domains<Facts> = Object.freeze({
  surface: Object.freeze(['rest', 'remote', 'other'] as const),
  path: Object.freeze(['clean', 'suspicious'] as const),
  credential: Object.freeze(['none', 'foreign', 'malformed', 'presented'] as const),
  fallback: Object.freeze(['open', 'closed'] as const),
  address: Object.freeze(['allowed', 'refused', 'unresolved'] as const),
  token: Object.freeze([
    'live',
    'unknown',
    'expired',
    'revoked',
    'subject-inactive',
    'use-not-granted',
    'unavailable',
  ] as const),
  scope: Object.freeze(['covers', 'exceeds'] as const),
  attempts: Object.freeze(['open', 'locked'] as const),
});

/** The columns in their order; each index below counts in this order, the last column fastest. */
export const columns = Object.freeze(Object.keys(domains)) as readonly (keyof Facts)[];

/** Values for facts that no row asked for: what a request without a credential would have. */
const unasked: Facts = Object.freeze({
  surface: 'other',
  path: 'clean',
  credential: 'none',
  fallback: 'closed',
  address: 'allowed',
  token: 'unknown',
  scope: 'covers',
  attempts: 'open',
});

/** Facts with a neutral value where none was gathered; the matching row is blank there. */
export function completeFacts(gathered: GatheredFacts): Facts {
  return {
    surface: gathered.surface ?? unasked.surface,
    path: gathered.path ?? unasked.path,
    credential: gathered.credential ?? unasked.credential,
    fallback: gathered.fallback ?? unasked.fallback,
    address: gathered.address ?? unasked.address,
    token: gathered.token ?? unasked.token,
    scope: gathered.scope ?? unasked.scope,
    attempts: gathered.attempts ?? unasked.attempts,
  };
}
