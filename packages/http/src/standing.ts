import {
  defaultSettings,
  type HostProfile,
  type Issue,
  parseSettings,
  type Result,
  type Settings,
} from '@latchkey/core';
import { within } from './deadline.ts';
import type { Ports } from './ready.ts';

/** How long the store may take, in ms. */
const deadlineMs = 2_000;

/** The settings that stand; those that are saved and no longer valid stand for nothing. Spec: SE-1, SE-4 */
export async function standingSettings(
  settings: Ports['settings'],
  host: HostProfile,
): Promise<Result<Settings, Issue>> {
  if (!('load' in settings)) return { ok: true, value: settings };
  const loaded = await within(deadlineMs, () => settings.load());
  if (loaded === 'unavailable') return unavailable;
  if (loaded === null) return { ok: true, value: defaultSettings(host) };
  const parsed = parseSettings(loaded.document, host);
  if (parsed.ok) return parsed;
  return {
    ok: false,
    problem: { code: 'settings-unreadable', path: [], message: 'The settings have to be mended first.' },
  };
}

const unavailable: Result<never, Issue> = {
  ok: false,
  problem: { code: 'unavailable', path: [], message: 'The settings could not be read.' },
};
