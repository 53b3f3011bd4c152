import { checkProfile, type HostProfile, hosts, type Issue, type Result } from '@latchkey/core';

/** The names of the profiles that ship with Latchkey. */
export const hostNames = ['jira', 'confluence', 'bitbucket', 'generic'] as const;

/** The name of a shipped profile. */
export type HostName = (typeof hostNames)[number];

/** How a scenario names its host: a shipped profile, or one of its own that may leave parts out. Spec: SF */
export type HostChoice =
  | HostName
  | { readonly profile: { readonly [K in keyof HostProfile]?: HostProfile[K] | undefined } };

/** True for the name of a shipped profile. */
export const isHostName = (name: unknown): name is HostName =>
  (hostNames as readonly unknown[]).includes(name);

const isUnder = (path: string, prefix: string): boolean =>
  path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);

/**
 * The profile that a scenario means. What its own profile leaves out comes from the shipped one of the same
 * name, else from the generic one; a mount path that no longer fits moves under the first governed prefix.
 * Spec: SF, HO-1
 */
export function resolveHost(choice: HostChoice): Result<HostProfile, readonly Issue[]> {
  if (typeof choice === 'string') return { ok: true, value: hosts[choice] };
  const given = Object.fromEntries(Object.entries(choice.profile).filter(([, value]) => value !== undefined));
  const base = hosts[isHostName(given.name) ? given.name : 'generic'];
  const merged: HostProfile = { ...base, ...given };
  const prefix = merged.governed[0];
  const fits =
    'mountPath' in given ||
    prefix === undefined ||
    merged.governed.some((each) => isUnder(merged.mountPath, each));
  const profile = fits ? merged : { ...merged, mountPath: `${prefix?.replace(/\/$/, '')}/latchkey` };
  const issues = checkProfile(profile);
  return issues.length === 0 ? { ok: true, value: profile } : { ok: false, problem: issues };
}
