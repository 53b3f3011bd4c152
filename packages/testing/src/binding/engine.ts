import {
  composeToken,
  createLatchkey,
  defaultSettings,
  digestToken,
  hosts,
  type Latchkey,
  type Scope,
  type Settings,
} from '@latchkey/core';
import { countedRandom } from '../fixed.ts';
import { modelStore } from '../store/model.ts';

/** A real engine of the generic host, which governs `/api/`, over two tokens of `ada`. */
export interface ProbeEngine {
  readonly engine: Latchkey;
  readonly readOnly: string;
  readonly readWrite: string;
  /** In our format, but issued by nobody. */
  readonly stranger: string;
}

/** Makes the engine; `change` alters the default settings. */
export async function probeEngine(
  change: (settings: Settings) => Settings = (settings) => settings,
): Promise<ProbeEngine> {
  const { tokens } = modelStore();
  const random = countedRandom();
  const keep = async (scope: Scope): Promise<string> => {
    const { id, text } = composeToken('lk', random);
    const digest = digestToken(text);
    const ends = { expiresAt: null, lastUsedAt: null, revokedAt: null, revokedBy: null, replaces: null };
    const owner = { label: scope, subject: 'ada', issuedBy: 'ada' };
    await tokens.insert({ id, digest, keyVersion: null, ...owner, scope, createdAt: 0, ...ends });
    return text;
  };
  const [readOnly, readWrite] = [await keep('read-only'), await keep('read-write')];
  const engine = createLatchkey({
    host: hosts.generic,
    settings: change(defaultSettings(hosts.generic)),
    tokens,
    directory: {
      find: async (id) =>
        id === 'ada' ? { id, active: true, administrator: false, groups: ['developers'] } : null,
    },
    clock: () => 1000,
    random,
  });
  return { engine, readOnly, readWrite, stranger: composeToken('lk', random).text };
}
