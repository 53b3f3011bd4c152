import { createLatchkey, defaultSettings, hosts, type Latchkey } from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';

/** A whole engine of the runtime's own: memory store, Web Crypto, and no Node. */
export function memoryEngine(): Latchkey {
  const directory = {
    find: async (id: string) =>
      id === 'ada' ? { id, active: true, administrator: false, groups: ['developers'] } : null,
  };
  return createLatchkey({
    ...memoryStore(),
    host: hosts.generic,
    settings: defaultSettings(hosts.generic),
    directory,
    clock: Date.now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  });
}

/** A new token of `ada` that only reads. */
export async function issueReadOnly({ tokens }: Latchkey): Promise<string> {
  const issued = await tokens.issue({ subject: 'ada' }, { label: 'runtime', scope: 'read-only' });
  if (!issued.ok) throw new Error(issued.problem.code);
  return issued.value.text;
}
