import { type Credential, parseCredential } from '../parse/authorization.ts';
import { headerValues, parseTokenHeader } from '../parse/header.ts';
import type { RequestInput } from '../parse/request.ts';
import type { HostProfile } from '../settings/hosts.ts';
import type { Policy } from '../settings/policy.ts';
import { isTokenText } from '../token/text.ts';
import type { Facts } from './facts.ts';

/** The `Authorization` lines of a request. */
export const authorizationLines = (request: RequestInput): readonly string[] =>
  headerValues(request.headers, 'authorization');

/** The credential from `Authorization`, or from the host's token header where there is no such line. Spec: CR-4 */
export function presentedCredential(
  request: RequestInput,
  host: HostProfile,
  lines = authorizationLines(request),
): Credential {
  if (host.tokenHeader === null) return parseCredential(lines);
  const tokenLines = headerValues(request.headers, host.tokenHeader.toLowerCase());
  if (tokenLines.length === 0) return parseCredential(lines);
  return lines.length === 0 ? parseTokenHeader(tokenLines) : { kind: 'malformed', why: 'two-credentials' };
}

/** A credential that the caller did present. */
export type Presented = Extract<Credential, { kind: 'presented' }>;

/** The scheme as nearly every client writes it. */
const bearer = 'Bearer ';

/**
 * The fast path of `presentedCredential`: a token in our format in one plain bearer line, read once for both
 * grammars, of which its own is the narrower; null for all else. Spec: CR-3, TK-1
 */
export function plainToken(
  request: RequestInput,
  host: HostProfile,
  prefix: string,
  lines: readonly string[],
): Presented | null {
  const line = lines[0] as string;
  if (lines.length !== 1 || !line.startsWith(bearer)) return null;
  const secret = line.slice(bearer.length);
  if (!isTokenText(secret, prefix)) return null;
  if (host.tokenHeader !== null && headerValues(request.headers, host.tokenHeader.toLowerCase()).length > 0)
    return null;
  return { kind: 'presented', via: 'bearer', username: null, secret };
}

/**
 * Whether the host's own authenticator may still be asked about this credential; `recognised` is whether its
 * secret is in our format. Spec: DE-1, DE-5
 */
export function fallbackFor(
  credential: Presented,
  surface: Facts['surface'],
  address: Facts['address'] | null,
  policy: Policy,
  recognised: boolean,
): Facts['fallback'] {
  const { network, passwords, hostTokens } = policy.settings;
  if (network.appliesTo === 'all-credentials' && address !== 'allowed') return 'closed';
  switch (credential.via) {
    case 'header':
      return 'closed';
    case 'bearer':
      return hostTokens === 'accepted' && !recognised ? 'open' : 'closed';
    case 'basic':
      if (passwords.mode === 'refused')
        return surface === 'remote' && passwords.remoteApi === 'accepted' ? 'open' : 'closed';
      return passwords.recognisedTokens === 'refuse' && recognised ? 'closed' : 'open';
  }
}
