import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addValidity,
  compileDigests,
  compilePolicy,
  type Decision,
  defaultSettings,
  expiryWithin,
  type HostProfile,
  hosts,
  type Issue,
  isGranted,
  type Policy,
  parseSettings,
  type RequestInput,
  replay,
  type Settings,
  type Validity,
} from '../../src/index.ts';
import { shapeOfVersion } from '../../src/settings/earlier.ts';
import { migrateSettings } from '../../src/settings/migrate.ts';
import { currentSpelling } from '../../src/settings/spelling.ts';
import { scopeForOwn } from '../../src/token/scope.ts';
import from13 from '../vectors/migrations/1.3.json' with { type: 'json' };
import from14 from '../vectors/migrations/1.4.json' with { type: 'json' };
import from15 from '../vectors/migrations/1.5.json' with { type: 'json' };
import from162 from '../vectors/migrations/1.6.2.json' with { type: 'json' };
import before13 from '../vectors/migrations/before-1.3.json' with { type: 'json' };
import malformed from '../vectors/migrations/malformed.json' with { type: 'json' };
import { basic, bearer, now, token } from '../world.ts';

interface Vector {
  readonly name: string;
  readonly host: keyof typeof hosts;
  readonly document: unknown;
  readonly settings?: Settings;
  /** Codes of the notes, in order. */
  readonly notes?: readonly string[];
  /** `path: code` of every issue. */
  readonly issues?: readonly string[];
}

/** The vectors by the name of their file. */
const files = {
  '1.3': from13,
  '1.4': from14,
  '1.5': from15,
  '1.6.2': from162,
  'before-1.3': before13,
  malformed,
};
const vectors = Object.entries(files).flatMap(([file, list]) =>
  (list as readonly unknown[] as readonly Vector[]).map((vector) => [file, vector.name, vector] as const),
);

const told = (issues: readonly Issue[]) =>
  issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).sort();
const lifted = (document: unknown, host: HostProfile = hosts.jira) => {
  const result = migrateSettings(document, host);
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
};
const problemsOf = (document: unknown, host: HostProfile = hosts.jira): readonly Issue[] => {
  const result = migrateSettings(document, host);
  return result.ok ? [] : result.problem;
};

describe('migrateSettings', () => {
  it('MI-1 there are vectors of every shape', () => {
    const files = new Set(vectors.map(([file]) => file));
    expect([...files]).toEqual(['1.3', '1.4', '1.5', '1.6.2', 'before-1.3', 'malformed']);
  });

  it.each(vectors)('MI-1 %s: %s', (_file, _name, { host, document, settings, notes, issues }) => {
    const result = migrateSettings(document, hosts[host]);
    if (issues !== undefined) {
      expect(result.ok ? result.value : told(result.problem)).toEqual([...issues].sort());
      return;
    }
    expect(result).toEqual({ ok: true, value: { settings, notes: expect.anything() } });
    expect(lifted(document, hosts[host]).notes.map((note) => note.code)).toEqual(notes);
    expect(parseSettings(settings, hosts[host])).toEqual({ ok: true, value: settings });
  });

  it('MI-1 migrating_the_current_version_is_identity', () => {
    for (const host of Object.values(hosts))
      expect(lifted(JSON.parse(JSON.stringify(defaultSettings(host))), host)).toEqual({
        settings: defaultSettings(host),
        notes: [],
      });
    for (const [, , { host, settings }] of vectors) {
      if (settings === undefined) continue;
      expect(lifted(settings, hosts[host])).toEqual({ settings, notes: [] });
    }
    expect(told(problemsOf({ ...defaultSettings(hosts.jira), appVersion: '1.2.0' }))).toEqual([
      'appVersion: unknown-key',
    ]);
  });

  it.each([
    ['10.0.0.*', '10.0.0.0/24'],
    ['10.1.*.*', '10.1.0.0/16'],
    ['10.*', '10.0.0.0/8'],
    ['10/8', '10.0.0.0/8'],
    ['172.16/12', '172.16.0.0/12'],
    ['10.0.0.1-9', '10.0.0.1-10.0.0.9'],
    ['10.0.0.9-1', undefined],
    ['10.0.0.1/8', '10.0.0.0/8 or 10.0.0.1'],
    ['10.0.0.0/255.0.0.0', '/8'],
    ['300.0.0.*', undefined],
    ['*', undefined],
    ['*.0.0.10', undefined],
    ['10.1/8', undefined],
    ['010.0.0.*', undefined],
    ['any', undefined],
  ])('MI-1 the entry %s is an issue in its place, with the hint %s', (entry, hint) => {
    const listed = { ipAddressRestrictions: ['192.0.2.1', entry], disableBasicAuthWithPasswords: true };
    const proxies = { enableReverseProxySupport: true, trustedReverseProxies: [entry] };
    const issues = problemsOf({ appVersion: '1.4', ...listed, ...proxies });
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([
      'ipAddressRestrictions.1',
      'trustedReverseProxies.0',
    ]);
    expect(issues.map((issue) => issue.hint)).toEqual([hint, hint]);
  });

  it('MI-1 a hint is always an entry that would be taken, and asking for one never throws', () => {
    const piece = fc.constantFrom('10', '0', '256', '.', '*', '/', '-', '8', '24', ' ', '1', '01', ':');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        ),
        (entry) => {
          const hint = currentSpelling(entry);
          if (hint === undefined) return;
          expect(problemsOf({ appVersion: '1.2', ipAddressRestrictions: [hint] })).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('MI-1 keys that reach for prototypes are unknown keys', () => {
    const document = JSON.parse('{"appVersion": "1.3", "__proto__": {"version": 1}, "toString": true}');
    expect(told(problemsOf(document))).toEqual(['__proto__: unknown-key', 'toString: unknown-key']);
  });

  it("MI-1 the header that carries the host's tokens is no client header", () => {
    const host = { ...hosts.generic, tokenHeader: 'X-API-Key' };
    const document = {
      enableReverseProxySupport: true,
      trustedReverseProxies: ['10.0.0.1'],
      clientIpHeader: 'x-api-key',
    };
    expect(told(problemsOf(document, host))).toEqual(['clientIpHeader: header-malformed']);
  });

  it("MI-1 a flaw of the host's profile is told where it shows in the current document", () => {
    const host = { ...hosts.generic, recognisedTokens: 'maybe' as 'defer' };
    expect(told(problemsOf({ appVersion: '1.2.0' }, host))).toEqual([
      'passwords.recognisedTokens: not-an-option',
    ]);
  });

  it.each([
    ['0.9', 'before 1.3.0'],
    ['1.2.99', 'before 1.3.0'],
    ['1.3', '1.3'],
    ['1.3.0', '1.3'],
    ['1.4.1', '1.4'],
    ['1.5.0', '1.5'],
    ['1.6.1', '1.5'],
    ['1.6.2', '1.6.2'],
    ['1.10.0', '1.6.2'],
    ['1.6.10', '1.6.2'],
    ['2.0.0.1', '1.6.2'],
    ['', undefined],
    ['v1.2', undefined],
    ['1.', undefined],
    ['1.2.3.4.5', undefined],
    [1.5, undefined],
    [null, undefined],
  ])('MI-1 version %j has the shape %s', (version, called) => {
    expect(shapeOfVersion(version)?.called).toBe(called);
  });

  it('MI-1 every malformed document gives issues, each with a path into that document', () => {
    const scalar = fc.constantFrom<unknown>(
      null,
      0,
      1,
      '',
      'never',
      '10.0.0.1/8',
      '10.*',
      [],
      [7],
      [''],
      {},
      { to: 'everyone' },
    );
    fc.assert(
      fc.property(fc.nat(vectors.length - 1), fc.nat(), scalar, (which, at, junk) => {
        const [, , { document, host, settings }] = vectors[which] as (typeof vectors)[number];
        if (settings === undefined) return;
        const keys = Object.keys(document as object);
        const key = keys[at % keys.length] as string;
        const result = migrateSettings({ ...(document as object), [key]: junk }, hosts[host]);
        if (result.ok) return;
        expect(result.problem.length).toBeGreaterThan(0);
        for (const { path, message } of result.problem) {
          expect(message).toMatch(/\.$/);
          // A missing partner is named by the key that it would have.
          expect(
            Object.hasOwn(document as object, path[0] as string) || path.length === 1,
            JSON.stringify(path),
          ).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** An earlier document, whatever its shape; absent keys had the defaults. */
interface Old {
  readonly appVersion: string;
  readonly onlyAdministratorsMayUse?: boolean;
  readonly onlyAdministratorsMayCreate?: boolean;
  readonly allowEveryoneToUseTokens?: boolean;
  readonly useTokensGroups?: readonly string[];
  readonly allowEveryoneToCreateTokens?: boolean;
  readonly createTokensGroups?: readonly string[];
  readonly createTokensOnBehalfGroups?: readonly string[];
  readonly limitCreatedTokensToReadOnly?: boolean;
  readonly tokenValidityTime?: string;
  readonly ipAddressRestrictions?: readonly string[];
  readonly enableReverseProxySupport?: boolean;
  readonly trustedReverseProxies?: readonly string[];
  readonly clientIpHeader?: string;
  readonly disableBasicAuthWithPasswords?: boolean;
  readonly preventPathTraversal?: boolean;
  readonly allowPasswordsOnRemoteApi?: boolean;
  readonly disablePersonalAccessTokens?: boolean;
}

const administrators = ['confluence-administrators'];
const groupNames = ['dev', 'ops', 'helpdesk', ...administrators];
const groupList = fc.subarray(groupNames);
const addressList = fc.subarray(['10.0.0.0/30', '10.0.0.9', '192.0.2.0-192.0.2.7', '2001:db8::/126']);
const proxyList = fc.subarray(['10.0.0.0/31', '192.0.2.1', '2001:db8::1']);

const always = {
  tokenValidityTime: fc.constantFrom('Never', '1 month', '6 months', '1 year', '2 years'),
  ipAddressRestrictions: addressList,
  disableBasicAuthWithPasswords: fc.boolean(),
  disablePersonalAccessTokens: fc.boolean(),
};
const grants = {
  allowEveryoneToUseTokens: fc.boolean(),
  useTokensGroups: groupList,
  allowEveryoneToCreateTokens: fc.boolean(),
  createTokensGroups: groupList,
  createTokensOnBehalfGroups: groupList,
};
const proxies = {
  enableReverseProxySupport: fc.boolean(),
  trustedReverseProxies: proxyList,
  clientIpHeader: fc.constantFrom('X-Forwarded-For', 'X-Real-IP', 'X-Client'),
};
const scopes = { limitCreatedTokensToReadOnly: fc.boolean(), preventPathTraversal: fc.boolean() };
const record = <T>(appVersion: string, keys: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Old> =>
  fc.record(keys, { requiredKeys: [] }).map((document) => ({ ...document, appVersion }) as Old);
const oldDocument: fc.Arbitrary<Old> = fc.oneof(
  record('1.2.0', {
    onlyAdministratorsMayUse: fc.boolean(),
    onlyAdministratorsMayCreate: fc.boolean(),
    ...always,
  }),
  record('1.3.0', { ...grants, ...always }),
  record('1.4.0', { ...grants, ...proxies, ...always }),
  record('1.5.0', { ...grants, ...proxies, ...scopes, ...always }),
  record('1.6.2', { ...grants, ...proxies, ...scopes, allowPasswordsOnRemoteApi: fc.boolean(), ...always }),
);

/** What the old application did, written down from the guide without a look at the migration. */
const oldWorld = (old: Old) => {
  const shares = (groups: readonly string[], of: readonly string[]) =>
    groups.some((group) => of.includes(group));
  const grant =
    (only: boolean | undefined, everyone: boolean | undefined, list: readonly string[] | undefined) =>
    (groups: readonly string[]): boolean =>
      only ? shares(groups, administrators) : everyone !== false || shares(groups, list ?? []);
  const last = (address: string): number =>
    Number.parseInt(address.split(/[.:]/).at(-1) as string, address.includes(':') ? 16 : 10);
  const inEntry = (address: string, entry: string): boolean => {
    const [first = '', end] = entry.split(/[/-]/);
    const net = first.replace(/[^.:]*$/, '');
    if (!address.startsWith(net)) return false;
    const low = Number.parseInt(first.slice(net.length) || '0', net.includes(':') ? 16 : 10);
    const high =
      end === undefined
        ? low
        : entry.includes('-')
          ? last(end)
          : low + 2 ** ((net.includes(':') ? 128 : 32) - Number(end)) - 1;
    return low <= last(address) && last(address) <= high;
  };
  const inList = (address: string, list: readonly string[]) => list.some((entry) => inEntry(address, entry));
  const trusted = old.trustedReverseProxies ?? [];
  const clientOf = (peer: string, header: readonly string[] | undefined): string => {
    if (old.enableReverseProxySupport !== true || !inList(peer, trusted) || header === undefined) return peer;
    if ((old.clientIpHeader ?? 'X-Forwarded-For') !== 'X-Forwarded-For') return header.join(', ');
    return [...header].reverse().find((hop) => !inList(hop, trusted)) ?? (header[0] as string);
  };
  const passwordsRefused = old.disableBasicAuthWithPasswords === true;
  const maxMonths =
    { '1 month': 1, '6 months': 6, '1 year': 12, '2 years': 24 }[old.tokenValidityTime ?? 'Never'] ?? null;
  return {
    mayUse: grant(old.onlyAdministratorsMayUse, old.allowEveryoneToUseTokens, old.useTokensGroups),
    mayCreate: grant(
      old.onlyAdministratorsMayCreate,
      old.allowEveryoneToCreateTokens,
      old.createTokensGroups,
    ),
    mayCreateOnBehalf: (groups: readonly string[]) =>
      shares(groups, old.createTokensOnBehalfGroups ?? administrators),
    isAddressAllowed: (peer: string, header: readonly string[] | undefined) =>
      (old.ipAddressRestrictions ?? []).length === 0 ||
      inList(clientOf(peer, header), old.ipAddressRestrictions ?? []),
    takesPasswords: (surface: 'rest' | 'remote') =>
      !passwordsRefused || (surface === 'remote' && old.allowPasswordsOnRemoteApi === true),
    guardsPaths: passwordsRefused && old.preventPathTraversal === true,
    takesHostTokens: old.disablePersonalAccessTokens !== true,
    readOnly: old.limitCreatedTokensToReadOnly === true,
    maxMonths,
    /** A permission that nobody had, a proxy that is not named, or a list without its switch cannot be lifted. */
    isLiftable:
      (old.allowEveryoneToUseTokens !== false || (old.useTokensGroups ?? []).length > 0) &&
      (old.allowEveryoneToCreateTokens !== false || (old.createTokensGroups ?? []).length > 0) &&
      (old.createTokensOnBehalfGroups === undefined || old.createTokensOnBehalfGroups.length > 0) &&
      (old.enableReverseProxySupport !== true || trusted.length > 0) &&
      (old.useTokensGroups === undefined || old.allowEveryoneToUseTokens !== undefined) &&
      (old.createTokensGroups === undefined || old.allowEveryoneToCreateTokens !== undefined) &&
      ((old.trustedReverseProxies === undefined && old.clientIpHeader === undefined) ||
        old.enableReverseProxySupport !== undefined),
  };
};

const address = fc.constantFrom(
  '10.0.0.0',
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.4',
  '10.0.0.9',
  '192.0.2.1',
  '192.0.2.8',
  '2001:db8::1',
  '2001:db8::4',
);
interface Attempt {
  readonly groups: readonly string[];
  readonly scope: 'read-only' | 'read-write';
  readonly how: 'basic' | 'bearer' | 'password' | 'host-token';
  readonly method: string;
  readonly target: 'rest' | 'remote' | 'traversal';
  readonly peer: string;
  readonly header: readonly string[] | undefined;
}
const attempt: fc.Arbitrary<Attempt> = fc.record({
  groups: groupList,
  scope: fc.constantFrom('read-only', 'read-write'),
  how: fc.constantFrom('basic', 'basic', 'bearer', 'password', 'host-token'),
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  target: fc.constantFrom('rest', 'rest', 'rest', 'remote', 'traversal'),
  peer: address,
  header: fc.option(fc.array(address, { minLength: 1, maxLength: 3 }), { nil: undefined }),
});
const targets = {
  rest: '/rest/api/content/1',
  remote: '/rpc/xmlrpc',
  traversal: '/rest/../pages/viewpage.action',
} as const;

const held = { 'read-only': token({ scope: 'read-only' }), 'read-write': token({ scope: 'read-write' }) };

function decideNow(
  policy: Policy,
  { groups, scope, how, method, target, peer, header }: Attempt,
  headerName: string,
): Decision {
  const host = hosts.confluence;
  const { text, record: stored } = held[scope];
  const authorization = {
    basic: basic('ada', text),
    bearer: bearer(text),
    password: basic('ada', 'correct horse'),
    'host-token': bearer('NjY2OTM4Njg2Mjk5'),
  }[how];
  const forwarded = header === undefined ? [] : [[headerName, header.join(', ')] as const];
  const request: RequestInput = {
    method,
    target: targets[target],
    headers: [authorization, ...forwarded],
    peer,
  };
  const world = {
    rules: {
      host,
      policy,
      prefix: 'lk',
      digests: compileDigests({}),
      limited: false,
    },
    now,
    records: new Map([[stored.id, stored]]),
    subjects: new Map([['ada', { id: 'ada', active: true, administrator: false, groups }]]),
  };
  return replay(request, world).decision;
}

describe('what is allowed', () => {
  const seen = { lifted: 0, allowed: 0, refusedBefore: 0, refusedNow: 0, unliftable: 0 };

  it('MI-1 migration_never_widens', () => {
    fc.assert(
      fc.property(oldDocument, fc.array(attempt, { minLength: 5, maxLength: 10 }), (old, attempts) => {
        const before = oldWorld(old);
        const result = migrateSettings(JSON.parse(JSON.stringify(old)), hosts.confluence);
        expect(result.ok).toBe(before.isLiftable);
        if (!result.ok) {
          seen.unliftable++;
          return;
        }
        seen.lifted++;
        const policy = compilePolicy(result.value.settings, hosts.confluence);
        for (const one of attempts) {
          const addressAllowed = before.isAddressAllowed(one.peer, one.header);
          const decision = decideNow(policy, one, old.clientIpHeader ?? 'X-Forwarded-For');
          const isToken = one.how === 'basic' || one.how === 'bearer';
          const covered = one.scope === 'read-write' || one.method === 'GET';
          const accepted =
            isToken && one.target !== 'remote' && addressAllowed && before.mayUse(one.groups) && covered;
          if (decision.effect === 'allow') seen.allowed++;
          if (!accepted) seen.refusedBefore++;
          if (decision.effect === 'deny') seen.refusedNow++;
          if (!accepted) expect(decision.effect).not.toBe('allow');
          if (one.target === 'traversal' && before.guardsPaths) expect(decision.effect).toBe('deny');
          const surface = one.target === 'remote' ? 'remote' : 'rest';
          if (one.how === 'password' && !before.takesPasswords(surface)) expect(decision.effect).toBe('deny');
          if (one.how === 'host-token' && !before.takesHostTokens) expect(decision.effect).toBe('deny');
          if (one.how === 'basic' && !before.takesPasswords(surface))
            expect(decision.effect).not.toBe('defer');
        }
      }),
      { numRuns: 1000 },
    );
    // The property says nothing unless both sides occur.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
  });

  it('MI-1 migration_never_widens what may be created, by whom, how long and in which scope', () => {
    fc.assert(
      fc.property(oldDocument, groupList, fc.integer({ min: 1, max: 40 }), (old, groups, months) => {
        const before = oldWorld(old);
        const result = migrateSettings(old, hosts.confluence);
        if (!result.ok) return;
        const { permissions, validity } = result.value.settings;
        expect(isGranted(permissions.use, groups)).toBe(before.mayUse(groups));
        expect(isGranted(permissions.create, groups)).toBe(before.mayCreate(groups));
        expect(isGranted(permissions.createOnBehalf, groups)).toBe(before.mayCreateOnBehalf(groups));
        expect(scopeForOwn('read-write', permissions.create).ok).toBe(!before.readOnly);
        const at = new Date(Date.UTC(2026, months, 15, 12)).toISOString();
        const tooLong = before.maxMonths !== null && months > before.maxMonths;
        expect(expiryWithin({ validity }, { at }, now).ok).toBe(!tooLong);
        const longest = before.maxMonths === null ? null : Date.UTC(2026, before.maxMonths, 15, 12);
        expect(addValidity(now, validity.maximum satisfies Validity)).toBe(longest);
      }),
      { numRuns: 1000 },
    );
  });
});
