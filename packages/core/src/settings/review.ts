import type { HostProfile } from './hosts.ts';
import type { ReviewFacts, Severity } from './review/check.ts';
import { coverOf } from './review/cover.ts';
import { credentialChecks } from './review/credentials.ts';
import { networkChecks } from './review/network.ts';
import { permissionChecks } from './review/permissions.ts';
import { proxyChecks } from './review/proxy.ts';
import { validityChecks } from './review/validity.ts';
import type { Settings } from './schema.ts';

export type { ReviewFacts, Severity } from './review/check.ts';

/** Every check of a review as data, in the order of the document. Spec: RE-1 */
export const reviewChecks = Object.freeze([
  ...permissionChecks,
  ...validityChecks,
  ...networkChecks,
  ...proxyChecks,
  ...credentialChecks,
]);

/** The code of a finding; codes never change within a major version. */
export type FindingCode = (typeof reviewChecks)[number]['code'];

/** One line of a review: a warning or a recommendation, what is there, and what to do about it. Spec: RE-1 */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly path: readonly (string | number)[];
  /** One sentence. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** The keys of a settings document from top to bottom; no key stands in two places that could compete. */
const documentOrder = new Map(
  [
    ['permissions', 'use', 'create', 'createOnBehalf', 'to', 'groups', 'readOnly'],
    ['validity', 'maximum', 'choices', 'existing'],
    [
      'network',
      'allow',
      'appliesTo',
      'discloseAddress',
      'reverseProxy',
      'trusted',
      'header',
      'shape',
      'onMissing',
    ],
    ['passwords', 'mode', 'recognisedTokens', 'pathGuard', 'remoteApi'],
    ['hostTokens'],
  ]
    .flat()
    .map((key, place) => [key, place]),
);

const placeOf = (key: string | number): number =>
  typeof key === 'number' ? key : (documentOrder.get(key) as number);

/** By where the paths stand in the document; a part comes before what is in it. */
function byPath(left: Finding, right: Finding): number {
  const shared = Math.min(left.path.length, right.path.length);
  for (let depth = 0; depth < shared; depth++) {
    const difference =
      placeOf(left.path[depth] as string | number) - placeOf(right.path[depth] as string | number);
    if (difference !== 0) return difference;
  }
  return left.path.length - right.path.length;
}

/**
 * What an experienced administrator would say about settings, in the order of the document. It informs only:
 * nothing it finds stands in the way of saving. Facts make more findings possible, and none are needed.
 * Never throws, also not on entries that cannot be read. Spec: RE-1, HT-1
 *
 * @example
 * reviewSettings(defaultSettings(hosts.jira), hosts.jira).map((finding) => finding.code);
 * // ['maximum-never', 'allow-list-empty', 'passwords-accepted', 'tokens-tried-as-passwords', 'host-tokens-accepted']
 */
export function reviewSettings(
  settings: Settings,
  host: HostProfile,
  facts: ReviewFacts = {},
): readonly Finding[] {
  const { allow, reverseProxy } = settings.network;
  const reviewed = {
    settings,
    host,
    facts,
    allow: coverOf(allow),
    trusted: coverOf(reverseProxy?.trusted ?? []),
  };
  return reviewChecks
    .flatMap(({ code, severity, remedy, find }) =>
      find(reviewed).map(({ path, message }): Finding => ({ code, severity, path, message, remedy })),
    )
    .sort(byPath);
}
