import {
  type Actor,
  createLatchkey,
  defaultSettings,
  type HostProfile,
  hosts,
  type LatchkeyOptions,
  type RequestInput,
  type Settings,
  type Subject,
} from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { countedRandom, fixedClock } from '../../src/index.ts';

/** When every test of operations begins. */
export const start = Date.UTC(2026, 0, 31, 12);

/** Who there is: an administrator, an issuer on behalf, two users, an inactive one. */
export const users: Subject[] = [
  { id: 'root', active: true, administrator: true, groups: ['staff'] },
  { id: 'issuer', active: true, administrator: false, groups: ['administrators'] },
  { id: 'ada', active: true, administrator: false, groups: ['dev'] },
  { id: 'bob', active: true, administrator: false, groups: [] },
  { id: 'eve', active: false, administrator: false, groups: ['dev'] },
];

/** An engine over a memory store whose settings can be changed, and everything around it. */
export function desk(
  change: (settings: Settings) => Settings = (settings) => settings,
  options: Partial<LatchkeyOptions> = {},
) {
  const host: HostProfile = options.host ?? hosts.generic;
  const store = memoryStore();
  const clock = fixedClock(start);
  const random = countedRandom(7);
  const engine = createLatchkey({
    host,
    tokens: store.tokens,
    settings: store.settings,
    audit: store.audit,
    directory: { find: async (id) => users.find((user) => user.id === id) ?? null },
    clock,
    random,
    ...options,
  });
  let revision = 0;
  const saveSettings = async (settings: Settings): Promise<void> => {
    const word = await store.settings.save(settings, revision++);
    if (word !== 'saved') throw new Error('the settings were not saved');
  };
  const ready = saveSettings(change(defaultSettings(host)));
  const session = (subject: string): Actor => ({ subject, address: '192.0.2.7' });
  const request = (secret: string, method = 'GET', target = '/api/notes'): RequestInput => ({
    method,
    target,
    headers: [['Authorization', `Bearer ${secret}`]],
    peer: '192.0.2.7',
  });
  return { engine, store, clock, random, saveSettings, ready, session, request, host };
}

/** The value of a result, or a thrown error that names the problem. */
export function valueOf<T>(result: { ok: true; value: T } | { ok: false; problem: unknown }): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problem)}`);
  return result.value;
}

/** The code of a refusal; 'ok' where there was none. */
export const codeOf = (result: { ok: boolean; problem?: unknown }): string =>
  result.ok
    ? 'ok'
    : ((result.problem as { code?: string }).code ?? (result.problem as { code: string }[])[0]?.code ?? '?');
