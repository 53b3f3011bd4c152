import { type Client, type ClientRules, compileRanges, type Hop, resolveClient } from '@latchkey/core';
import { aligned, printable } from '../output/text.ts';

/** The client in a few words. */
export const clientText = (client: Client): string =>
  client.kind === 'resolved' ? `${client.address} (from the ${client.source})` : `unresolved (${client.why})`;

const gateway = '192.0.2.1';

/** The address in a hop, which may carry brackets, a port or parameters; null where the text was cut. */
function addressOf(hop: Hop, proxy: NonNullable<ClientRules['proxy']>): string | null {
  // Resolved by the same rules, as the only element that a trusted gateway reports.
  const alone = { ...proxy, trusted: compileRanges([gateway]) };
  const client =
    hop.from === 'peer'
      ? resolveClient({ peer: hop.text, headers: [] }, { clients: { allow: null, proxy: null } })
      : resolveClient(
          { peer: gateway, headers: [[proxy.header, hop.text]] },
          { clients: { allow: null, proxy: alone } },
        );
  return client.kind === 'resolved' ? client.address : null;
}

/** The entry of the trusted proxies that a hop lies in; null for a hop that is not trusted. Spec: PX-10 */
export function trustedEntry(hop: Hop, rules: ClientRules): string | null {
  if (rules.proxy === null || hop.trust !== 'trusted') return null;
  const address = addressOf(hop, rules.proxy);
  return address === null ? null : rules.proxy.trusted.find(address);
}

/** The hops in the order in which they were looked at, one a line; with rules, also the entry that made each trusted. */
export function trailText(client: Client, rules: ClientRules | null, indent: string): string {
  const rows = client.trail.map((hop) => {
    const entry = rules === null ? null : trustedEntry(hop, rules);
    return [hop.from, printable(hop.text), hop.trust, ...(entry === null ? [] : [`by ${entry}`])];
  });
  const anomalies = client.anomalies.map((anomaly) => `${indent}anomaly: ${anomaly}\n`).join('');
  return aligned(rows, indent) + anomalies;
}
