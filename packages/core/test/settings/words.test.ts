import { describe, expect, it } from 'vitest';
import {
  checkProfile,
  defaultSettings,
  type HostProfile,
  hosts,
  LatchkeyError,
  parseSettings,
} from '../../src/index.ts';
import { settingsDifference } from '../../src/settings/difference.ts';
import {
  earlierShapes,
  meaningOfAbsent,
  parseValidityTime,
  shapeOfVersion,
} from '../../src/settings/earlier.ts';
import { hostTokenSection } from '../../src/settings/hosts.ts';
import { compilePolicy } from '../../src/settings/policy.ts';
import { currentSpelling } from '../../src/settings/spelling.ts';
import { standingOf, unreadStanding } from '../../src/settings/standing.ts';

type Draft = Record<'permissions' | 'validity' | 'network' | 'passwords', Record<string, unknown>> & {
  hostTokens: unknown;
  [key: string]: unknown;
};
const problemsOf = (change: (draft: Draft) => void, host: HostProfile = hosts.jira) => {
  const draft = structuredClone(defaultSettings(host)) as unknown as Draft;
  change(draft);
  const parsed = parseSettings(draft, host);
  return parsed.ok ? [] : parsed.problem;
};
const proxy = (more: object) => ({ trusted: ['10.0.0.1'], header: 'X-Real-IP', onMissing: 'deny', ...more });

describe('what is wrong with settings', () => {
  it.each<[string, (draft: Draft) => void, object, HostProfile?]>([
    [
      'a key that is none',
      (draft) => (draft['colour'] = 1),
      { code: 'unknown-key', path: ['colour'], message: 'There is no such setting.' },
    ],
    [
      'a number for a switch',
      (draft) => (draft.network['discloseAddress'] = 1),
      { code: 'wrong-type', path: ['network', 'discloseAddress'], message: 'Expected true or false.' },
    ],
    [
      'a text for a list',
      (draft) => (draft.network['allow'] = '10.0.0.1'),
      { code: 'wrong-type', path: ['network', 'allow'], message: 'Expected a JSON array.' },
    ],
    [
      'nothing for a list',
      (draft) => delete draft.network['allow'],
      { code: 'required', path: ['network', 'allow'], message: 'Expected a JSON array.' },
    ],
    [
      'no such option',
      (draft) => (draft.validity['choices'] = 'all'),
      {
        code: 'not-an-option',
        path: ['validity', 'choices'],
        message: 'Expected one of "listed", "within".',
      },
    ],
    [
      'nothing for an option',
      (draft) => delete draft.validity['existing'],
      { code: 'required', path: ['validity', 'existing'], message: 'Expected one of "keep", "clamp".' },
    ],
    [
      'a part that is null',
      (draft) => Object.assign(draft, { validity: null }),
      { code: 'wrong-type', path: ['validity'], message: 'Expected a JSON object.' },
    ],
    [
      'a list without entries',
      (draft) => (draft.permissions['use'] = { to: 'groups', groups: [] }),
      {
        code: 'list-empty',
        path: ['permissions', 'use', 'groups'],
        message: 'At least one entry is needed.',
      },
    ],
    [
      'a list of too many entries',
      (draft) => (draft.network['allow'] = Array.from({ length: 100_001 }, () => '10.0.0.1')),
      { code: 'list-too-long', path: ['network', 'allow'], message: 'At most 100000 entries are allowed.' },
    ],
    ...['', 'a'.repeat(256), 'a\u0000', 'a\u007f', 'a\n'].map(
      (name): [string, (draft: Draft) => void, object] => [
        `the group ${JSON.stringify(name).slice(0, 12)}`,
        (draft) => (draft.permissions['use'] = { to: 'groups', groups: ['ok', name] }),
        {
          code: 'group-malformed',
          path: ['permissions', 'use', 'groups', 1],
          message: 'A group name has 1 to 255 characters and no control characters.',
        },
      ],
    ),
    [
      'an exception for a remote API that is not there',
      (draft) =>
        Object.assign(draft, { passwords: { mode: 'refused', pathGuard: true, remoteApi: 'accepted' } }),
      {
        code: 'no-remote-api',
        path: ['passwords', 'remoteApi'],
        message: 'The host jira has no remote API to make an exception for.',
      },
    ],
    ...['Cookie', 'x y', '', 'Proxy-Authorization', 'set-cookie', 'HOST', 'Content-Length'].map(
      (header): [string, (draft: Draft) => void, object] => [
        `the header ${header}`,
        (draft) => (draft.network['reverseProxy'] = proxy({ header })),
        {
          code: 'header-malformed',
          path: ['network', 'reverseProxy', 'header'],
          message: 'The header has to be one header name that carries no credential.',
          hint: 'X-Forwarded-For',
        },
      ],
    ),
    ...['Transfer-Encoding', 'Connection', 'Authorization', 'x-token'].map(
      (header): [string, (draft: Draft) => void, object, HostProfile] => [
        `the header ${header} beside a token header`,
        (draft) => (draft.network['reverseProxy'] = proxy({ header })),
        { code: 'header-malformed' },
        { ...hosts.jira, tokenHeader: 'X-Token' },
      ],
    ),
    [
      'a range that is none',
      (draft) => (draft.network['allow'] = ['10.0.0.1', '10.0.0.1/8']),
      { code: 'host-bits-set', path: ['network', 'allow', 1], hint: '10.0.0.0/8 or 10.0.0.1' },
    ],
    [
      'a shape that is none',
      (draft) => (draft.network['reverseProxy'] = proxy({ shape: 'x' })),
      { code: 'not-an-option', message: 'Expected one of "list", "single", "forwarded".' },
    ],
    [
      'a switch of a union that is none',
      (draft) => (draft.permissions['use'] = { to: 'nobody' }),
      { code: 'not-an-option', path: ['permissions', 'use', 'to'] },
    ],
  ])('SE-1 %s is told with its code, its place and what was expected', (_name, change, problem, host) => {
    const problems = problemsOf(change, host);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject(problem);
    expect(problems[0]?.message).toMatch(/^[A-Z].*[.]$/);
    expect(Object.hasOwn(problems[0] as object, 'hint')).toBe(
      'hint' in problem || problems[0]?.code === 'header-malformed',
    );
  });

  it('SE-1 what can be chosen parses, and an absent shape stays absent', () => {
    for (const shape of ['list', 'single', 'forwarded', undefined]) {
      const reverseProxy = shape === undefined ? proxy({}) : proxy({ shape });
      const draft = {
        ...defaultSettings(hosts.jira),
        network: { ...defaultSettings(hosts.jira).network, reverseProxy },
      };
      expect(parseSettings(draft, hosts.jira)).toStrictEqual({ ok: true, value: draft });
    }
    expect(problemsOf((draft) => (draft.validity['choices'] = 'within'))).toEqual([]);
    expect(
      problemsOf((draft) => (draft.permissions['use'] = { to: 'groups', groups: ['a'.repeat(255), 'é~'] })),
    ).toEqual([]);
    for (const remoteApi of ['accepted', 'refused'])
      expect(
        problemsOf(
          (draft) => Object.assign(draft, { passwords: { mode: 'refused', pathGuard: true, remoteApi } }),
          hosts.confluence,
        ),
      ).toEqual([]);
    expect(defaultSettings(hosts.jira).network).toEqual({
      allow: [],
      appliesTo: 'tokens',
      discloseAddress: true,
      reverseProxy: null,
    });
  });
});

describe('profiles', () => {
  const told = (change: Partial<HostProfile>) =>
    checkProfile({ ...hosts.generic, ...change }).map(({ path, message }) => `${path.join('.')}: ${message}`);
  it.each<[Partial<HostProfile>, string]>([
    [{ name: '' }, 'name: A profile needs a name.'],
    [
      { contextPath: '/x/' },
      "contextPath: The context path is '' or a plain path such as '/jira' without a trailing slash.",
    ],
    [{ governed: ['/api/', '/a/./b'] }, 'governed.1: A prefix is a plain path that begins with /.'],
    [{ governed: ['/api/', '/a//b'] }, 'governed.1: A prefix is a plain path that begins with /.'],
    [{ remote: ['x'] }, 'remote.0: A prefix is a plain path that begins with /.'],
    [
      { exempt: [{ method: 'POST', path: '/x/', session: false }] },
      'exempt.0.path: An exempt path is exact and plain, without a trailing slash.',
    ],
    [{ exempt: [{ method: '', path: '/x', session: false }] }, 'exempt.0.method: A method is one token.'],
    ...['x8.14', '8.14x', '8.', '1.2.3.4.5', '1234567'].map((since): [Partial<HostProfile>, string] => [
      { hostTokens: { since } },
      "hostTokens.since: A version is dotted numbers such as '8.14'.",
    ]),
    [{ administratorGroups: [] }, 'administratorGroups: At least one administrator group is needed.'],
    [{ tokenHeader: 'Host' }, 'tokenHeader: The token header is a header name that has no other meaning.'],
    [{ mountPath: '/api/x/' }, 'mountPath: The mount path is a plain path without a trailing slash.'],
    [{ mountPath: 'api' }, 'mountPath: The mount path is a plain path without a trailing slash.'],
    [{ mountPath: '/apix' }, 'mountPath: The mount path has to lie under a governed prefix.'],
    [{ governed: ['/x/', '/y'] }, 'mountPath: The mount path has to lie under a governed prefix.'],
  ])('HO-1 a profile with %j is told what is wrong', (change, problem) => {
    expect(told(change)).toEqual([problem]);
  });
  it('HO-1 what is sound passes, and a governed list without a prefix is told too', () => {
    expect(told({ hostTokens: { since: '10' } })).toEqual([]);
    expect(told({ hostTokens: { since: '123456.1.2.3' } })).toEqual([]);
    expect(told({ governed: ['/x', '/api/latchkey'] })).toEqual([]);
    expect(told({ governed: ['/api/', '/v1.0/', '/a..b/'] })).toEqual([]);
    expect(told({ governed: ['/api'] })).toEqual([]);
    expect(told({ governed: [] })[0]).toBe('governed: At least one prefix has to be governed.');
  });
  it('SC-2 Jira opens sessions at two exempt endpoints, no other host opens them', () => {
    expect(hosts.jira.exempt).toEqual([
      { method: 'POST', path: '/rest/auth/1/session', session: true },
      { method: 'POST', path: '/rest/auth/latest/session', session: true },
    ]);
    for (const host of [hosts.confluence, hosts.bitbucket, hosts.generic]) expect(host.exempt).toEqual([]);
  });
  it('SE-3 a broken profile or document is misuse that names everything wrong with it', () => {
    const misuseOf = (settings: unknown, host: HostProfile): string => {
      try {
        compilePolicy(settings as never, host);
      } catch (error) {
        if (error instanceof LatchkeyError) return `${error.code}: ${error.message}`;
      }
      return 'none';
    };
    expect(misuseOf(defaultSettings(hosts.jira), { ...hosts.jira, name: '', administratorGroups: [] })).toBe(
      'profile-invalid: name: A profile needs a name. administratorGroups: At least one administrator group is needed.',
    );
    expect(misuseOf(defaultSettings(hosts.jira), { ...hosts.jira, remote: ['/rpc/', 'soap'] })).toBe(
      'profile-invalid: remote.1: A prefix is a plain path that begins with /.',
    );
    expect(misuseOf({ ...defaultSettings(hosts.jira), hostTokens: 1, version: 2 }, hosts.jira)).toBe(
      'policy-invalid: version: Expected one of 1. hostTokens: Expected one of "accepted", "refused".',
    );
  });
  it('SE-3 a policy is frozen through and through, and keeps nothing of the profile it was made from', () => {
    const host = structuredClone({ ...hosts.jira }) as HostProfile;
    const { settings, host: kept } = compilePolicy(defaultSettings(host), host);
    expect(kept).toEqual(host);
    const frozen = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      Object.values(value).forEach(frozen);
    };
    frozen(settings);
    frozen(kept);
    expect(Object.isFrozen(host.governed)).toBe(false);
    expect(Object.isFrozen(host.exempt[0])).toBe(false);
    expect(Object.isFrozen(host.hostTokens)).toBe(false);
    const always = compilePolicy(defaultSettings(hosts.bitbucket), { ...hosts.bitbucket });
    expect(always.host.hostTokens).toBe('always');
  });
  it.each([
    ['8.14', 'visible'],
    ['8.14.1', 'visible'],
    ['8', 'hidden'],
    ['8.13.99', 'hidden'],
    ['v7.0', 'visible'],
    ['7-SNAPSHOT', 'hidden'],
  ])('HT-1 the section of the host tokens of version %s is %s', (version, shown) => {
    expect(hostTokenSection(hosts.jira, version)).toBe(shown);
  });
  it('HT-1 a since with more parts than the version compares them as 0', () => {
    expect(hostTokenSection({ hostTokens: { since: '8.0.1' } }, '8')).toBe('hidden');
    expect(hostTokenSection({ hostTokens: { since: '8.0.0' } }, '8')).toBe('visible');
  });
});

describe('earlier documents', () => {
  it.each([
    ['Never', 'never'],
    ['1 month', 'P1M'],
    ['2 Months', 'P2M'],
    ['3 months', 'P3M'],
    ['4 months', 'P4M'],
    ['5 months', 'P5M'],
    ['6 months', 'P6M'],
    ['1 year', 'P1Y'],
    ['2 years', 'P2Y'],
  ])('MI-1 the validity %s was %s', (name, validity) => {
    expect(parseValidityTime(name)).toEqual({ ok: true, value: validity });
  });
  it('MI-1 another validity is refused with the names there were', () => {
    expect(parseValidityTime('7 months')).toEqual({
      ok: false,
      problem: {
        code: 'not-an-option',
        message:
          'Expected one of never, 1 month, 2 months, 3 months, 4 months, 5 months, 6 months, 1 year, 2 years.',
      },
    });
  });
  it('MI-1 what an absent key meant is told in words', () => {
    expect(meaningOfAbsent).toEqual({
      onlyAdministratorsMayUse: 'everyone may use tokens',
      onlyAdministratorsMayCreate: 'everyone may create tokens',
      allowEveryoneToUseTokens: 'everyone may use tokens',
      allowEveryoneToCreateTokens: 'everyone may create tokens',
      createTokensOnBehalfGroups: 'administrators may create tokens for others',
      limitCreatedTokensToReadOnly: 'users choose the scope of their tokens',
      tokenValidityTime: 'tokens may never expire',
      ipAddressRestrictions: 'every address is allowed',
      enableReverseProxySupport: 'no proxy is trusted',
      disableBasicAuthWithPasswords: 'passwords are accepted',
      disablePersonalAccessTokens: "the host's own tokens are accepted",
    });
  });
  it('MI-1 each shape holds from its version on', () => {
    expect(earlierShapes.map(({ since, called }) => [since, called])).toEqual([
      ['0', 'before 1.3.0'],
      ['1.3.0', '1.3'],
      ['1.4.0', '1.4'],
      ['1.5.0', '1.5'],
      ['1.6.2', '1.6.2'],
    ]);
  });
  it.each([
    ['0.0.1', 'before 1.3.0'],
    ['0', 'before 1.3.0'],
    ['1.2.99', 'before 1.3.0'],
    ['1.3', '1.3'],
    ['1.3.10', '1.3'],
    ['1.10', '1.6.2'],
    ['123456.0.0.1', '1.6.2'],
    ['x1.3', undefined],
    ['1.3x', undefined],
    ['1.2.3.4.5', undefined],
  ])('MI-1 version %s wrote the shape of %s', (version, called) => {
    expect(shapeOfVersion(version)?.called).toBe(called);
  });
  it.each([
    ['10.*', '10.0.0.0/8'],
    ['10.1.*.*', '10.1.0.0/16'],
    ['10.1.2.*', '10.1.2.0/24'],
    ['192.168.*', '192.168.0.0/16'],
    ['172.16/12', '172.16.0.0/12'],
    ['10/8', '10.0.0.0/8'],
    ['192.168.100/24', '192.168.100.0/24'],
    ['192.168.100.1-99', '192.168.100.1-192.168.100.99'],
    ['192.168.1.10 - 200', '192.168.1.10-192.168.1.200'],
    [' 10.0.0.*\t', '10.0.0.0/24'],
    ['x10.0.0.*', undefined],
    ['10.0.0.*x', undefined],
    ['x10/8', undefined],
    ['10/8x', undefined],
    ['x10.0.0.1-9', undefined],
    ['10.0.0.1-9x', undefined],
    ['10.0.0.9-1', undefined],
    ['10/33', undefined],
    ['host', undefined],
    [`${' '.repeat(60)}10.0.0.*`, undefined],
  ])('MI-1 the older entry %j is written %s today', (entry, spelling) => {
    expect(currentSpelling(entry)).toBe(spelling);
  });
});

describe('standing and difference', () => {
  it('SE-4 settings never saved are the defaults at revision 0, broken ones no policy at theirs', () => {
    expect(unreadStanding).toEqual({ policy: null, revision: -1 });
    expect(Object.isFrozen(unreadStanding)).toBe(true);
    const first = standingOf(null, hosts.jira);
    expect([first.revision, first.policy?.settings]).toEqual([0, defaultSettings(hosts.jira)]);
    const saved = standingOf({ document: defaultSettings(hosts.jira), revision: 4 }, hosts.jira);
    expect([saved.revision, saved.policy?.settings]).toEqual([4, defaultSettings(hosts.jira)]);
    expect(standingOf({ document: 7, revision: 5 }, hosts.jira)).toEqual({ policy: null, revision: 5 });
  });
  it.each<[unknown, unknown, object[]]>([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, [{ path: ['a'], before: '1', after: '2' }]],
    [{ a: { b: [1] } }, { a: { b: [2] } }, [{ path: ['a', 'b'], before: '[1]', after: '[2]' }]],
    [{ a: { b: 1 } }, { a: null }, [{ path: ['a'], before: '{"b":1}', after: 'null' }]],
    [{ a: [1] }, { a: { b: 1 } }, [{ path: ['a'], before: '[1]', after: '{"b":1}' }]],
    [{}, { a: 'x' }, [{ path: ['a'], before: null, after: '"x"' }]],
    [{ a: 'x' }, {}, [{ path: ['a'], before: '"x"', after: null }]],
    [{}, JSON.parse('{"toString":1}'), [{ path: ['toString'], before: null, after: '1' }]],
    [null, {}, [{ path: [], before: 'null', after: '{}' }]],
  ])('TK-7 from %j to %j the changes are %j', (before, after, changes) => {
    expect(settingsDifference(before, after)).toEqual(changes);
  });
});
