import { describe, expect, it } from 'vitest';
import { counterfactualsOf } from '../../src/decision/counterfactual.ts';
import {
  compileDigests,
  compilePolicy,
  explainGathered,
  type Facts,
  type HostProfile,
  hosts,
  type ReplayFault,
  type RequestInput,
  reasons,
  replay,
  type Settings,
  type TokenRecord,
} from '../../src/index.ts';
import { basic, bearer, now, request, settingsOf, token, users } from '../world.ts';

const live = token({ expiresAt: now + 60_000, createdAt: now - 86_400_000 });
const refused = { mode: 'refused', pathGuard: true, remoteApi: 'refused' } as const;
const withHeader: HostProfile = { ...hosts.jira, tokenHeader: 'X-Token' };
const proxy = { trusted: ['10.0.0.0/8'], header: 'X-Forwarded-For', onMissing: 'deny' } as const;

/** A request in a world: what is not named is the default of Jira's. */
interface Situation {
  readonly settings?: Parameters<typeof settingsOf>[1];
  readonly record?: Partial<TokenRecord> | null;
  readonly request?: Partial<RequestInput>;
  readonly fault?: ReplayFault;
  readonly host?: HostProfile;
}

function gatheredIn({
  settings = {},
  record = {},
  request: input = {},
  fault = {},
  host = hosts.jira,
}: Situation) {
  const policy = compilePolicy(settingsOf(host, settings), host);
  const found = record === null ? [] : [{ ...live.record, ...record }];
  const world = {
    rules: { host, policy, prefix: 'lk', digests: compileDigests({}), limited: false },
    now,
    records: new Map(found.map((each) => [each.id, each])),
    subjects: new Map(users.map((user) => [user.id, user])),
  };
  const outcome = replay(request({ headers: [bearer(live.text)], ...input }), world, fault, true);
  return { gathered: outcome.gathered, policy: outcome.policy };
}

function told(fact: keyof Facts, situation: Situation) {
  const { gathered, policy } = gatheredIn(situation);
  return explainGathered(gathered, policy).facts.find((each) => each.fact === fact)?.because;
}

const password = { headers: [basic('ada', 'hunter2')] };
const asBasic = { headers: [basic('ada', live.text)] };
const foreignBearer = { headers: [bearer('another-token')] };
const unreadable = { fault: 'settings-unreadable' } as const;
const unreadableWords = 'The settings cannot be read; until they are mended every credential is refused.';
const onlyDesk = { network: { allow: ['192.0.2.0/24', '10.0.0.0/8'] } };
const elsewhere = { network: { allow: ['192.0.2.0/24'] } };
const behind = (allow: string[]) => ({ network: { allow, reverseProxy: proxy } });
const forwarded = (address: string) => ({
  headers: [bearer(live.text), ['X-Forwarded-For', address] as const],
});
const granted = (...groups: string[]): Settings['permissions']['use'] => ({ to: 'groups', groups });
const grant = (use: Settings['permissions']['use']) => ({ permissions: { use } });

const rows: [keyof Facts, string, Situation, string][] = [
  [
    'surface',
    'other',
    { request: { target: '/browse' } },
    'No reading of the target lies under a governed prefix.',
  ],
  ['surface', 'rest', {}, 'A reading of the target lies under a governed prefix (rest).'],
  [
    'surface',
    'remote',
    { host: hosts.confluence, request: { target: '/rpc/soap/x' } },
    'A reading of the target lies under a governed prefix (remote).',
  ],
  ['path', 'clean', {}, 'The target reads the same in every way.'],
  [
    'path',
    'guarded',
    { settings: { passwords: refused }, request: { target: '/rest;x/a/../b' } },
    'The path guard is on and the target is suspicious: readings-disagree, dot-segment, semicolon.',
  ],
  [
    'path',
    'suspicious and not guarded',
    { request: { target: '/rest;x/a/../b' } },
    'The target is suspicious (readings-disagree, dot-segment, semicolon), but the path guard is off; it matches no exemption.',
  ],
  ['credential', 'none', { request: { headers: [] } }, 'There is no credential.'],
  [
    'credential',
    'foreign',
    { request: { headers: [['Authorization', 'Negotiate abc']] } },
    'The authentication scheme is left to the host.',
  ],
  [
    'credential',
    'malformed',
    { request: { headers: [bearer(live.text), bearer(live.text)] } },
    'The credential is malformed: several-lines.',
  ],
  [
    'credential',
    'two',
    { host: withHeader, request: { headers: [bearer(live.text), ['X-Token', live.text]] } },
    'The credential is malformed: two-credentials.',
  ],
  ['credential', 'basic', { request: asBasic }, 'A credential was presented by Basic.'],
  ['credential', 'bearer', {}, 'A credential was presented by Bearer.'],
  [
    'credential',
    'header',
    { host: withHeader, request: { headers: [['X-Token', live.text]] } },
    'A credential was presented by the token header.',
  ],
  ['fallback', 'settings that cannot be read', { fault: unreadable }, unreadableWords],
  ['fallback', 'nothing presented', { request: { headers: [] } }, 'No credential was presented.'],
  [
    'fallback',
    'an address that is refused for every credential',
    { settings: { network: { allow: ['192.0.2.0/24'], appliesTo: 'all-credentials' } } },
    'The address is not allowed, and network.appliesTo covers all credentials.',
  ],
  [
    'fallback',
    'an address that is allowed for every credential',
    { settings: { network: { allow: ['10.0.0.0/8'], appliesTo: 'all-credentials' } }, request: password },
    'passwords.mode is "accepted".',
  ],
  [
    'fallback',
    'an address that is refused for tokens only',
    { settings: { network: { allow: ['192.0.2.0/24'], appliesTo: 'tokens' } }, request: password },
    'passwords.mode is "accepted".',
  ],
  [
    'fallback',
    'a token header',
    { host: withHeader, request: { headers: [['X-Token', live.text]] } },
    'A token header never goes on to the host.',
  ],
  [
    'fallback',
    'a bearer of the host',
    { settings: { hostTokens: 'accepted' }, request: foreignBearer },
    'hostTokens is "accepted" and the bearer credential is not in our format.',
  ],
  [
    'fallback',
    'a bearer of ours',
    { settings: { hostTokens: 'accepted' } },
    'The bearer credential is in our format, so the host is not asked.',
  ],
  [
    'fallback',
    'a bearer while the host has none',
    { settings: { hostTokens: 'refused' }, request: foreignBearer },
    'hostTokens is "refused".',
  ],
  [
    'fallback',
    'a password on the remote API',
    {
      host: hosts.confluence,
      settings: { passwords: { mode: 'refused', pathGuard: false, remoteApi: 'accepted' } },
      request: { ...password, target: '/rpc/soap/x' },
    },
    'Passwords are refused, but passwords.remoteApi is "accepted".',
  ],
  [
    'fallback',
    'a password where none is accepted',
    { settings: { passwords: refused }, request: password },
    'passwords.mode is "refused".',
  ],
  ['fallback', 'a password', { request: password }, 'passwords.mode is "accepted".'],
  [
    'fallback',
    'a token as a password, refused',
    { settings: { passwords: { mode: 'accepted', recognisedTokens: 'refuse' } }, request: asBasic },
    'The secret is in our format, and passwords.recognisedTokens is "refuse".',
  ],
  ['address', 'settings that cannot be read', { fault: unreadable }, unreadableWords],
  [
    'address',
    'not looked at',
    { request: { target: '/browse', headers: [] } },
    'The client is 10.0.0.7 (from the peer); the allow-list is empty, so every address is allowed.',
  ],
  [
    'address',
    'no list',
    {},
    'The client is 10.0.0.7 (from the peer); the allow-list is empty, so every address is allowed.',
  ],
  [
    'address',
    'no list, behind a proxy',
    { settings: behind([]), request: forwarded('192.0.2.9') },
    'The client is 192.0.2.9 (from the header); the allow-list is empty, so every address is allowed.',
  ],
  [
    'address',
    'no list, unresolved',
    { settings: behind([]) },
    'The client is unresolved (header-missing); the allow-list is empty, so every address is allowed.',
  ],
  [
    'address',
    'unresolved',
    { settings: behind(['192.0.2.0/24']) },
    'The client address is unresolved: header-missing.',
  ],
  [
    'address',
    'in no range',
    { settings: elsewhere },
    'The client is 10.0.0.7 (from the peer), in no range of network.allow.',
  ],
  [
    'address',
    'in a range',
    { settings: onlyDesk },
    'The client is 10.0.0.7 (from the peer), in the range 10.0.0.0/8 of network.allow.',
  ],
  ['token', 'settings that cannot be read', { fault: unreadable }, unreadableWords],
  ['token', 'nothing presented', { request: { headers: [] } }, 'No token was looked at.'],
  [
    'token',
    'a store that fails',
    { fault: { fault: 'store-unavailable' } },
    'A look-up that was needed failed.',
  ],
  [
    'token',
    'unknown',
    { record: null },
    'The secret is not in our format, or no record has it, or the user name is not the subject.',
  ],
  [
    'token',
    'expired by itself',
    { record: { expiresAt: now - 1 } },
    'It ended at 2026-01-15T11:59:59.999Z; it was judged at 2026-01-15T12:00:00.000Z.',
  ],
  [
    'token',
    'expired by the maximum',
    {
      settings: { validity: { maximum: 'P1M', existing: 'clamp' } },
      record: { createdAt: Date.UTC(2025, 11, 1, 12), expiresAt: null },
    },
    'It ended at 2026-01-01T12:00:00.000Z (by the maximum, validity.existing is "clamp"); it was judged at 2026-01-15T12:00:00.000Z.',
  ],
  ['token', 'revoked', { record: { revokedAt: now - 1000 } }, 'It was revoked at 2026-01-15T11:59:59.000Z.'],
  ['token', 'of nobody', { record: { subject: 'nobody' } }, 'The user is not in the directory.'],
  ['token', 'of an inactive user', { record: { subject: 'eve' } }, 'The user is inactive in the directory.'],
  [
    'token',
    'of a user without the grant',
    { settings: grant(granted('ops', 'dev "x"')) },
    'The user is in none of the groups of permissions.use ("ops", "dev \\"x\\"").',
  ],
  [
    'token',
    'live for everyone',
    {},
    'The record matches, it is live, its user is active, and permissions.use covers the user (everyone).',
  ],
  [
    'token',
    'live for a group',
    { settings: grant(granted('ops', 'dev')) },
    'The record matches, it is live, its user is active, and permissions.use covers the user ("dev").',
  ],
  ['scope', 'no token', { record: null }, 'There is no live token.'],
  ['scope', 'a revoked token', { record: { revokedAt: now } }, 'There is no live token.'],
  ['scope', 'read-write', {}, 'The token is read-write.'],
  ['scope', 'read-only', { record: { scope: 'read-only' } }, 'The token is read-only.'],
  [
    'scope',
    'an override',
    { request: { headers: [bearer(live.text), ['X-HTTP-Method-Override', 'PUT']] } },
    'The token is read-write. A method override is present.',
  ],
  [
    'scope',
    'a session',
    { record: { scope: 'read-only' }, request: { method: 'POST', target: '/rest/auth/1/session' } },
    'The token is read-only. The endpoint is exempt (session).',
  ],
  ['attempts', 'not asked', { request: { headers: [] } }, 'The limiter was not asked.'],
  [
    'attempts',
    'locked',
    { request: password, fault: { attempts: 'locked' } },
    'Too many failed logins, or the limiter could not answer.',
  ],
  [
    'attempts',
    'open',
    { request: password, fault: { attempts: 'open' } },
    'No limiter is set, or its limit is not reached.',
  ],
  [
    'attempts',
    'a bearer',
    { settings: { hostTokens: 'accepted' }, request: foreignBearer, fault: { attempts: 'locked' } },
    'The limit is for Basic credentials only.',
  ],
];

describe('explained in words', () => {
  it.each(rows)('DE-4 %s: %s', (fact, _name, situation, words) => {
    expect(told(fact, situation)).toBe(words);
  });

  it('DE-4 says that it does not know what a gathering does not hold, and never fails over it', () => {
    const { gathered, policy } = gatheredIn({ settings: grant(granted('dev')) });
    const elsewhereNeeded = { ...gathered.needed, surface: 'other' };
    const because = (fact: keyof Facts, change: object, facts: object = {}) =>
      explainGathered(
        { ...gathered, needed: elsewhereNeeded, ...change, facts: { ...gathered.facts, ...facts } } as never,
        policy,
      ).facts.find((each) => each.fact === fact)?.because;
    const lost = { record: null, judgedAt: null };
    const ended =
      'It ended at an unknown time (by the maximum, validity.existing is "clamp"); it was judged at';
    expect(because('token', lost, { token: 'expired' })).toBe(`${ended} an unknown time.`);
    expect(because('token', lost, { token: 'revoked' })).toBe('It was revoked at an unknown time.');
    expect(because('token', {}, { token: 'revoked' })).toBe('It was revoked at an unknown time.');
    expect(because('token', { subject: null })).toContain('permissions.use covers the user ("").');
    expect(because('scope', { record: null })).toBe('There is no live token.');
    expect(because('scope', {}, { scope: null })).toBe('There is no live token.');
    expect(because('address', { client: null })).toBe('The address was not looked at.');
    expect(because('address', {}, { address: null })).toBe('The address was not looked at.');
    expect(because('credential', { credential: null })).toBe('There is no credential.');
    expect(because('fallback', { credential: null })).toBe('No credential was presented.');
    expect(because('fallback', { credential: { kind: 'foreign' } })).toBe('No credential was presented.');
    expect(because('fallback', {}, { fallback: null })).toBe('No credential was presented.');
    expect(because('attempts', { credential: null }, { attempts: 'open' })).toBe(
      'The limit is for Basic credentials only.',
    );
    const everyone = gatheredIn({});
    expect(
      explainGathered(
        { ...everyone.gathered, facts: { ...everyone.gathered.facts, token: 'use-not-granted' } },
        everyone.policy,
      ).facts.find((each) => each.fact === 'token')?.because,
    ).toBe('The user is in none of the groups of permissions.use (everyone).');
  });

  it('DE-1 a credential that the row did not need is not to be reported on', () => {
    const { gathered, policy } = gatheredIn({ request: { ...password, target: '/browse' } });
    expect(explainGathered(gathered, policy).decision).toMatchObject({
      row: 'other-surface',
      obligations: [],
    });
  });

  it('DE-4 tells in order what is known of a policy that nobody can read', () => {
    expect(told('scope', { fault: unreadable })).toBe('There is no live token.');
    expect(told('attempts', { fault: unreadable })).toBe('The limiter was not asked.');
  });

  it('DE-4 the words of the whole answer are those of its reason', () => {
    const { gathered, policy } = gatheredIn({ record: null, settings: { passwords: refused } });
    expect(explainGathered(gathered, policy)).toMatchObject({
      row: 'unknown-closed',
      words: reasons['token-unknown'].administratorWords,
    });
  });

  const remedies: [keyof Facts, string | null, string][] = [
    ['surface', 'remote', 'Call the REST API instead: tokens cannot be used on the remote API.'],
    ['surface', 'other', 'Call a path under a governed prefix: elsewhere the host decides alone.'],
    [
      'path',
      'suspicious',
      'Send the plain form of the path, without escapes of ordinary characters, dot segments or parameters.',
    ],
    ['credential', 'malformed', 'Send exactly one well-formed Authorization header.'],
    ['credential', 'none', 'Send a token, as the password of Basic or as Bearer.'],
    [
      'address',
      'unresolved',
      'Make the proxy send the client address in the configured header, or correct the trusted proxies (network.reverseProxy).',
    ],
    ['address', 'refused', 'Add the client address to network.allow, or call from an allowed range.'],
    ['token', 'unknown', 'Send a token that exists, with its own secret and with its own user name or none.'],
    [
      'token',
      'expired',
      'Create or rotate the token, or raise validity.maximum where the maximum cut it short.',
    ],
    ['token', 'revoked', 'Create a new token: a revoked one stays revoked.'],
    ['token', 'subject-inactive', 'Activate the user in the directory.'],
    ['token', 'use-not-granted', 'Put the user into a group of permissions.use, or widen that grant.'],
    ['token', 'unavailable', 'Bring the store, the directory or the settings back.'],
    ['token', null, 'Send a live token.'],
    [
      'scope',
      'exceeds',
      'Use a read-write token, or a method that only reads (GET, HEAD, OPTIONS) without a method override.',
    ],
  ];
  it.each(remedies)('DE-4 what to do about %s %s', (fact, from, how) => {
    const fine = {
      surface: 'rest',
      path: 'clean',
      credential: 'presented',
      fallback: 'closed',
      address: 'allowed',
      token: 'live',
      scope: 'covers',
      attempts: 'open',
    } as const;
    const [only] = counterfactualsOf({ ...fine, [fact]: from } as never);
    expect(only?.changes).toEqual([{ fact, from, to: fine[fact], how }]);
    expect(counterfactualsOf(fine)).toEqual([]);
  });
});
