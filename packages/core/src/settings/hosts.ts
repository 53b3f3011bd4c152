import { LatchkeyError } from '../errors.ts';
import type { Issue } from '../result.ts';

/** An endpoint that a read-only token may use although its method writes. Spec: SC-2 */
export interface ExemptEndpoint {
  readonly method: string;
  /** Exact raw path below the context path: no escape, no trailing slash. */
  readonly path: string;
  /** True where a request opens a session: the allow then carries `limit-session` (SC-5). */
  readonly session: boolean;
}

/** The host application as data: which paths are governed, and what it brings of its own. Spec: HO-1 */
export interface HostProfile {
  readonly name: string;
  /** '' or '/jira'; no trailing slash. */
  readonly contextPath: string;
  /** Prefixes of the REST API, below the context path. */
  readonly governed: readonly string[];
  /** Prefixes of the remote API (XML-RPC, SOAP), below the context path. */
  readonly remote: readonly string[];
  /** Endpoints that read-only tokens may write to; the one that creates a token is implied. */
  readonly exempt: readonly ExemptEndpoint[];
  /** Whether the host has personal access tokens of its own, or since which of its versions. */
  readonly hostTokens: 'always' | 'never' | { readonly since: string };
  /** Groups that may create tokens for others by default. */
  readonly administratorGroups: readonly string[];
  /** A header that carries a bare token (`X-API-Key`), or null. Spec: CR-4 */
  readonly tokenHeader: string | null;
  /** Where the management API is mounted, below the context path and under a governed prefix. */
  readonly mountPath: string;
  /** The default of `passwords.recognisedTokens`. Spec: DE-5 */
  readonly recognisedTokens: 'defer' | 'refuse';
}

const frozen = (profile: HostProfile): HostProfile => {
  for (const list of [profile.governed, profile.remote, profile.exempt, profile.administratorGroups])
    Object.freeze(list);
  for (const endpoint of profile.exempt) Object.freeze(endpoint);
  Object.freeze(profile.hostTokens);
  return Object.freeze(profile);
};

const atlassian = {
  contextPath: '',
  governed: ['/rest/'],
  remote: [],
  exempt: [],
  tokenHeader: null,
  mountPath: '/rest/latchkey/1',
  recognisedTokens: 'defer',
} as const;

/**
 * The profiles that ship with Latchkey; change one by copying it: `{ ...hosts.jira, contextPath: '/jira' }`.
 * Spec: HO
 */
export const hosts: {
  readonly jira: HostProfile;
  readonly confluence: HostProfile;
  readonly bitbucket: HostProfile;
  readonly generic: HostProfile;
} = Object.freeze({
  jira: frozen({
    ...atlassian,
    name: 'jira',
    governed: ['/rest/'],
    exempt: [
      { method: 'POST', path: '/rest/auth/1/session', session: true },
      { method: 'POST', path: '/rest/auth/latest/session', session: true },
    ],
    hostTokens: { since: '8.14' },
    administratorGroups: ['jira-administrators', 'jira-system-administrators'],
  }),
  confluence: frozen({
    ...atlassian,
    name: 'confluence',
    remote: ['/rpc/xmlrpc', '/rpc/soap/', '/rpc/soap-axis/', '/rpc/json-rpc/'],
    hostTokens: { since: '7.9' },
    administratorGroups: ['confluence-administrators'],
  }),
  bitbucket: frozen({
    ...atlassian,
    name: 'bitbucket',
    hostTokens: 'always',
    administratorGroups: ['bitbucket-administrators'],
  }),
  generic: frozen({
    ...atlassian,
    name: 'generic',
    governed: ['/api/'],
    hostTokens: 'never',
    administratorGroups: ['administrators'],
    mountPath: '/api/latchkey',
    recognisedTokens: 'refuse',
  }),
});

const plainPath = /^\/[A-Za-z0-9_~!$&'()*+,=:@./-]*$/;
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;
const versionText = /^\d{1,6}(\.\d{1,6}){0,3}$/;
/** Headers that carry secrets or framing: reading an address or a bare token out of one would leak or confuse. */
const reservedHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
]);

/** True for a header name that may be configured as an address or token header. */
export const isUsableHeader = (name: string): boolean =>
  headerName.test(name) && !reservedHeaders.has(name.toLowerCase());

const isPlainPath = (path: string): boolean =>
  plainPath.test(path) &&
  !path.split('/').some((segment) => segment === '.' || segment === '..') &&
  !path.includes('//');

const isUnder = (path: string, prefix: string): boolean => {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === bare || path.startsWith(`${bare}/`);
};

/** Everything that is wrong with a profile; empty when it is sound. Spec: HO-1 */
export function checkProfile(profile: HostProfile): readonly Issue[] {
  const issues: Issue[] = [];
  const report = (code: string, path: (string | number)[], message: string): void =>
    void issues.push({ code, path, message });
  if (profile.name === '') report('profile-name', ['name'], 'A profile needs a name.');
  if (profile.contextPath !== '' && (!isPlainPath(profile.contextPath) || profile.contextPath.endsWith('/')))
    report(
      'profile-path',
      ['contextPath'],
      "The context path is '' or a plain path such as '/jira' without a trailing slash.",
    );
  for (const list of ['governed', 'remote'] as const)
    profile[list].forEach((prefix, index) => {
      if (!isPlainPath(prefix))
        report('profile-path', [list, index], 'A prefix is a plain path that begins with /.');
    });
  if (profile.governed.length === 0)
    report('profile-governed', ['governed'], 'At least one prefix has to be governed.');
  profile.exempt.forEach((endpoint, index) => {
    if (!isPlainPath(endpoint.path) || endpoint.path.endsWith('/'))
      report(
        'profile-path',
        ['exempt', index, 'path'],
        'An exempt path is exact and plain, without a trailing slash.',
      );
    if (!headerName.test(endpoint.method))
      report('profile-method', ['exempt', index, 'method'], 'A method is one token.');
  });
  if (typeof profile.hostTokens === 'object' && !versionText.test(profile.hostTokens.since))
    report('profile-version', ['hostTokens', 'since'], "A version is dotted numbers such as '8.14'.");
  if (profile.administratorGroups.length === 0)
    report('profile-groups', ['administratorGroups'], 'At least one administrator group is needed.');
  if (profile.tokenHeader !== null && !isUsableHeader(profile.tokenHeader))
    report('profile-header', ['tokenHeader'], 'The token header is a header name that has no other meaning.');
  if (!isPlainPath(profile.mountPath) || profile.mountPath.endsWith('/'))
    report('profile-path', ['mountPath'], 'The mount path is a plain path without a trailing slash.');
  else if (!profile.governed.some((prefix) => isUnder(profile.mountPath, prefix)))
    report('profile-mount', ['mountPath'], 'The mount path has to lie under a governed prefix.');
  return issues;
}

/** Throws a `LatchkeyError` (`profile-invalid`) that names everything wrong with the profile. Spec: HO-1 */
export function assertProfile(profile: HostProfile): void {
  const issues = checkProfile(profile);
  if (issues.length > 0)
    throw new LatchkeyError(
      'profile-invalid',
      issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' '),
    );
}

/** True where the host has a remote API that cannot take tokens. */
export const hasRemoteApi = (host: Pick<HostProfile, 'remote'>): boolean => host.remote.length > 0;

const compareVersions = (left: string, right: string): number => {
  const a = left.split('.');
  const b = right.split('.');
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = Number(a[index] ?? 0) - Number(b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/**
 * Whether the section on the host's own personal access tokens is shown: only where the host has them.
 * A version that cannot be read counts as one that has them: hiding a bypass is worse than naming it.
 * Spec: HT-1
 *
 * @example hostTokenSection(hosts.jira, '8.13.2'); // 'hidden'
 */
export function hostTokenSection(
  host: Pick<HostProfile, 'hostTokens'>,
  version?: string,
): 'visible' | 'hidden' {
  if (host.hostTokens === 'always') return 'visible';
  if (host.hostTokens === 'never') return 'hidden';
  const leading = /^\d+(\.\d+)*/.exec(version ?? '')?.[0];
  return leading === undefined || compareVersions(leading, host.hostTokens.since) >= 0 ? 'visible' : 'hidden';
}
