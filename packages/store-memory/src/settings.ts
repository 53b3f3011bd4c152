import type { SettingsStore } from '@latchkey/core';
import type { MemoryLog } from './audit.ts';

/** The settings port, and the revision for look-ups of tokens. */
export interface MemorySettings {
  readonly port: SettingsStore;
  revision(): number;
}

/** Settings as JSON text under a revision; text, so that nobody holds a reference to what is kept. Spec: SE-5 */
export function settingsStore(log: MemoryLog): MemorySettings {
  let saved: { readonly document: string; readonly revision: number } | null = null;
  const revision = (): number => saved?.revision ?? 0;
  return {
    revision,
    port: {
      async load() {
        return saved === null ? null : { document: JSON.parse(saved.document), revision: saved.revision };
      },
      async save(settings, expectedRevision, event) {
        if (revision() !== expectedRevision) return 'conflict';
        const document = JSON.stringify(settings);
        // Both may throw, so what is saved changes last.
        if (event !== undefined) log.write(event);
        saved = { document, revision: expectedRevision + 1 };
        return 'saved';
      },
    },
  };
}
