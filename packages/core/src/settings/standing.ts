import type { HostProfile } from './hosts.ts';
import { compilePolicy, type Policy } from './policy.ts';
import { defaultSettings, parseSettings } from './schema.ts';

/** The policy that stands and the revision it came with; a null policy where the settings cannot be read. Spec: SE-4 */
export interface Standing {
  readonly policy: Policy | null;
  readonly revision: number;
}

/** Settings that could not be read: every credential is refused. Spec: SE-4 */
export const unreadStanding: Standing = Object.freeze({ policy: null, revision: -1 });

/**
 * The standing that a saved document makes: the defaults where none was ever saved, no policy where it no
 * longer parses; never the defaults in its place. Spec: SE-4
 */
export function standingOf(
  saved: { readonly document: unknown; readonly revision: number } | null,
  host: HostProfile,
): Standing {
  if (saved === null) return { policy: compilePolicy(defaultSettings(host), host), revision: 0 };
  const parsed = parseSettings(saved.document, host);
  return { policy: parsed.ok ? compilePolicy(parsed.value, host) : null, revision: saved.revision };
}
