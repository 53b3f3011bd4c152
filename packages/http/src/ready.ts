import type { Directory, Settings, SettingsStore, TokenStore } from '@latchkey/core';
import { within } from './deadline.ts';

/** The ports that an engine was made of. */
export interface Ports {
  readonly tokens: TokenStore;
  readonly settings: Settings | SettingsStore;
  readonly directory: Directory;
}

/** How long a port may take to count as ready. */
const deadlineMs = 1_000;

/** In the form of an id, so that a store looks for it in earnest; nobody has it but by a chance of one in 62^16. */
const nobodysId = '0000000000000000';

/**
 * Whether the stores answer: the names of those that do not. Callers at the same time share one look, so that
 * probes cannot load a store that struggles.
 */
export function readiness({ tokens, settings }: Ports): () => Promise<readonly string[]> {
  let looking: Promise<readonly string[]> | null = null;
  const look = async (): Promise<readonly string[]> => {
    const [found, loaded] = await Promise.all([
      within(deadlineMs, () => tokens.find(nobodysId)),
      within(deadlineMs, () => ('load' in settings ? settings.load() : null)),
    ]);
    return [
      ...(found === 'unavailable' ? ['tokens'] : []),
      ...(loaded === 'unavailable' ? ['settings'] : []),
    ];
  };
  return () => {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  };
}
