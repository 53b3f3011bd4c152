import { type Credential, parseCredential } from '../parse/authorization.ts';
import { headerValues, parseTokenHeader } from '../parse/header.ts';
import type { RequestInput } from '../parse/request.ts';
import type { HostProfile } from '../settings/hosts.ts';
import type { Policy } from '../settings/policy.ts';
import type { Facts } from './facts.ts';

/** The credential from `Authorization`, or from the host's token header where there is no such line. Spec: CR-4 */
export function presentedCredential(request: RequestInput, host: HostProfile): Credential {
  const lines = headerValues(request.headers, 'authorization');
  if (host.tokenHeader === null) return parseCredential(lines);
  const tokenLines = headerValues(request.headers, host.tokenHeader.toLowerCase());
  if (tokenLines.length === 0) return parseCredential(lines);
  return lines.length === 0 ? parseTokenHeader(tokenLines) : { kind: 'malformed', why: 'two-credentials' };
}

/** A credential that the caller did present. */
export type Presented = Extract<Credential, { kind: 'presented' }>;

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
