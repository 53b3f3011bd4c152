import { decide } from './decide.ts';
import { columns, type Facts, type GatheredFacts } from './facts.ts';
import { decisionTable, type Row } from './table.ts';

/** One fact that would have had to be different, and what an administrator or caller can do about it. */
export interface FactChange {
  readonly fact: keyof Facts;
  readonly from: string | null;
  readonly to: string;
  readonly how: string;
}

/** A smallest set of changes that together would have made the request an allow. Spec: DE-4 */
export interface Counterfactual {
  readonly changes: readonly FactChange[];
}

/** What stands behind each fact that keeps a request from being allowed, as something to do. */
const remedies: { readonly [K in keyof Facts]: (from: string | null) => string } = {
  surface: (from) =>
    from === 'remote'
      ? 'Call the REST API instead: tokens cannot be used on the remote API.'
      : 'Call a path under a governed prefix: elsewhere the host decides alone.',
  path: () =>
    'Send the plain form of the path, without escapes of ordinary characters, dot segments or parameters.',
  credential: (from) =>
    from === 'malformed'
      ? 'Send exactly one well-formed Authorization header.'
      : 'Send a token, as the password of Basic or as Bearer.',
  fallback: () => 'Change whether passwords or host tokens are still accepted.',
  address: (from) =>
    from === 'unresolved'
      ? 'Make the proxy send the client address in the configured header, or correct the trusted proxies (network.reverseProxy).'
      : 'Add the client address to network.allow, or call from an allowed range.',
  token: (from) => tokenRemedies[from ?? 'none'] ?? 'Send a live token.',
  scope: () =>
    'Use a read-write token, or a method that only reads (GET, HEAD, OPTIONS) without a method override.',
  attempts: () => 'Wait until the failed logins are forgotten.',
};

const tokenRemedies: Readonly<Record<string, string>> = {
  unknown: 'Send a token that exists, with its own secret and with its own user name or none.',
  expired: 'Create or rotate the token, or raise validity.maximum where the maximum cut it short.',
  revoked: 'Create a new token: a revoked one stays revoked.',
  'subject-inactive': 'Activate the user in the directory.',
  'use-not-granted': 'Put the user into a group of permissions.use, or widen that grant.',
  unavailable: 'Bring the store, the directory or the settings back.',
};

const admits = (row: Row, fact: keyof Facts, value: string | null): boolean => {
  const wanted = row.when[fact] as string | readonly string[] | undefined;
  if (wanted === undefined) return true;
  return value !== null && (typeof wanted === 'string' ? wanted === value : wanted.includes(value));
};

const firstWanted = (row: Row, fact: keyof Facts): string => {
  const wanted = row.when[fact] as string | readonly string[];
  return typeof wanted === 'string' ? wanted : (wanted[0] as string);
};

/**
 * The smallest sets of fact changes that lead to an allow: one for each allowing row, without those that
 * contain another. A fact that could not be gathered counts as one to change, and an allow needs none.
 * Spec: DE-4
 */
export function counterfactualsOf(gathered: GatheredFacts): readonly Counterfactual[] {
  // Without a live token there is no scope to exceed.
  const facts: GatheredFacts = { ...gathered, scope: gathered.scope ?? 'covers' };
  const sets = decisionTable
    .filter((row) => row.then.effect === 'allow')
    .map((row) =>
      columns
        .filter((fact) => !admits(row, fact, facts[fact]))
        .map((fact) => {
          const from = facts[fact];
          return { fact, from, to: firstWanted(row, fact), how: remedies[fact](from) };
        }),
    );
  const contains = (larger: readonly FactChange[], smaller: readonly FactChange[]): boolean =>
    smaller.length < larger.length &&
    smaller.every((change) => larger.some((other) => other.fact === change.fact && other.to === change.to));
  return sets
    .filter((changes) => changes.length > 0 && !sets.some((other) => contains(changes, other)))
    .map((changes) => ({ changes }));
}

/** The verdict after a set of changes: what the counterfactual promises, for whoever wants to see it kept. */
export const afterChanges = (facts: Facts, { changes }: Counterfactual) =>
  decide({ ...facts, ...Object.fromEntries(changes.map(({ fact, to }) => [fact, to])) } as Facts);
