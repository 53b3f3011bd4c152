import type { HostProfile } from '@latchkey/core';
import fc from 'fast-check';

/** A request target for a host: plain ones, names with escapes that real clients send, and attacks. Spec: TA. */
export function target(host: HostProfile): fc.Arbitrary<string> {
  const plain = plainPath(host);
  const withQuery = fc.tuple(plain, query).map(([path, more]) => path + more);
  return fc.oneof(
    { weight: 18, arbitrary: withQuery },
    { weight: 2, arbitrary: exemptPath(host) },
    { weight: 5, arbitrary: attack(host) },
    {
      weight: 1,
      arbitrary: fc.tuple(plain, fc.constantFrom(...ORIGINS)).map(([path, origin]) => origin + path),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('*', '', '?', 'example.org:443', 'rest/api', 'ftp://host/rest/api'),
    },
    { weight: 1, arbitrary: oversize(host) },
  );
}

const ORIGINS = ['http://host', 'https://host:8443', 'http://[::1]', 'http://user@host', 'http://'];

const NAMES = [
  'issue/A-1',
  'content',
  'branches/feature%2Fone',
  'a%252Fb',
  '100%25',
  'a%3Bb',
  'what%3F',
  'c%23',
  '..foo',
  'a..b',
  '...',
  'main...feature',
  'caf%C3%A9',
  'x%20y',
  '~user',
  "it's,a:name=(1)",
  '',
];

const query = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  { weight: 3, arbitrary: fc.constantFrom('?', '?a=b', '?q=../..;x%00', '?path=/rest/../x', '?a=%zz') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '?_method=DELETE',
      '?_method=GET',
      '?a=b&_method=HEAD',
      '?_method',
      '?_method=',
      '?_method=get',
      '?%5Fmethod=PUT',
      '?_METHOD=OPTIONS',
      '?x-http-method-override=GET',
      '?X-HTTP-Method-Override=PATCH',
      '?_method=GET&_method=GET',
      '?_methods=DELETE',
      '?_method=%47ET',
    ),
  },
);

function prefixes(host: HostProfile): string[] {
  return [...host.governed, ...host.remote, ...host.remote].map(
    (prefix) => host.contextPath + prefix.replace(/\/$/, ''),
  );
}

function plainPath(host: HostProfile): fc.Arbitrary<string> {
  const governed = host.governed.map((prefix) => host.contextPath + prefix.replace(/\/$/, ''));
  const remote = host.remote.map((prefix) => host.contextPath + prefix.replace(/\/$/, ''));
  const name = fc.constantFrom(...NAMES);
  const below = (roots: readonly string[]): fc.Arbitrary<string> =>
    fc.tuple(fc.constantFrom(...roots), name).map(([root, rest]) => `${root}/${rest}`);
  const elsewhere = fc.constantFrom(
    '/',
    '/secure/Dashboard.jspa',
    `${host.contextPath}/login`,
    `${governed[0] ?? ''}ful/x`,
    '/other/rest/api',
    '/static/../x',
    ...governed,
    ...remote,
  );
  return fc.oneof(
    { weight: 10, arbitrary: below(governed) },
    ...(remote.length > 0 ? [{ weight: 4, arbitrary: below(remote) }] : []),
    { weight: 2, arbitrary: elsewhere },
  );
}

function exemptPath(host: HostProfile): fc.Arbitrary<string> {
  const paths = [...host.exempt.map((endpoint) => endpoint.path), `${host.mountPath}/tokens`].map(
    (path) => host.contextPath + path,
  );
  return fc
    .tuple(
      fc.constantFrom(...paths),
      fc.constantFrom('', '', '', '?a=b', '?_method=GET', '?_method=PUT', '/', '/x', '%20'),
    )
    .map(([path, more]) => path + more);
}

/** Targets that are served as something else than they look like. */
function attack(host: HostProfile): fc.Arbitrary<string> {
  const root = fc.constantFrom(...prefixes(host));
  const escape = fc
    .tuple(
      root,
      fc.constantFrom(
        '/..;/secure',
        '/../secure',
        '/%2e%2e/secure',
        '/%252e%252e/secure',
        '/..%2Fsecure',
        '/..;x=y/secure',
      ),
    )
    .map(([prefix, rest]) => `${prefix}${rest}/x`);
  const smuggle = fc
    .tuple(
      fc.constantFrom(
        '/x/..',
        '/x/..;',
        '/x/..;a=b',
        '/.',
        '/%2e',
        '/',
        '/x%2f..',
        '/x/%252e%252e',
        '\\',
        '/;x',
        '/;',
        '/\\',
      ),
      root,
    )
    .map(([before, prefix]) => `${before}${prefix}/api`);
  const bent = fc
    .tuple(
      root,
      fc.constantFrom(...NAMES),
      fc.array(bend, { minLength: 1, maxLength: 2 }),
      fc.nat(40),
      fc.nat(3),
    )
    .map(([prefix, name, bends, at, more]) =>
      bends.reduce((path, change, index) => change(path, at + index * more), `${prefix}/${name}`),
    );
  return fc.oneof(escape, smuggle, { weight: 3, arbitrary: bent });
}

/** Changes a path at about a place; the first character, the slash of an origin form, stays. */
type Bend = (path: string, at: number) => string;

const place = (path: string, at: number): number => 1 + (at % Math.max(1, path.length - 1));

const replaced = (path: string, at: number, change: (character: string) => string): string => {
  const index = place(path, at);
  return path.slice(0, index) + change(path.charAt(index)) + path.slice(index + 1);
};

const inserted =
  (text: string): Bend =>
  (path, at) => {
    const index = place(path, at);
    return path.slice(0, index) + text + path.slice(index);
  };

const afterSlash =
  (text: string): Bend =>
  (path, at) => {
    const index = path.indexOf('/', place(path, at) - 1);
    return index === -1 ? path + text : path.slice(0, index + 1) + text + path.slice(index + 1);
  };

const encoded = (character: string): string =>
  `%${(character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`;

const bend: fc.Arbitrary<Bend> = fc.constantFrom<Bend[]>(
  (path, at) => replaced(path, at, encoded),
  (path, at) => replaced(path, at, (character) => encoded(character).replaceAll('%', '%25')),
  (path, at) => replaced(path, at, (character) => encoded(character).replaceAll('%', '%2525')),
  (path, at) => replaced(path, at, (character) => `%u00${encoded(character).slice(1)}`),
  (path, at) => replaced(path, at, (character) => character.toUpperCase()),
  (path) => path.toUpperCase(),
  (path) => path.replace('/', '//'),
  (path) => path.replace(/\/(?=[^/]*$)/, '\\'),
  (path) => path.replace(/\/(?=[^/]*$)/, '%5C'),
  (path) => path.replace(/\/(?=[^/]*$)/, '%2F'),
  (path) => path.replace(/\/(?=[^/]*$)/, '%c0%af'),
  (path) => path.replace(/\/(?=[^/]*$)/, '\uff0f'),
  (path) => path.replace(/r/, '\uff52'),
  (path) => path.replace(/r/, '%EF%BD%92'),
  (path) => path.replace(/s/, '\u017f'),
  afterSlash('./'),
  afterSlash('../'),
  afterSlash('..;/'),
  afterSlash('%2e%2e/'),
  afterSlash('%2e%2e%2f'),
  afterSlash('/'),
  afterSlash(';a=b'),
  inserted(';v=1'),
  inserted('%3B'),
  inserted('.'),
  inserted('%20'),
  inserted(' '),
  inserted('%00'),
  inserted('%0a'),
  inserted('%09'),
  inserted('#'),
  inserted('%23'),
  inserted('%3f'),
  inserted('%'),
  inserted('%zz'),
  inserted('%ff'),
  inserted('%c3'),
  inserted('\u00e9'),
);

/** Targets around and over the limit of 8 KiB. */
function oversize(host: HostProfile): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...prefixes(host), '/secure'),
      fc.constantFrom(8191, 8192, 8193, 9000),
      fc.constantFrom('/', '?', '/%41'),
    )
    .map(([root, length, joint]) => `${root}${joint}`.padEnd(length, 'a'));
}
