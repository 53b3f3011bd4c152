import { type Client, checkAddress, type Policy, resolveClient } from '@latchkey/core';
import { clientText, trailText, trustedEntry } from '../explain/trail.ts';
import { printable } from '../output/text.ts';

/** What becomes of a peer and its header lines: the trail, the client, and the entries that matched. Spec: PX-10 */
export interface AddressReport {
  readonly client: Client;
  /** The entry of the trusted proxies for each hop of the trail; null for a hop that is not trusted. */
  readonly trustedBy: readonly (string | null)[];
  readonly address: 'allowed' | 'refused' | 'unresolved';
  /** The entry of the allow-list that holds the client; null where none does or the list is empty. */
  readonly allowedBy: string | null;
}

/** Resolves a client as a request would be, and says which entries matched. Spec: PX-10 */
export function addressReport(
  request: { readonly peer: string | undefined; readonly headers: readonly (readonly [string, string])[] },
  policy: Policy,
): AddressReport {
  const client = resolveClient(request, policy);
  const { allow } = policy.clients;
  return {
    client,
    trustedBy: client.trail.map((hop) => trustedEntry(hop, policy.clients)),
    address: checkAddress(client, policy.clients),
    allowedBy: client.kind === 'resolved' ? (allow?.find(client.address) ?? null) : null,
  };
}

const checkText = ({ client, address, allowedBy }: AddressReport, policy: Policy): string => {
  if (policy.clients.allow === null) return 'allowed: the allow-list is empty, so every address is';
  if (address === 'allowed') return `allowed by ${allowedBy ?? 'the allow-list'}`;
  return client.kind === 'resolved'
    ? 'refused: no entry of the allow-list holds it'
    : 'unresolved: without an address the allow-list admits nobody';
};

/** The report for people. Spec: PX-10 */
export function addressText(report: AddressReport, policy: Policy): string {
  const { client } = report;
  const proxy = policy.settings.network.reverseProxy;
  const header = proxy === null ? 'none is read (reverse proxy support is off)' : printable(proxy.header);
  return `header  ${header}
trail
${client.trail.length === 0 ? '  there is no peer\n' : trailText(client, policy.clients, '  ')}client  ${clientText(client)}
check   ${checkText(report, policy)}
`;
}
