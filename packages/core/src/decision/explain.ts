import type { Client } from '../net/client.ts';
import { formatInstant } from '../parse/instant.ts';
import type { Policy } from '../settings/policy.ts';
import { type Counterfactual, counterfactualsOf } from './counterfactual.ts';
import { conclude, type Decision } from './decision.ts';
import { columns, type Facts } from './facts.ts';
import { endOf, type Gathered } from './gather.ts';
import { type Reason, reasons } from './reasons.ts';

/** One fact with its value, whether the row needed it, and how it came about. Spec: DE-4 */
export interface ExplainedFact {
  readonly fact: keyof Facts;
  /** Null where it could not be gathered at all, a token without a credential for example. */
  readonly value: string | null;
  readonly needed: boolean;
  readonly because: string;
}

/** Why a request is decided as it is; for administrators only. Spec: DE-4 */
export interface Explanation {
  readonly decision: Decision;
  readonly row: string;
  readonly words: string;
  readonly facts: readonly ExplainedFact[];
  /** The client with its trail of hops; also where the row did not need it. */
  readonly client: Client | null;
  readonly counterfactuals: readonly Counterfactual[];
}

type Teller = (gathered: Gathered, policy: Policy | null) => string;
const settingsUnreadable = 'The settings cannot be read; until they are mended every credential is refused.';

const tellers: { readonly [K in keyof Facts]: Teller } = {
  surface: ({ target }) =>
    target.surface === 'other'
      ? 'No reading of the target lies under a governed prefix.'
      : `A reading of the target lies under a governed prefix (${target.surface}).`,
  path: ({ target, facts }) => {
    if (!target.suspicious) return 'The target reads the same in every way.';
    const why = target.why.join(', ');
    return facts.path === 'suspicious'
      ? `The path guard is on and the target is suspicious: ${why}.`
      : `The target is suspicious (${why}), but the path guard is off; it matches no exemption.`;
  },
  credential: ({ credential }) => {
    switch (credential?.kind) {
      case undefined:
      case 'none':
        return 'There is no credential.';
      case 'foreign':
        return 'The authentication scheme is left to the host.';
      case 'malformed':
        return `The credential is malformed: ${credential.why}.`;
      case 'presented':
        return `A credential was presented by ${{ basic: 'Basic', bearer: 'Bearer', header: 'the token header' }[credential.via]}.`;
    }
  },
  fallback: ({ facts, credential }, policy) => {
    if (policy === null) return settingsUnreadable;
    if (facts.fallback === null || credential?.kind !== 'presented') return 'No credential was presented.';
    const { network, passwords, hostTokens } = policy.settings;
    if (network.appliesTo === 'all-credentials' && facts.address !== 'allowed')
      return 'The address is not allowed, and network.appliesTo covers all credentials.';
    if (credential.via === 'header') return 'A token header never goes on to the host.';
    if (credential.via === 'bearer')
      return facts.fallback === 'open'
        ? 'hostTokens is "accepted" and the bearer credential is not in our format.'
        : hostTokens === 'accepted'
          ? 'The bearer credential is in our format, so the host is not asked.'
          : 'hostTokens is "refused".';
    if (passwords.mode === 'refused')
      return facts.fallback === 'open'
        ? 'Passwords are refused, but passwords.remoteApi is "accepted".'
        : 'passwords.mode is "refused".';
    return facts.fallback === 'open'
      ? 'passwords.mode is "accepted".'
      : 'The secret is in our format, and passwords.recognisedTokens is "refuse".';
  },
  address: ({ client, facts }, policy) => {
    if (policy === null) return settingsUnreadable;
    const allow = policy.clients.allow;
    if (client === null || facts.address === null) return 'The address was not looked at.';
    const open = 'the allow-list is empty, so every address is allowed.';
    if (client.kind === 'unresolved')
      return allow === null
        ? `The client is unresolved (${client.why}); ${open}`
        : `The client address is unresolved: ${client.why}.`;
    const found = `The client is ${client.address} (from the ${client.source})`;
    if (allow === null) return `${found}; ${open}`;
    const range = allow.find(client.address);
    return range === null
      ? `${found}, in no range of network.allow.`
      : `${found}, in the range ${range} of network.allow.`;
  },
  token: ({ facts, record, subject, judgedAt }, policy) => {
    if (policy === null) return settingsUnreadable;
    switch (facts.token) {
      case null:
        return 'No token was looked at.';
      case 'unavailable':
        return 'A look-up that was needed failed.';
      case 'unknown':
        return 'The secret is not in our format, or no record has it, or the user name is not the subject.';
      case 'expired': {
        const end = record === null ? null : endOf(record, policy);
        const clamped = end !== record?.expiresAt ? ' (by the maximum, validity.existing is "clamp")' : '';
        return `It ended at ${end === null ? 'an unknown time' : formatInstant(end)}${clamped}; it was judged at ${judgedAt === null ? 'an unknown time' : formatInstant(judgedAt)}.`;
      }
      case 'revoked':
        return `It was revoked at ${record === null || record.revokedAt === null ? 'an unknown time' : formatInstant(record.revokedAt)}.`;
      case 'subject-inactive':
        return subject === null
          ? 'The user is not in the directory.'
          : 'The user is inactive in the directory.';
      case 'use-not-granted':
        return `The user is in none of the groups of permissions.use (${groupsOf(policy)}).`;
      case 'live':
        return `The record matches, it is live, its user is active, and permissions.use covers the user (${grantFor(subject?.groups ?? [], policy)}).`;
    }
  },
  scope: ({ facts, record, exemption, overrides }) => {
    if (facts.scope === null || record === null) return 'There is no live token.';
    const overridden = overrides.length > 0 ? ' A method override is present.' : '';
    const exempt = exemption === 'none' ? '' : ` The endpoint is exempt (${exemption}).`;
    return `The token is ${record.scope}.${exempt}${overridden}`;
  },
  attempts: ({ facts, credential }) => {
    if (facts.attempts === null) return 'The limiter was not asked.';
    if (facts.attempts === 'locked') return 'Too many failed logins, or the limiter could not answer.';
    return credential?.kind === 'presented' && credential.via === 'basic'
      ? 'No limiter is set, or its limit is not reached.'
      : 'The limit is for Basic credentials only.';
  },
};

const groupsOf = (policy: Policy): string => {
  const { use } = policy.settings.permissions;
  return use.to === 'everyone' ? 'everyone' : use.groups.map((group) => JSON.stringify(group)).join(', ');
};

const grantFor = (groups: readonly string[], policy: Policy): string => {
  const { use } = policy.settings.permissions;
  if (use.to === 'everyone') return 'everyone';
  return JSON.stringify(use.groups.find((group) => groups.includes(group)) ?? '');
};

/**
 * The explanation of a thorough gathering: every fact with how it came about, the row, and what would have
 * made it an allow. It holds no secret and no raw header text. Spec: DE-4
 */
export function explainGathered(gathered: Gathered, policy: Policy | null): Explanation {
  const decision = conclude(gathered, policy);
  return {
    decision,
    row: decision.row,
    words: reasons[decision.reason as Reason].administratorWords,
    facts: columns.map((fact) => ({
      fact,
      value: gathered.facts[fact],
      needed: gathered.needed[fact] !== null,
      because: tellers[fact](gathered, policy),
    })),
    client: gathered.client,
    counterfactuals: decision.effect === 'allow' ? [] : counterfactualsOf(gathered.facts),
  };
}
