import { describe, expect, it } from 'vitest';
import { type HostProfile, hosts, type Issue } from '../../src/index.ts';
import { migrateSettings } from '../../src/settings/migrate.ts';

/** A document of the last earlier shape in which nothing is left out and nothing is without effect. */
const whole = {
  appVersion: '1.6.2',
  allowEveryoneToUseTokens: true,
  allowEveryoneToCreateTokens: true,
  createTokensOnBehalfGroups: ['helpdesk'],
  limitCreatedTokensToReadOnly: false,
  tokenValidityTime: '1 year',
  ipAddressRestrictions: ['192.0.2.0/24'],
  enableReverseProxySupport: false,
  disableBasicAuthWithPasswords: true,
  preventPathTraversal: true,
  allowPasswordsOnRemoteApi: false,
  disablePersonalAccessTokens: true,
};
const notesOf = (document: object, host: HostProfile): readonly string[] => {
  const result = migrateSettings(document, host);
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value.notes.map(({ code, message }) => `${code}: ${message}`);
};

const byVersion = 'shape-read: The document was read in the shape of 1.6.2, as its version says.';
const proxiesIgnored =
  'proxies-ignored: The proxy addresses and header had no effect without reverse proxy support and are left out.';
const headerNeeded =
  'missing-header-denied: A request from a proxy without the header is refused where addresses are restricted.';
const readAsSingle =
  'header-read-as-single: The client header has to be one line with one address; declare a shape if it is a list.';
const proxied = (header: object) => ({
  enableReverseProxySupport: true,
  trustedReverseProxies: ['10.0.0.1'],
  ...header,
});

describe('notes of a migration', () => {
  it.each<[string, object, readonly string[], HostProfile?]>([
    ['has nothing to assume', {}, []],
    ['has nothing to assume and refuses passwords', {}, [], hosts.generic],
    [
      'lists groups beside everyone',
      { useTokensGroups: ['dev'], createTokensGroups: ['dev'] },
      [
        'use-groups-ignored: useTokensGroups had no effect beside allowEveryoneToUseTokens and is left out.',
        'create-groups-ignored: createTokensGroups had no effect beside allowEveryoneToCreateTokens and is left out.',
      ],
    ],
    ['lists proxies without support', { trustedReverseProxies: ['10.0.0.1'] }, [proxiesIgnored]],
    ['names a header without support', { clientIpHeader: 'X-Real-IP' }, [proxiesIgnored]],
    ['lists no proxy without support', { trustedReverseProxies: [] }, []],
    [
      'names no header',
      proxied({}),
      ['header-assumed: clientIpHeader is missing; X-Forwarded-For is taken.', headerNeeded],
    ],
    ...['x-forwarded-FOR', 'X-Real-IP', 'Forwarded'].map((clientIpHeader): [string, object, string[]] => [
      `names the header ${clientIpHeader}`,
      proxied({ clientIpHeader }),
      [headerNeeded],
    ]),
    ...['Not-Forwarded', 'X-Forwarded-For-Original'].map((clientIpHeader): [string, object, string[]] => [
      `names the header ${clientIpHeader}`,
      proxied({ clientIpHeader }),
      [headerNeeded, readAsSingle],
    ]),
    [
      'guards paths and opens the remote API while it accepts passwords',
      { disableBasicAuthWithPasswords: false, allowPasswordsOnRemoteApi: true },
      [
        'path-guard-ignored: preventPathTraversal had no effect while passwords were accepted and is left out.',
        'remote-exception-ignored: allowPasswordsOnRemoteApi had no effect while passwords were accepted and is left out.',
        'recognised-tokens-deferred: A token that is not accepted is tried as a password, as it always was.',
      ],
    ],
    ['opens the remote API while it refuses passwords', { allowPasswordsOnRemoteApi: true }, []],
    [
      'accepts passwords on a host that refuses recognised tokens',
      { disableBasicAuthWithPasswords: false, preventPathTraversal: false },
      [
        'recognised-tokens-refused: What is certainly a token is never tried as a password, as is usual for this host.',
      ],
      hosts.generic,
    ],
  ])('MI-1 a document that %s gets these notes', (_name, change, notes, host = hosts.confluence) => {
    expect(notesOf({ ...whole, ...change }, host)).toEqual([byVersion, ...notes]);
  });

  it.each<[string, object, readonly string[]]>([
    [
      'before 1.3.0',
      { onlyAdministratorsMayUse: true },
      [
        'shape-read: The document was read in the shape of before 1.3.0, as its keys suggest.',
        'default-assumed: onlyAdministratorsMayCreate is missing: everyone may create tokens, as it was by default.',
        'default-assumed: tokenValidityTime is missing: tokens may never expire, as it was by default.',
        'default-assumed: ipAddressRestrictions is missing: every address is allowed, as it was by default.',
        'default-assumed: disableBasicAuthWithPasswords is missing: passwords are accepted, as it was by default.',
        "default-assumed: disablePersonalAccessTokens is missing: the host's own tokens are accepted, as it was by default.",
        'administrators-by-group: Administrators are the members of the administrator groups of the host profile.',
        'on-behalf-to-administrators: Only administrators may create tokens for others; this version had no such choice.',
        'tokens-count-as-read-write: Tokens were without scope; they count as read-write.',
        'custom-expiry-available: Users can choose an exact expiry within the maximum, which this version did not offer.',
        'recognised-tokens-deferred: A token that is not accepted is tried as a password, as it always was.',
      ],
    ],
    [
      '1.4',
      { enableReverseProxySupport: false, disableBasicAuthWithPasswords: true },
      [
        'shape-read: The document was read in the shape of 1.4, as its keys suggest.',
        'default-assumed: allowEveryoneToUseTokens is missing: everyone may use tokens, as it was by default.',
        'default-assumed: allowEveryoneToCreateTokens is missing: everyone may create tokens, as it was by default.',
        'default-assumed: createTokensOnBehalfGroups is missing: administrators may create tokens for others, as it was by default.',
        'default-assumed: tokenValidityTime is missing: tokens may never expire, as it was by default.',
        'default-assumed: ipAddressRestrictions is missing: every address is allowed, as it was by default.',
        "default-assumed: disablePersonalAccessTokens is missing: the host's own tokens are accepted, as it was by default.",
        'administrators-by-group: Administrators are the members of the administrator groups of the host profile.',
        'tokens-count-as-read-write: Tokens were without scope; they count as read-write.',
        'custom-expiry-available: Users can choose an exact expiry within the maximum, which this version did not offer.',
      ],
    ],
  ])(
    'MI-1 a document in the shape of %s is told every default that it relied on',
    (_called, document, notes) => {
      expect(notesOf(document, hosts.jira)).toEqual(notes);
    },
  );
});

describe('issues of a migration', () => {
  const shapeUnknown = {
    code: 'shape-unknown',
    path: [],
    message:
      'Nothing here tells which version wrote the document, and what is missing could have restricted it.',
    hint: 'Add "appVersion", such as "1.2.0".',
  };
  const nobody = (key: string) => ({
    code: 'nobody-granted',
    path: [key],
    message: 'Nobody had this permission, which a list of groups cannot say any more.',
    hint: 'Name a group; one without members stands for nobody.',
  });
  const undecided = (key: string, dependent: string) => ({
    code: 'required',
    path: [key],
    message: `Without it, it is open whether ${dependent} had any effect.`,
    hint: 'true or false',
  });
  it.each<[string, object, readonly Issue[]]>([
    ['shows no shape', {}, [shapeUnknown]],
    [
      'shows no shape, though it lists a bad range',
      { ipAddressRestrictions: ['10.0.0.1/8'] },
      [shapeUnknown],
    ],
    [
      'names a version that is none',
      { appVersion: '1.2-beta', onlyAdministratorsMayUse: 1 },
      [
        {
          code: 'app-version-malformed',
          path: ['appVersion'],
          message: 'Expected a version in dotted numbers.',
          hint: '1.2.0',
        },
        { code: 'wrong-type', path: ['onlyAdministratorsMayUse'], message: 'Expected true or false.' },
      ],
    ],
    [
      'has a key of no shape and one of a later shape',
      { appVersion: '1.2', colour: 1, preventPathTraversal: true },
      [
        { code: 'unknown-key', path: ['colour'], message: 'There is no such setting.' },
        {
          code: 'unknown-key',
          path: ['preventPathTraversal'],
          message: 'There was no such setting in the shape of before 1.3.0.',
        },
      ],
    ],
    [
      'grants to nobody',
      {
        appVersion: '1.3',
        allowEveryoneToUseTokens: false,
        allowEveryoneToCreateTokens: false,
        createTokensGroups: [],
        createTokensOnBehalfGroups: [],
      },
      ['useTokensGroups', 'createTokensGroups', 'createTokensOnBehalfGroups'].map(nobody),
    ],
    [
      'leaves out the switches on which lists hang',
      {
        useTokensGroups: ['dev'],
        createTokensGroups: ['dev'],
        trustedReverseProxies: ['10.0.0.1'],
        clientIpHeader: 'X-Real-IP',
      },
      [
        undecided('allowEveryoneToUseTokens', 'useTokensGroups'),
        undecided('allowEveryoneToCreateTokens', 'createTokensGroups'),
        undecided('enableReverseProxySupport', 'trustedReverseProxies'),
        undecided('enableReverseProxySupport', 'clientIpHeader'),
      ],
    ],
    [
      'supports proxies without naming one',
      { enableReverseProxySupport: true },
      [
        {
          code: 'trusted-proxies-missing',
          path: ['trustedReverseProxies'],
          message: 'Reverse proxy support needs at least one trusted proxy.',
          hint: 'Name the addresses of your proxies, or set enableReverseProxySupport to false.',
        },
      ],
    ],
    [
      'names groups that cannot be',
      { createTokensOnBehalfGroups: ['helpdesk', 'a\n'] },
      [
        {
          code: 'group-malformed',
          path: ['createTokensOnBehalfGroups', 1],
          message: 'A group name has 1 to 255 characters and no control characters.',
        },
      ],
    ],
  ])(
    'MI-1 a document that %s gets these issues, a hint only where there is one',
    (_name, document, issues) => {
      const result = migrateSettings(document, hosts.jira);
      expect(result.ok ? [] : result.problem).toStrictEqual(issues);
    },
  );
});
