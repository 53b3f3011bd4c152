/** The statuses that a deny can have. */
export type DenyStatus = 400 | 401 | 403 | 429 | 503;

/** What is known about one reason; the words may change, the code never does within a major version. */
export interface ReasonEntry {
  /** The status of a deny for this reason; null for reasons that never deny. */
  readonly status: DenyStatus | null;
  /** The reason in a public answer: some share one, so that an answer tells no more than it must. Spec: DE-3 */
  readonly publicReason: string;
  /** What the caller is told. */
  readonly publicWords: string;
  /** What the administrator is told. */
  readonly administratorWords: string;
  /** Where the documentation explains it. */
  readonly anchor: string;
}

const notAccepted = 'The token was not accepted.';

/** Every reason with its status and words: the one place for wording. Spec: DE-2, DE-3 */
export const reasons = Object.freeze({
  'surface-not-governed': {
    status: null,
    publicReason: 'surface-not-governed',
    publicWords: 'This path is not governed by the token policy.',
    administratorWords:
      'No reading of the request target lies under a governed prefix, so the host decides alone.',
    anchor: 'surface-not-governed',
  },
  'path-suspicious': {
    status: 400,
    publicReason: 'path-suspicious',
    publicWords: 'The request path is ambiguous and was refused.',
    administratorWords:
      'Servers could read this request target in different ways, and the path guard refuses such targets.',
    anchor: 'path-suspicious',
  },
  'credential-absent': {
    status: null,
    publicReason: 'credential-absent',
    publicWords: 'No credential was sent.',
    administratorWords: 'The request has no credential; the host decides what an anonymous caller may do.',
    anchor: 'credential-absent',
  },
  'credential-foreign': {
    status: null,
    publicReason: 'credential-foreign',
    publicWords: 'The authentication scheme is not one of ours.',
    administratorWords: 'The request uses an authentication scheme that is left to the host.',
    anchor: 'credential-foreign',
  },
  'credential-malformed': {
    status: 401,
    publicReason: 'credential-malformed',
    publicWords: 'The credential is malformed.',
    administratorWords:
      'The credential could be read in more than one way or not at all; it was not handed on.',
    anchor: 'credential-malformed',
  },
  'token-not-usable-here': {
    status: null,
    publicReason: 'token-not-usable-here',
    publicWords: 'Tokens cannot be used on the remote API.',
    administratorWords: 'The remote API takes passwords only; the credential went to the host.',
    anchor: 'token-not-usable-here',
  },
  'attempts-exhausted': {
    status: 429,
    publicReason: 'attempts-exhausted',
    publicWords: 'Too many failed logins; try again later.',
    administratorWords:
      'Too many failed logins for this name from this address; a live token would still work.',
    anchor: 'attempts-exhausted',
  },
  'password-refused': {
    status: 401,
    publicReason: 'password-refused',
    publicWords: 'This credential is not accepted here.',
    administratorWords: 'The settings let no such credential through to the host on this surface.',
    anchor: 'password-refused',
  },
  'address-refused': {
    status: 401,
    publicReason: 'address-refused',
    publicWords: 'Requests from this address are not allowed.',
    administratorWords: 'The client address is in no range of the allow-list.',
    anchor: 'address-refused',
  },
  'address-unresolved': {
    status: 401,
    publicReason: 'address-unresolved',
    publicWords: 'The client address could not be determined.',
    administratorWords:
      'An allow-list is set, and the client address could not be determined from peer and header.',
    anchor: 'address-unresolved',
  },
  'service-unavailable': {
    status: 503,
    publicReason: 'service-unavailable',
    publicWords: 'The token could not be checked; try again shortly.',
    administratorWords:
      'A look-up that the decision needed failed: the store, the directory or the settings.',
    anchor: 'service-unavailable',
  },
  'token-unknown': {
    status: 401,
    publicReason: 'token-not-accepted',
    publicWords: notAccepted,
    administratorWords:
      'There is no such token, or its secret or the user name beside it does not belong to it.',
    anchor: 'token-unknown',
  },
  'token-expired': {
    status: 401,
    publicReason: 'token-not-accepted',
    publicWords: notAccepted,
    administratorWords: 'The token has expired.',
    anchor: 'token-expired',
  },
  'token-revoked': {
    status: 401,
    publicReason: 'token-not-accepted',
    publicWords: notAccepted,
    administratorWords: 'The token was revoked.',
    anchor: 'token-revoked',
  },
  'subject-inactive': {
    status: 401,
    publicReason: 'token-not-accepted',
    publicWords: notAccepted,
    administratorWords: 'The user whom the token acts as is inactive or no longer in the directory.',
    anchor: 'subject-inactive',
  },
  'use-not-granted': {
    status: 403,
    publicReason: 'use-not-granted',
    publicWords: 'You are not permitted to use tokens.',
    administratorWords: 'The user whom the token acts as is in none of the groups that may use tokens.',
    anchor: 'use-not-granted',
  },
  'scope-exceeded': {
    status: 403,
    publicReason: 'scope-exceeded',
    publicWords: 'The token is read-only, and this request needs more.',
    administratorWords: 'A read-only token covers GET, HEAD and OPTIONS only.',
    anchor: 'scope-exceeded',
  },
  'token-accepted': {
    status: null,
    publicReason: 'token-accepted',
    publicWords: 'The token was accepted.',
    administratorWords: 'The token is live, its user may use tokens, and its scope covers the request.',
    anchor: 'token-accepted',
  },
} as const satisfies Record<string, ReasonEntry>);

/** The stable code of a reason. */
export type Reason = keyof typeof reasons;

/** True for the code of a registered reason. */
export const isReason = (code: string): code is Reason => Object.hasOwn(reasons, code);
