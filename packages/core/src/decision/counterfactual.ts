import type { Facts, GatheredFacts } from './facts.ts';
import { decisionTable } from './table.ts';

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

/** The facts that keep a request from being allowed: those that the allowing row names, in the table's order. */
type Decisive = Exclude<keyof Facts, 'fallback' | 'attempts'>;

/** What stands behind each of them, as something to do. */
const remedies: { readonly [K in Decisive]: (from: string | null) => string } = {
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
  address: (from) =>
    from === 'unresolved'
      ? 'Make the proxy send the client address in the configured header, or correct the trusted proxies (network.reverseProxy).'
      : 'Add the client address to network.allow, or call from an allowed range.',
  token: (from) => (from === null ? 'Send a live token.' : (tokenRemedies[from] as string)),
  scope: () =>
    'Use a read-write token, or a method that only reads (GET, HEAD, OPTIONS) without a method override.',
};

const tokenRemedies: Readonly<Record<string, string>> = {
  unknown: 'Send a token that exists, with its own secret and with its own user name or none.',
  expired: 'Create or rotate the token, or raise validity.maximum where the maximum cut it short.',
  revoked: 'Create a new token: a revoked one stays revoked.',
  'subject-inactive': 'Activate the user in the directory.',
  'use-not-granted': 'Put the user into a group of permissions.use, or widen that grant.',
  unavailable: 'Bring the store, the directory or the settings back.',
};

/**
 * The smallest sets of fact changes that lead to an allow: with one allowing row one set, or none where nothing
 * stands against it. A fact that could not be gathered counts as one to change. Spec: DE-4
 */
export function counterfactualsOf(gathered: GatheredFacts): readonly Counterfactual[] {
  // The allowing row is the only one, and wants one value of each fact; a test holds the table to that.
  const wanted = decisionTable.find(({ then }) => then.effect === 'allow')?.when as Pick<Facts, Decisive>;
  // Without a live token there is no scope to exceed.
  const facts: GatheredFacts = { ...gathered, scope: gathered.scope ?? 'covers' };
  const changes = (Object.keys(remedies) as Decisive[])
    .filter((fact) => facts[fact] !== wanted[fact])
    .map((fact) => ({
      fact,
      from: facts[fact],
      to: wanted[fact],
      how: remedies[fact](facts[fact]),
    }));
  return changes.length === 0 ? [] : [{ changes }];
}
