import { meaningOfAbsent } from '../earlier.ts';
import type { HostProfile } from '../hosts.ts';
import type { Settings } from '../schema.ts';
import { type EarlierDocument, isEmptyList } from './read.ts';

/** What a migration did or assumed, in one sentence, under a code that never changes. Spec: MI-1 */
export interface MigrationNote {
  readonly code: string;
  readonly message: string;
}

/** The notes that always read the same. */
const notes = {
  'administrators-by-group':
    'Administrators are the members of the administrator groups of the host profile.',
  'on-behalf-to-administrators':
    'Only administrators may create tokens for others; this version had no such choice.',
  'tokens-count-as-read-write': 'Tokens were without scope; they count as read-write.',
  'custom-expiry-available':
    'Users can choose an exact expiry within the maximum, which this version did not offer.',
  'use-groups-ignored': 'useTokensGroups had no effect beside allowEveryoneToUseTokens and is left out.',
  'create-groups-ignored':
    'createTokensGroups had no effect beside allowEveryoneToCreateTokens and is left out.',
  'proxies-ignored':
    'The proxy addresses and header had no effect without reverse proxy support and are left out.',
  'header-assumed': 'clientIpHeader is missing; X-Forwarded-For is taken.',
  'missing-header-denied':
    'A request from a proxy without the header is refused where addresses are restricted.',
  'header-read-as-single':
    'The client header has to be one line with one address; declare a shape if it is a list.',
  'path-guard-ignored': 'preventPathTraversal had no effect while passwords were accepted and is left out.',
  'remote-exception-ignored':
    'allowPasswordsOnRemoteApi had no effect while passwords were accepted and is left out.',
  'recognised-tokens-refused':
    'What is certainly a token is never tried as a password, as is usual for this host.',
  'recognised-tokens-deferred': 'A token that is not accepted is tried as a password, as it always was.',
} as const;

/** Everything that a migration assumed, in the order of the document. */
export function notesOf(
  document: EarlierDocument,
  settings: Settings,
  host: HostProfile,
): readonly MigrationNote[] {
  const { shape, present, switches, versionNamed } = document;
  const { permissions, network, passwords } = settings;
  const has = (key: Parameters<typeof present.has>[0]): boolean => shape.keys.includes(key);
  const on = (key: Parameters<typeof switches.get>[0]): boolean => switches.get(key) === true;
  const proxied = network.reverseProxy !== null;
  const holding: Readonly<Record<keyof typeof notes, boolean>> = {
    // The shapes with switches for administrators only do not have that key either.
    'administrators-by-group': !present.has('createTokensOnBehalfGroups'),
    'on-behalf-to-administrators': !has('createTokensOnBehalfGroups'),
    'tokens-count-as-read-write': !has('limitCreatedTokensToReadOnly'),
    'custom-expiry-available': !has('limitCreatedTokensToReadOnly'),
    'use-groups-ignored': permissions.use.to === 'everyone' && !isEmptyList(document, 'useTokensGroups'),
    'create-groups-ignored':
      permissions.create.to === 'everyone' && !isEmptyList(document, 'createTokensGroups'),
    'proxies-ignored':
      !proxied && (!isEmptyList(document, 'trustedReverseProxies') || present.has('clientIpHeader')),
    'header-assumed': proxied && !present.has('clientIpHeader'),
    'missing-header-denied': proxied,
    'header-read-as-single':
      proxied && !/^(?:x-forwarded-for|x-real-ip|forwarded)$/i.test(network.reverseProxy.header),
    'path-guard-ignored': passwords.mode === 'accepted' && on('preventPathTraversal'),
    'remote-exception-ignored': passwords.mode === 'accepted' && on('allowPasswordsOnRemoteApi'),
    'recognised-tokens-refused': passwords.mode === 'accepted' && host.recognisedTokens === 'refuse',
    'recognised-tokens-deferred': passwords.mode === 'accepted' && host.recognisedTokens === 'defer',
  };
  const how = versionNamed ? 'as its version says' : 'as its keys suggest';
  return [
    { code: 'shape-read', message: `The document was read in the shape of ${shape.called}, ${how}.` },
    ...shape.keys.flatMap((key) => {
      const meaning = present.has(key) ? undefined : meaningOfAbsent[key];
      return meaning === undefined
        ? []
        : [{ code: 'default-assumed', message: `${key} is missing: ${meaning}, as it was by default.` }];
    }),
    ...(Object.keys(notes) as (keyof typeof notes)[])
      .filter((code) => holding[code])
      .map((code) => ({ code, message: notes[code] })),
  ];
}
