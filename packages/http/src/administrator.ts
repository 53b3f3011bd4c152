import type { Actor, Issue, Latchkey, LoadedSettings, Result } from '@latchkey/core';

/**
 * The settings as core shows them to administrators, null where they are fixed in code; or core's refusal of
 * everybody else. It is how a route that core has no operation for asks core who is an administrator. Spec: PE-5
 */
export async function loadAsAdministrator(
  { settings }: Pick<Latchkey, 'settings'>,
  actor: Actor,
): Promise<Result<LoadedSettings | null, readonly Issue[]>> {
  const loaded = await settings.load(actor);
  // Core looks at who asks before it looks for the settings.
  return !loaded.ok && loaded.problem[0]?.code === 'settings-fixed' ? { ok: true, value: null } : loaded;
}
