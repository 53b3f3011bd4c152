import { type Explanation, explainGathered } from './decision/explain.ts';
import { type Gathered, gather } from './decision/gather.ts';
import type { Gathering, Rules } from './decision/needs.ts';
import { gatherVerification, type Verification, type Verified } from './decision/verify.ts';
import type { RequestInput } from './parse/request.ts';
import type { Lookup } from './ports.ts';
import type { Policy } from './settings/policy.ts';

/** What is gathered, whatever for. */
export interface Learned {
  readonly distrusted: boolean;
}

/** What is asked about a request or a token text: how to gather for it, and what follows. One for all that ask it. */
export interface Question<I, T, R> {
  gather(input: I, rules: Rules): Gathering<T>;
  /** Whether the answer depends on settings although no token was looked up. */
  needsSettings(gathered: T): boolean;
  conclude(gathered: T, policy: Policy | null, input: I): R;
}

/** True of a request whose answer depends on settings although no token was looked up. */
export const needsSettings = ({ target, credential }: Gathered): boolean =>
  target.suspicious || credential?.kind === 'presented';

/** What one request has learnt of the settings revision so far. */
export interface Seen {
  confirmed: boolean;
  found: Lookup | null;
}

/** A question under way. */
export interface Asked<I, T, R> {
  readonly question: Question<I, T, R>;
  readonly input: I;
  readonly seen: Seen;
}

/** Explained in full, whatever the row needed. */
export const explanation: Question<RequestInput, Gathered, Explanation> = {
  gather: (request, rules) => gather(request, rules, true),
  needsSettings,
  conclude: explainGathered,
};

/** What is known of a token text on its own; no settings tell of it where no token is looked up. */
export const verification: Question<string, Verified, Verification> = {
  gather: gatherVerification,
  needsSettings: () => false,
  conclude: (verified) => verified.verification,
};
