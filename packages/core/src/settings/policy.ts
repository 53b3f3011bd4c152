import { LatchkeyError } from '../errors.ts';
import { type ClientRules, compileClientRules } from '../net/client.ts';
import { assertProfile, type HostProfile } from './hosts.ts';
import { parseSettings, type Settings } from './schema.ts';

/** Settings made ready to decide by; frozen, and made by `compilePolicy` only. Spec: SE-3 */
export interface Policy {
  readonly settings: Settings;
  readonly host: HostProfile;
  /** The compiled allow-list and proxy rules. */
  readonly clients: ClientRules;
}

const deepFreeze = <T>(value: T): T => {
  // What is no object counts as frozen.
  if (Object.isFrozen(value)) return value;
  for (const part of Object.values(value as object)) deepFreeze(part);
  return Object.freeze(value);
};

/**
 * The policy that settings make for a host: the only way to one. Deciding by it cannot fail any more.
 * Throws a `LatchkeyError` (`policy-invalid`, `profile-invalid`) that names everything wrong. Spec: SE-3
 *
 * @example
 * const policy = compilePolicy(defaultSettings(hosts.generic), hosts.generic);
 */
export function compilePolicy(settings: Settings, host: HostProfile): Policy {
  assertProfile(host);
  const parsed = parseSettings(settings, host);
  if (!parsed.ok)
    throw new LatchkeyError(
      'policy-invalid',
      parsed.problem.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' '),
    );
  return Object.freeze({
    settings: deepFreeze(parsed.value),
    host: deepFreeze(structuredCopy(host)),
    clients: compileClientRules(parsed.value.network),
  });
}

/** A later change to the caller's profile object must not change a frozen policy. */
const structuredCopy = (host: HostProfile): HostProfile => ({
  ...host,
  governed: [...host.governed],
  remote: [...host.remote],
  exempt: host.exempt.map((endpoint) => ({ ...endpoint })),
  hostTokens: typeof host.hostTokens === 'object' ? { ...host.hostTokens } : host.hostTokens,
  administratorGroups: [...host.administratorGroups],
});
