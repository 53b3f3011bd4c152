import {
  compileDigests,
  compilePolicy,
  composeToken,
  createLatchkey,
  type Decision,
  defaultSettings,
  digestToken,
  type HostProfile,
  hosts,
  type LatchkeyOptions,
  type Lookup,
  type ReplayFault,
  type RequestInput,
  replay,
  type Settings,
  type Subject,
  type TokenRecord,
  type TokenStore,
} from '../src/index.ts';
import { base64 } from './base64.ts';

/** An instant that every test world starts at. */
export const now = Date.UTC(2026, 0, 15, 12);

let drawn = 0;
/** Bytes that differ at every call and are the same in every run: a counter, mixed as in SplitMix32. */
export const bytes = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => {
    drawn = (drawn + 0x9e3779b9) | 0;
    const mixed = Math.imul(drawn ^ (drawn >>> 16), 0x21f0aaad);
    return Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) >>> 24;
  });

/** Settings changed in some of their parts. */
export const settingsOf = (
  host: HostProfile,
  change: { readonly [K in keyof Settings]?: Partial<Settings[K]> },
): Settings => {
  const defaults = defaultSettings(host) as unknown as Record<string, unknown>;
  const merged = Object.entries(change).map(([key, part]) => {
    const whole =
      typeof part === 'object' && key !== 'passwords' ? { ...(defaults[key] as object), ...part } : part;
    return [key, whole];
  });
  return { ...defaults, ...Object.fromEntries(merged) } as Settings;
};

/** A token of ada's: its text and its record. */
export function token(change: Partial<TokenRecord> = {}): {
  readonly text: string;
  readonly record: TokenRecord;
} {
  const { id, text } = composeToken('lk', bytes);
  const record: TokenRecord = {
    id,
    digest: digestToken(text),
    keyVersion: null,
    label: 'build',
    subject: 'ada',
    issuedBy: 'ada',
    scope: 'read-write',
    createdAt: now - 1000,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
    replaces: null,
    ...change,
  };
  return { text, record };
}

/** The users of every test world. */
export const users: readonly Subject[] = [
  { id: 'ada', active: true, administrator: false, groups: ['dev'] },
  { id: 'bob', active: true, administrator: false, groups: [] },
  { id: 'eve', active: false, administrator: false, groups: ['dev'] },
  { id: '__proto__', active: true, administrator: false, groups: ['constructor'] },
];

/** An Authorization header line. */
export const basic = (username: string, secret: string): readonly [string, string] => [
  'Authorization',
  `Basic ${base64(`${username}:${secret}`)}`,
];
/** An Authorization header line. */
export const bearer = (secret: string): readonly [string, string] => ['Authorization', `Bearer ${secret}`];

/** A request to the REST API of a host, changed in some of its parts. */
export const request = (change: Partial<RequestInput> = {}): RequestInput => ({
  method: 'GET',
  target: '/rest/api/2/issue/A-1',
  headers: [],
  peer: '10.0.0.7',
  ...change,
});

/** Decides one request in a world made of settings and records. */
export function decideIn(
  settings: Settings,
  records: readonly TokenRecord[],
  input: RequestInput,
  fault: ReplayFault = {},
  host: HostProfile = hosts.jira,
): Decision & { readonly facts: ReturnType<typeof replay>['gathered']['needed'] } {
  const world = {
    rules: {
      host,
      policy: compilePolicy(settings, host),
      prefix: 'lk',
      digests: compileDigests({}),
      limited: false,
    },
    now,
    records: new Map(records.map((record) => [record.id, record])),
    subjects: new Map(users.map((user) => [user.id, user])),
  };
  const { decision, gathered } = replay(input, world, fault);
  return { ...decision, facts: gathered.needed };
}

/** A token store that only looks up; every other operation answers that there is nothing. */
export const storeThatFinds = (find: (id: string) => Promise<Lookup>): TokenStore => ({
  capabilities: { durable: false, sharedAcrossProcesses: false, atomicAudit: false },
  find,
  insert: async () => 'duplicate',
  list: async () => [],
  relabel: async () => 'not-found',
  revoke: async () => 'not-found',
  replace: async () => 'changed',
  touch: async () => undefined,
  findEnded: async () => [],
  remove: async () => 0,
});

/** An engine over plain maps, with a count of the calls to its ports. */
export function engineOf(
  change: Partial<LatchkeyOptions> & { readonly records?: readonly TokenRecord[] } = {},
) {
  const { records = [], ...options } = change;
  const kept = new Map(records.map((record) => [record.id, record]));
  const calls = { find: 0, directory: 0 };
  const clock = { at: now };
  const host = options.host ?? hosts.jira;
  const engine = createLatchkey({
    host,
    settings: defaultSettings(host),
    tokens: storeThatFinds(async (id) => {
      calls.find++;
      return { record: kept.get(id) ?? null, settingsRevision: 0 };
    }),
    directory: {
      async find(id) {
        calls.directory++;
        return users.find((user) => user.id === id) ?? null;
      },
    },
    clock: () => clock.at,
    random: bytes,
    ...options,
  });
  return { engine, calls, clock, kept };
}
