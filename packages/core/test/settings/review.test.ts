import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compilePolicy,
  defaultSettings,
  type HostProfile,
  hosts,
  parseSettings,
  type Settings,
  subtractRanges,
} from '../../src/index.ts';
import { coverOf } from '../../src/settings/review/cover.ts';
import {
  type Finding,
  type FindingCode,
  type ReviewFacts,
  reviewChecks,
  reviewSettings,
} from '../../src/settings/review.ts';
import { settingsOf } from '../world.ts';

interface Case {
  readonly settings: Settings;
  readonly host?: HostProfile;
  readonly facts?: ReviewFacts;
}
interface Pair {
  readonly raises: Case;
  /** Where the findings stand, as dotted paths; each once. */
  readonly at: readonly string[];
  /** What differs by as little as possible and raises nothing. */
  readonly nearMiss: Case;
}

const jira = (change: Parameters<typeof settingsOf>[1]): Settings => settingsOf(hosts.jira, change);
const everyone = { to: 'everyone' } as const;
const to = (...groups: string[]) => ({ to: 'groups', groups }) as const;
const permissions = (change: Partial<Settings['permissions']>): Settings => jira({ permissions: change });
const allowing = (...allow: string[]): Settings => jira({ network: { allow } });
const validity = (change: Partial<Settings['validity']>): Settings => jira({ validity: change });
type Proxy = NonNullable<Settings['network']['reverseProxy']>;
const proxied = (change: Partial<Proxy>, allow: readonly string[] = []): Settings =>
  jira({
    network: {
      allow,
      reverseProxy: { trusted: ['10.0.0.1'], header: 'X-Forwarded-For', onMissing: 'deny', ...change },
    },
  });
const directory = (groups: Readonly<Record<string, number>>): ReviewFacts => ({
  groups: new Map(Object.entries({ 'jira-administrators': 2, 'jira-system-administrators': 1, ...groups })),
});

/** Every code has cases here, or this does not compile. */
const pairs: Readonly<Record<FindingCode, readonly Pair[]>> = {
  'nobody-may-use': [
    {
      raises: { settings: permissions({ use: to('ghosts', 'gone') }), facts: directory({ ghosts: 0 }) },
      at: ['permissions.use.groups'],
      nearMiss: { settings: permissions({ use: to('ghosts', 'gone') }), facts: directory({ ghosts: 1 }) },
    },
  ],
  'nobody-may-create': [
    {
      raises: {
        settings: permissions({ create: { ...to('ghosts'), readOnly: false } }),
        facts: directory({ ghosts: 0 }),
      },
      at: ['permissions.create.groups'],
      nearMiss: { settings: permissions({ create: { ...to('ghosts'), readOnly: false } }) },
    },
    {
      raises: { settings: permissions({ create: { ...to(), readOnly: false } }) },
      at: ['permissions.create.groups'],
      nearMiss: { settings: permissions({ create: { ...everyone, readOnly: false } }), facts: directory({}) },
    },
  ],
  'nobody-may-create-on-behalf': [
    {
      raises: { settings: jira({}), facts: { groups: new Map([['dev', 3]]) } },
      at: ['permissions.createOnBehalf.groups'],
      nearMiss: { settings: jira({}), facts: directory({}) },
    },
  ],
  'create-wider-than-use': [
    {
      raises: { settings: permissions({ use: to('dev') }) },
      at: ['permissions.create.to'],
      nearMiss: { settings: permissions({ use: to('dev'), create: { ...to('dev'), readOnly: false } }) },
    },
  ],
  'create-without-use': [
    {
      raises: {
        settings: permissions({ use: to('dev', 'ops'), create: { ...to('dev', 'qa'), readOnly: false } }),
      },
      at: ['permissions.create.groups.1'],
      nearMiss: {
        settings: permissions({ use: to('dev', 'qa'), create: { ...to('dev', 'qa'), readOnly: false } }),
      },
    },
    {
      raises: { settings: permissions({ use: to('QA'), create: { ...to('qa'), readOnly: false } }) },
      at: ['permissions.create.groups.0'],
      nearMiss: { settings: permissions({ use: everyone, create: { ...to('qa'), readOnly: false } }) },
    },
  ],
  'group-unknown': [
    {
      raises: {
        settings: permissions({ createOnBehalf: to('jira-administrators', 'Admins') }),
        facts: directory({}),
      },
      at: ['permissions.createOnBehalf.groups.1'],
      nearMiss: { settings: permissions({ createOnBehalf: to('jira-administrators', 'Admins') }) },
    },
    {
      raises: { settings: permissions({ use: to('constructor') }), facts: directory({ dev: 1 }) },
      at: ['permissions.use.groups.0'],
      nearMiss: { settings: permissions({ use: to('dev') }), facts: directory({ dev: 1 }) },
    },
  ],
  'group-empty': [
    {
      raises: { settings: jira({}), facts: directory({ 'jira-system-administrators': 0 }) },
      at: ['permissions.createOnBehalf.groups.1'],
      nearMiss: { settings: jira({}), facts: directory({ 'jira-system-administrators': 1 }) },
    },
  ],
  'group-twice': [
    {
      raises: { settings: permissions({ use: to('dev', 'ops', 'dev') }) },
      at: ['permissions.use.groups.2'],
      nearMiss: { settings: permissions({ use: to('dev', 'Dev'), createOnBehalf: to('dev') }) },
    },
  ],
  'group-padded': [
    {
      raises: { settings: permissions({ use: to('dev ') }), facts: directory({ dev: 1 }) },
      at: ['permissions.use.groups.0'],
      nearMiss: { settings: permissions({ use: to('dev ') }), facts: directory({ 'dev ': 1 }) },
    },
    {
      raises: { settings: permissions({ use: to(' dev') }) },
      at: ['permissions.use.groups.0'],
      nearMiss: { settings: permissions({ use: to('d ev') }) },
    },
  ],
  'read-only-sidestepped': [
    {
      raises: { settings: permissions({ create: { ...everyone, readOnly: true } }) },
      at: ['permissions.create.readOnly'],
      nearMiss: { settings: permissions({ create: { ...everyone, readOnly: false } }) },
    },
  ],
  'on-behalf-many-groups': [
    {
      raises: { settings: permissions({ createOnBehalf: to('a', 'b', 'c', 'd', 'e', 'f') }) },
      at: ['permissions.createOnBehalf.groups'],
      nearMiss: { settings: permissions({ createOnBehalf: to('a', 'b', 'c', 'd', 'e', 'e') }) },
    },
  ],
  'maximum-never': [
    {
      raises: { settings: validity({ maximum: 'never' }) },
      at: ['validity.maximum'],
      nearMiss: { settings: validity({ maximum: 'P2Y' }) },
    },
  ],
  'maximum-lowered-keeps-existing': [
    {
      raises: { settings: validity({ maximum: 'P1Y' }), facts: { before: validity({ maximum: 'P2Y' }) } },
      at: ['validity.existing'],
      nearMiss: {
        settings: validity({ maximum: 'P1Y', existing: 'clamp' }),
        facts: { before: validity({ maximum: 'P2Y' }) },
      },
    },
    {
      raises: { settings: validity({ maximum: 'P2Y' }), facts: { before: validity({ maximum: 'never' }) } },
      at: ['validity.existing'],
      nearMiss: { settings: validity({ maximum: 'P2Y' }), facts: { before: validity({ maximum: 'P2Y' }) } },
    },
    {
      raises: { settings: validity({ maximum: 'P1M' }), facts: { before: validity({ maximum: 'P2M' }) } },
      at: ['validity.existing'],
      nearMiss: { settings: validity({ maximum: 'P2M' }), facts: { before: validity({ maximum: 'P1M' }) } },
    },
  ],
  'clamp-without-effect': [
    {
      raises: { settings: validity({ existing: 'clamp' }) },
      at: ['validity.existing'],
      nearMiss: { settings: validity({ existing: 'clamp', maximum: 'P2Y' }) },
    },
  ],
  'allow-list-empty': [
    { raises: { settings: allowing() }, at: ['network.allow'], nearMiss: { settings: allowing('10.0.0.1') } },
  ],
  'allow-whole-family': [
    {
      raises: { settings: allowing('10.0.0.1', '0.0.0.0/0') },
      at: ['network.allow.1'],
      nearMiss: { settings: allowing('0.0.0.0-255.255.255.254') },
    },
    {
      raises: { settings: allowing('::/0', '0.0.0.0-255.255.255.255') },
      at: ['network.allow.0', 'network.allow.1'],
      nearMiss: { settings: allowing('::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff') },
    },
    {
      raises: { settings: allowing('128.0.0.0/1', '0.0.0.0/1') },
      at: ['network.allow'],
      nearMiss: { settings: allowing('128.0.0.0/1', '0.0.0.0/2', '64.0.0.1-127.255.255.255') },
    },
  ],
  'allow-one-family': [
    {
      raises: { settings: allowing('10.0.0.0/8') },
      at: ['network.allow'],
      nearMiss: { settings: allowing('10.0.0.0/8', '2001:db8::/32') },
    },
    {
      raises: { settings: allowing('2001:db8::1') },
      at: ['network.allow'],
      nearMiss: { settings: allowing() },
    },
    {
      raises: { settings: allowing('::ffff:10.0.0.1') },
      at: ['network.allow'],
      nearMiss: { settings: allowing('0.0.0.0/0') },
    },
  ],
  'allow-loopback-only': [
    {
      raises: { settings: allowing('127.0.0.1', '::1') },
      at: ['network.allow'],
      nearMiss: { settings: allowing('127.0.0.1', '::1', '10.0.0.1') },
    },
    {
      raises: { settings: allowing('127.0.0.0/8') },
      at: ['network.allow'],
      nearMiss: { settings: allowing('127.255.255.255-128.0.0.0') },
    },
    // Each near miss has the number of a loopback address, in the other family.
    {
      raises: { settings: allowing('127.0.0.1') },
      at: ['network.allow'],
      nearMiss: { settings: allowing('0.0.0.1') },
    },
    {
      raises: { settings: allowing('::1') },
      at: ['network.allow'],
      nearMiss: { settings: allowing('::7f00:1') },
    },
  ],
  'allow-unspecified-address': [
    {
      raises: { settings: allowing('10.0.0.1', '0.0.0.0', '::') },
      at: ['network.allow.1', 'network.allow.2'],
      nearMiss: { settings: allowing('10.0.0.1', '0.0.0.1', '::1') },
    },
  ],
  'allow-entry-duplicate': [
    {
      raises: { settings: allowing('10.0.0.0/24', '10.0.1.0', '10.0.0.0-10.0.0.255', '10.0.0.0/24') },
      at: ['network.allow.2', 'network.allow.3'],
      nearMiss: { settings: allowing('10.0.0.0/24', '10.0.1.0', '10.0.0.0-10.0.0.254') },
    },
  ],
  'allow-entry-shadowed': [
    {
      raises: { settings: allowing('10.1.0.0/16', '10.0.0.0/8') },
      at: ['network.allow.0'],
      nearMiss: { settings: allowing('11.0.0.0/16', '10.0.0.0/8') },
    },
    {
      // Neither of the others holds it, both together do.
      raises: { settings: allowing('10.0.0.0-10.0.0.9', '10.0.0.5-10.0.0.14', '10.0.0.10-10.0.0.19') },
      at: ['network.allow.1'],
      nearMiss: { settings: allowing('10.0.0.0-10.0.0.9', '10.0.0.5-10.0.0.14', '10.0.0.11-10.0.0.19') },
    },
    {
      raises: { settings: allowing('2001:db8::1', '2001:db8::/32') },
      at: ['network.allow.0'],
      // The families are disjoint.
      nearMiss: { settings: allowing('::10.0.0.1', '10.0.0.0/8') },
    },
  ],
  'applies-to-without-effect': [
    {
      raises: { settings: jira({ network: { appliesTo: 'all-credentials' } }) },
      at: ['network.appliesTo'],
      nearMiss: { settings: jira({ network: { appliesTo: 'all-credentials', allow: ['10.0.0.1'] } }) },
    },
  ],
  'passwords-from-anywhere': [
    {
      raises: { settings: allowing('10.0.0.1') },
      at: ['network.appliesTo'],
      nearMiss: { settings: jira({ network: { allow: ['10.0.0.1'], appliesTo: 'all-credentials' } }) },
    },
    {
      raises: { settings: allowing('10.0.0.1') },
      at: ['network.appliesTo'],
      nearMiss: {
        settings: jira({
          network: { allow: ['10.0.0.1'] },
          passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
        }),
      },
    },
  ],
  'header-while-proxy-off': [
    {
      raises: {
        settings: jira({}),
        facts: { observed: { headerFromPrivatePeer: ['8.8.8.8', '::ffff:10.0.0.9'] } },
      },
      at: ['network.reverseProxy'],
      nearMiss: {
        settings: jira({}),
        facts: { observed: { headerFromPrivatePeer: ['8.8.8.8', '11.0.0.9', 'x'] } },
      },
    },
    {
      raises: { settings: jira({}), facts: { observed: { headerFromPrivatePeer: ['fe80::1%eth0'] } } },
      at: ['network.reverseProxy'],
      nearMiss: { settings: proxied({}), facts: { observed: { headerFromPrivatePeer: ['fe80::1%eth0'] } } },
    },
    {
      raises: { settings: jira({}), facts: { observed: { headerFromPrivatePeer: ['172.31.255.255'] } } },
      at: ['network.reverseProxy'],
      nearMiss: { settings: jira({}), facts: { observed: {} } },
    },
  ],
  'trusted-range-wide': [
    {
      raises: { settings: proxied({ trusted: ['10.0.0.1', '10.0.0.0/7', '2001:db8::/31'] }) },
      at: ['network.reverseProxy.trusted.1', 'network.reverseProxy.trusted.2'],
      nearMiss: { settings: proxied({ trusted: ['10.0.0.0/8', '2001:db8::/32'] }) },
    },
    {
      raises: { settings: proxied({ trusted: ['10.0.0.0-11.0.0.0'] }) },
      at: ['network.reverseProxy.trusted.0'],
      nearMiss: { settings: proxied({ trusted: ['10.0.0.1-11.0.0.0'] }) },
    },
  ],
  'trusted-entry-duplicate': [
    {
      raises: { settings: proxied({ trusted: ['10.0.0.1', '10.0.0.1/32'] }) },
      at: ['network.reverseProxy.trusted.1'],
      nearMiss: { settings: proxied({ trusted: ['10.0.0.1', '10.0.0.2'] }) },
    },
  ],
  'trusted-entry-shadowed': [
    {
      raises: { settings: proxied({ trusted: ['10.0.0.1', '10.0.0.0/24'] }) },
      at: ['network.reverseProxy.trusted.0'],
      nearMiss: { settings: proxied({ trusted: ['10.0.1.1', '10.0.0.0/24'] }) },
    },
  ],
  'header-to-overwrite': [
    {
      raises: { settings: proxied({ header: 'X-Client' }) },
      at: ['network.reverseProxy.header'],
      nearMiss: { settings: proxied({ header: 'x-forwarded-FOR' }) },
    },
    {
      raises: { settings: proxied({ header: 'X-Real-IP' }) },
      at: ['network.reverseProxy.header'],
      nearMiss: { settings: proxied({ header: 'Forwarded' }) },
    },
    {
      raises: { settings: proxied({ header: 'constructor', shape: 'list' }) },
      at: ['network.reverseProxy.header'],
      nearMiss: { settings: proxied({ header: 'X-Forwarded-For', shape: 'list' }) },
    },
  ],
  'shape-contradicts-header': [
    {
      raises: { settings: proxied({ header: 'Forwarded', shape: 'list' }) },
      at: ['network.reverseProxy.shape'],
      nearMiss: { settings: proxied({ header: 'Forwarded', shape: 'forwarded' }) },
    },
    {
      raises: { settings: proxied({ header: 'X-Real-IP', shape: 'list' }) },
      at: ['network.reverseProxy.shape'],
      nearMiss: { settings: proxied({ header: 'X-Client-IP', shape: 'list' }) },
    },
    {
      raises: { settings: proxied({ header: 'X-Forwarded-For', shape: 'single' }) },
      at: ['network.reverseProxy.shape'],
      nearMiss: { settings: proxied({ header: 'X-Forwarded-For' }) },
    },
  ],
  'trusted-proxy-allowed': [
    {
      raises: { settings: proxied({ onMissing: 'peer' }, ['192.0.2.1', '10.0.0.0/30']) },
      at: ['network.reverseProxy.onMissing'],
      nearMiss: { settings: proxied({ onMissing: 'deny' }, ['192.0.2.1', '10.0.0.0/30']) },
    },
    {
      raises: {
        settings: proxied({ onMissing: 'peer', trusted: ['10.0.0.9', '2001:db8::/64'] }, [
          '10.0.0.8',
          '2001:db8::7',
        ]),
      },
      at: ['network.reverseProxy.onMissing'],
      nearMiss: {
        settings: proxied({ onMissing: 'peer', trusted: ['2001:db8::/64', '10.0.0.9'] }, [
          '10.0.0.8',
          '10.0.0.10',
          '2001:db9::7',
        ]),
      },
    },
    {
      raises: { settings: proxied({ onMissing: 'peer', trusted: ['::10', '10.0.0.9'] }, ['::10']) },
      at: ['network.reverseProxy.onMissing'],
      nearMiss: { settings: proxied({ onMissing: 'peer', trusted: ['::10'] }, ['0.0.0.16']) },
    },
    {
      raises: {
        settings: proxied({ onMissing: 'peer', trusted: ['2001:db8::5'] }, ['10.0.0.1', '2001:db8::/64']),
      },
      at: ['network.reverseProxy.onMissing'],
      nearMiss: {
        settings: proxied({ onMissing: 'peer', trusted: ['2001:db8::5'] }, ['10.0.0.1', '2001:db9::/64']),
      },
    },
    {
      raises: {
        settings: proxied({ onMissing: 'peer', trusted: ['10.0.0.9'] }, ['2001:db8::7', '10.0.0.9']),
      },
      at: ['network.reverseProxy.onMissing'],
      nearMiss: {
        settings: proxied({ onMissing: 'peer', trusted: ['10.0.0.9'] }, ['2001:db8::7', '10.0.0.8']),
      },
    },
  ],
  'passwords-accepted': [
    {
      raises: { settings: jira({ passwords: { mode: 'accepted', recognisedTokens: 'refuse' } }) },
      at: ['passwords.mode'],
      nearMiss: { settings: jira({ passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' } }) },
    },
  ],
  'tokens-tried-as-passwords': [
    {
      raises: { settings: jira({ passwords: { mode: 'accepted', recognisedTokens: 'defer' } }) },
      at: ['passwords.recognisedTokens'],
      nearMiss: { settings: jira({ passwords: { mode: 'accepted', recognisedTokens: 'refuse' } }) },
    },
  ],
  'path-guard-off': [
    {
      raises: { settings: jira({ passwords: { mode: 'refused', pathGuard: false, remoteApi: 'refused' } }) },
      at: ['passwords.pathGuard'],
      nearMiss: { settings: jira({ passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' } }) },
    },
  ],
  'remote-api-open': [
    {
      raises: {
        host: hosts.confluence,
        settings: settingsOf(hosts.confluence, {
          passwords: { mode: 'refused', pathGuard: true, remoteApi: 'accepted' },
        }),
      },
      at: ['passwords.remoteApi'],
      nearMiss: {
        host: hosts.confluence,
        settings: settingsOf(hosts.confluence, {
          passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
        }),
      },
    },
  ],
  'host-tokens-accepted': [
    {
      raises: { settings: jira({}), facts: { hostVersion: '8.14' } },
      at: ['hostTokens'],
      nearMiss: { settings: jira({}), facts: { hostVersion: '8.13.9' } },
    },
    {
      raises: { settings: jira({}) },
      at: ['hostTokens'],
      nearMiss: { settings: jira({ hostTokens: 'refused' }) },
    },
    {
      raises: {
        settings: defaultSettings(hosts.bitbucket),
        host: hosts.bitbucket,
        facts: { hostVersion: '1.0' },
      },
      at: ['hostTokens'],
      nearMiss: { settings: defaultSettings(hosts.generic), host: hosts.generic },
    },
  ],
  'host-tokens-absent': [
    {
      raises: { settings: settingsOf(hosts.generic, { hostTokens: 'refused' }), host: hosts.generic },
      at: ['hostTokens'],
      nearMiss: { settings: jira({ hostTokens: 'refused' }), facts: { hostVersion: '9.0' } },
    },
  ],
};

const review = ({ settings, host = hosts.jira, facts }: Case): readonly Finding[] =>
  reviewSettings(settings, host, facts);
const placesOf = (findings: readonly Finding[], code: string): readonly string[] =>
  findings.filter((finding) => finding.code === code).map((finding) => finding.path.join('.'));
const allPairs = Object.entries(pairs).flatMap(([code, cases]) =>
  cases.map((pair, index) => [code, index, pair] as const),
);
const allCases = allPairs.flatMap(([, , { raises, nearMiss }]) => [raises, nearMiss]);

describe('reviewSettings', () => {
  it.each(allPairs)(
    'RE-1 %s is found where it is, and not beside it (%i)',
    (code, _index, { raises, at, nearMiss }) => {
      expect(placesOf(review(raises), code)).toEqual(at);
      expect(placesOf(review(nearMiss), code)).toEqual([]);
    },
  );

  it('RE-1 the codes are all different, and each finding has a sentence, a severity and a remedy', () => {
    expect(new Set(reviewChecks.map((check) => check.code)).size).toBe(reviewChecks.length);
    for (const finding of allCases.flatMap(review)) {
      expect(finding.code).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(['warning', 'recommendation']).toContain(finding.severity);
      expect(finding.message).toMatch(/^[A-Z][^\n]*\.$/);
      expect(finding.remedy).toMatch(/^[A-Z][^\n]*\.$/);
    }
  });

  it('RE-1 the defaults of each host get their findings in the order of the document', () => {
    const codes = (host: HostProfile) =>
      reviewSettings(defaultSettings(host), host).map((finding) => finding.code);
    expect(codes(hosts.jira)).toEqual([
      'maximum-never',
      'allow-list-empty',
      'passwords-accepted',
      'tokens-tried-as-passwords',
      'host-tokens-accepted',
    ]);
    expect(codes(hosts.generic)).toEqual(['maximum-never', 'allow-list-empty', 'passwords-accepted']);
  });

  it('RE-1 findings stand in the order of the document, a part before what is in it', () => {
    const settings = jira({
      permissions: { use: to('dev', 'dev'), create: { ...to('qa', 'qa'), readOnly: true } },
      network: {
        allow: ['10.0.0.2/32', '10.0.0.2', '10.0.0.0/30'],
        reverseProxy: { trusted: ['10.0.0.0/7'], header: 'X-Real-IP', shape: 'list', onMissing: 'peer' },
      },
    });
    const findings = reviewSettings(settings, hosts.jira, { groups: new Map() });
    expect(findings.map((finding) => `${finding.path.join('.')} ${finding.code}`)).toEqual([
      'permissions.use.groups nobody-may-use',
      'permissions.use.groups.0 group-unknown',
      'permissions.use.groups.1 group-unknown',
      'permissions.use.groups.1 group-twice',
      'permissions.create.groups nobody-may-create',
      'permissions.create.groups.0 create-without-use',
      'permissions.create.groups.0 group-unknown',
      'permissions.create.groups.1 create-without-use',
      'permissions.create.groups.1 group-unknown',
      'permissions.create.groups.1 group-twice',
      'permissions.create.readOnly read-only-sidestepped',
      'permissions.createOnBehalf.groups nobody-may-create-on-behalf',
      'permissions.createOnBehalf.groups.0 group-unknown',
      'permissions.createOnBehalf.groups.1 group-unknown',
      'validity.maximum maximum-never',
      'network.allow allow-one-family',
      'network.allow.0 allow-entry-shadowed',
      'network.allow.1 allow-entry-duplicate',
      'network.appliesTo passwords-from-anywhere',
      'network.reverseProxy.trusted.0 trusted-range-wide',
      'network.reverseProxy.header header-to-overwrite',
      'network.reverseProxy.shape shape-contradicts-header',
      'network.reverseProxy.onMissing trusted-proxy-allowed',
      'passwords.mode passwords-accepted',
      'passwords.recognisedTokens tokens-tried-as-passwords',
      'hostTokens host-tokens-accepted',
    ]);
  });

  it.each<[string, Case, readonly string[]]>([
    [
      'the list before an entry that was found first',
      { settings: allowing('0.0.0.0/0', '::/1', '8000::/1') },
      ['network.allow', 'network.allow.0', 'network.appliesTo'],
    ],
    [
      'a proxy that is spare before a wide one that was found first',
      { settings: proxied({ trusted: ['10.0.0.1', '10.0.0.0/7'] }) },
      ['network.allow', 'network.reverseProxy.trusted.0', 'network.reverseProxy.trusted.1'],
    ],
  ])('RE-1 findings stand in the order of the document: %s', (_name, subject, places) => {
    const network = review(subject).filter(({ path }) => path[0] === 'network');
    expect(network.map(({ path }) => path.join('.'))).toEqual(places);
  });

  const ghosts = permissions({
    use: to('dev'),
    create: { ...to('dev'), readOnly: false },
    createOnBehalf: to('dev'),
  });
  it.each<[FindingCode, Case, readonly string[]]>([
    [
      'nobody-may-use',
      { settings: ghosts, facts: directory({}) },
      ['Nobody may use tokens, because no member is in any of the groups.'],
    ],
    [
      'nobody-may-create',
      { settings: ghosts, facts: directory({}) },
      ['Nobody may create tokens, because no member is in any of the groups.'],
    ],
    [
      'nobody-may-create-on-behalf',
      { settings: ghosts, facts: directory({}) },
      ['Nobody may create tokens for others, because no member is in any of the groups.'],
    ],
    [
      'group-unknown',
      { settings: ghosts, facts: directory({}) },
      [
        'The directory has no group "dev" that could use tokens.',
        'The directory has no group "dev" that could create tokens.',
        'The directory has no group "dev" that could create tokens for others.',
      ],
    ],
    [
      'group-empty',
      { settings: ghosts, facts: directory({ dev: 0 }) },
      [
        'The group "dev" that may use tokens has no members.',
        'The group "dev" that may create tokens has no members.',
        'The group "dev" that may create tokens for others has no members.',
      ],
    ],
    [
      'allow-entry-duplicate',
      { settings: allowing('10.0.0.0/24', '10.0.0.0-10.0.0.255') },
      ['The entry 10.0.0.0-10.0.0.255 holds the same addresses as an entry before it.'],
    ],
    [
      'allow-entry-shadowed',
      { settings: allowing('10.0.0.128/25', '10.0.0.0/24') },
      ['The entry 10.0.0.128/25 lies within 10.0.0.0/24.'],
    ],
    [
      'shape-contradicts-header',
      { settings: proxied({ header: 'X-Forwarded-For', shape: 'single' }) },
      ['The header is read as single, but one of this name is written as list, so clients stay unresolved.'],
    ],
    [
      'trusted-proxy-allowed',
      {
        settings: proxied({ onMissing: 'peer', trusted: ['2001:db8::7', '10.0.0.9'] }, [
          '2001:db8::/64',
          '10.0.0.8/29',
        ]),
      },
      [
        'A request without the header counts as coming from its proxy, and 10.0.0.8/29 of the allow-list takes in proxies of 10.0.0.9.',
      ],
    ],
  ])('RE-1 the sentences of %s name what is there', (code, subject, sentences) => {
    const found = review(subject).filter((finding) => finding.code === code);
    expect(found.map(({ message }) => message)).toEqual(sentences);
  });

  it('RE-1 0.0.0.0/0 leaves the other family out, and the finding says how far', () => {
    const message = (...allow: string[]) =>
      review({ settings: allowing(...allow) }).find((f) => f.code === 'allow-whole-family')?.message;
    expect(message('0.0.0.0/0')).toContain('every IPv6 client stays out');
    expect(message('0.0.0.0/0', '::1')).toContain('IPv6 clients still need an entry');
    expect(message('0.0.0.0/0', '::/0')).toContain('as is every IPv6 address');
    expect(message('::/0')).toContain('every IPv4 client stays out');
  });

  it('RE-1 a shadowed entry is told by what: one entry, or several together', () => {
    const messages = (...allow: string[]) =>
      review({ settings: allowing(...allow) })
        .filter((finding) => finding.code === 'allow-entry-shadowed')
        .map((finding) => finding.message);
    expect(messages('10.1.0.0/16', '10.0.0.0/8')).toEqual(['The entry 10.1.0.0/16 lies within 10.0.0.0/8.']);
    expect(messages('10.0.0.0/31', '10.0.0.1-10.0.0.2', '10.0.0.2/31')).toEqual([
      'The entry 10.0.0.1-10.0.0.2 lies within several other entries together.',
    ]);
  });

  it('HT-1 the finding on host tokens says that only the host can enable them again', () => {
    const [finding] = review({ settings: jira({}) }).filter(({ code }) => code === 'host-tokens-accepted');
    expect(finding).toMatchObject({
      severity: 'warning',
      remedy: expect.stringMatching(/only the host itself can enable/),
    });
  });

  it('RE-1 a finding never prevents saving: whatever is found, the settings parse and compile', () => {
    const unsaveable = new Set(['nobody-may-create']);
    for (const [code, , { raises }] of allPairs) {
      const { settings, host = hosts.jira } = raises;
      // A grant to no group is refused by PE-1, not by the review.
      if (unsaveable.has(code) && !parseSettings(settings, host).ok) continue;
      expect(parseSettings(settings, host), code).toEqual({ ok: true, value: expect.anything() });
      expect(() => compilePolicy(settings, host)).not.toThrow();
    }
  });

  it('RE-1 entries that cannot be read are passed over, and nothing is thrown', () => {
    const settings = allowing('any', '10.0.0.1', '10.0.0.1/8', '10.0.0.1');
    expect(placesOf(review({ settings }), 'allow-entry-duplicate')).toEqual(['network.allow.3']);
  });

  it('RE-1 the same settings get the same findings, and are left as they are', () => {
    for (const subject of allCases) {
      const before = structuredClone(subject.settings);
      expect(review(subject)).toEqual(review(subject));
      expect(subject.settings).toEqual(before);
    }
  });
});

describe('spare entries', () => {
  const small = fc
    .tuple(fc.nat(24), fc.nat(24), fc.boolean())
    .map(([a, b, six]) => [Math.min(a, b), Math.max(a, b), six ? '2001:db8::' : '10.0.0.'] as const)
    .map(([first, last, net]) =>
      net === '10.0.0.'
        ? `${net}${first}-${net}${last}`
        : `${net}${first.toString(16)}-${net}${last.toString(16)}`,
    );
  const spareOf = (list: readonly string[]) => {
    const findings = review({ settings: allowing(...list) });
    const indexes = (code: string) =>
      new Set(placesOf(findings, code).map((place) => Number(place.split('.')[2])));
    return { duplicate: indexes('allow-entry-duplicate'), shadowed: indexes('allow-entry-shadowed') };
  };
  it('RE-1 an empty list holds nothing and spares nothing, and a list is taken apart by family', () => {
    expect(coverOf([])).toEqual({ entries: [], kept: [], spare: [] });
    const { kept } = coverOf(['2001:db8::1', '10.0.0.2', '10.0.0.1']);
    expect(kept.map(({ text }) => text)).toEqual(['10.0.0.1', '10.0.0.2', '2001:db8::1']);
  });

  const isHeld = (entry: string, by: readonly string[]) => subtractRanges([entry], by).length === 0;

  it('RE-1 all spare entries can go at once, each is held by the others, and none that is left is spare', () => {
    fc.assert(
      fc.property(fc.array(small, { minLength: 1, maxLength: 12 }), (list) => {
        const { duplicate, shadowed } = spareOf(list);
        const isSpare = (index: number) => duplicate.has(index) || shadowed.has(index);
        const left = list.filter((_, index) => !isSpare(index));
        list.forEach((entry, index) => {
          if (isSpare(index)) expect(isHeld(entry, left)).toBe(true);
          else
            expect(
              isHeld(
                entry,
                left.filter((other) => other !== entry),
              ),
            ).toBe(false);
          expect(duplicate.has(index)).toBe(list.indexOf(entry) < index);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('RE-1 an entry that nothing else touches is never spare, and one inside another always is', () => {
    fc.assert(
      fc.property(fc.array(small, { maxLength: 12 }), small, (list, entry) => {
        const { duplicate, shadowed } = spareOf([
          '192.0.2.1',
          ...list,
          entry,
          '10.0.0.0/24',
          '2001:db8::/64',
        ]);
        expect(duplicate.has(0) || shadowed.has(0)).toBe(false);
        expect(duplicate.has(list.length + 1) || shadowed.has(list.length + 1)).toBe(true);
      }),
    );
  });

  it('RE-1 100,000 entries are reviewed in well under a second', () => {
    const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    const allow = Array.from({ length: 100_000 }, (_, index) =>
      index % 2 === 0 ? address(index) : `2001:db8::${index.toString(16)}`,
    );
    const trusted = Array.from({ length: 100_000 }, (_, index) => address(2 * index + 1));
    const settings = proxied({ trusted, onMissing: 'peer' }, allow);
    let findings: ReturnType<typeof review> = [];
    let least = Number.POSITIVE_INFINITY;
    // Again where a busy machine disturbed it.
    for (let run = 0; run < 5 && least >= 1500; run++) {
      const start = performance.now();
      findings = review({ settings });
      least = performance.now() - start;
    }
    expect(least).toBeLessThan(1500);
    expect(placesOf(findings, 'allow-entry-shadowed')).toEqual([]);
    expect(placesOf(findings, 'trusted-proxy-allowed')).toEqual([]);
  });
});
