import {
  composeToken,
  createLatchkey,
  defaultSettings,
  digestToken,
  hosts,
  type Latchkey,
  type RequestInput,
  type Scope,
  type Settings,
  type TokenRecord,
  type TokenStore,
} from '@latchkey/core';
import { nodePlatform } from '../src/index.ts';

/** A real engine over two tokens of `ada`, with every request that reached it. */
export interface Bench {
  readonly engine: Latchkey;
  readonly seen: RequestInput[];
  readonly readOnly: string;
  readonly readWrite: string;
}

/** Makes a bench; `change` alters the default settings of the generic host. */
export async function bench(
  change: (settings: Settings) => Settings = (settings) => settings,
): Promise<Bench> {
  const records = new Map<string, TokenRecord>();
  const keep = (scope: Scope): string => {
    const { id, text } = composeToken('lk', nodePlatform.random);
    records.set(id, {
      id,
      digest: digestToken(text),
      keyVersion: null,
      label: scope,
      subject: 'ada',
      issuedBy: 'ada',
      scope,
      createdAt: 0,
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
      replaces: null,
    });
    return text;
  };
  const readOnly = keep('read-only');
  const readWrite = keep('read-write');
  const engine = createLatchkey({
    ...nodePlatform,
    host: hosts.generic,
    settings: change(defaultSettings(hosts.generic)),
    tokens: {
      find: async (id: string) => ({ record: records.get(id) ?? null, settingsRevision: 0 }),
    } as TokenStore,
    directory: {
      find: async (id) =>
        id === 'ada' ? { id, active: true, administrator: false, groups: ['developers'] } : null,
    },
  });
  const seen: RequestInput[] = [];
  const recorded: Latchkey = {
    ...engine,
    authenticate: (request) => {
      seen.push(request);
      return engine.authenticate(request);
    },
  };
  return { engine: recorded, seen, readOnly, readWrite };
}
