import { parsePeer } from '../../net/address.ts';
import { compileClientRules, type HeaderShape } from '../../net/client.ts';
import { compileRanges } from '../../net/ranges.ts';
import type { Settings } from '../schema.ts';
import { type Check, type Reviewed, type Spot, when } from './check.ts';
import { type Entry, sharedBy } from './cover.ts';
import { sparesAt } from './network.ts';

type Proxy = NonNullable<Settings['network']['reverseProxy']>;

/** Addresses that only a neighbour can have: a request from one has most likely come through a proxy. */
const privateAddresses = compileRanges([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
]);

/** The widest range that is still taken for one network of proxies: a /8 of IPv4, a /32 of IPv6. */
const widest = { 4: { addresses: 1n << 24n, text: '/8' }, 6: { addresses: 1n << 96n, text: '/32' } } as const;

/** The shapes in which the well-known headers are written; any other header is the proxy's own. */
const knownShapes: Readonly<Record<string, HeaderShape>> = {
  'x-forwarded-for': 'list',
  'x-real-ip': 'single',
  forwarded: 'forwarded',
};

const knownShape = (proxy: Proxy): HeaderShape | undefined => {
  const name = proxy.header.toLowerCase();
  return Object.hasOwn(knownShapes, name) ? knownShapes[name] : undefined;
};

/** How the header is read: as declared, or as its name says. */
const shapeOf = (proxy: Proxy): HeaderShape | undefined =>
  compileClientRules({ allow: [], reverseProxy: { ...proxy, trusted: [] } }).proxy?.shape;

/** A spot for proxy support, where it is on. */
const ofProxy =
  (find: (proxy: Proxy, reviewed: Reviewed) => readonly Spot[]) =>
  (reviewed: Reviewed): readonly Spot[] => {
    const { reverseProxy } = reviewed.settings.network;
    return reverseProxy === null ? [] : find(reverseProxy, reviewed);
  };

const headerWhileOff = ({ settings, facts }: Reviewed): readonly Spot[] => {
  if (settings.network.reverseProxy !== null) return [];
  const peers = (facts.observed?.headerFromPrivatePeer ?? []).flatMap(
    (text) => parsePeer(text)?.address ?? [],
  );
  const neighbour = peers.find((peer) => privateAddresses.contains(peer));
  return when(
    neighbour !== undefined,
    ['network', 'reverseProxy'],
    `Requests from ${neighbour} carry a forwarding header that is ignored, so their clients all count as that address.`,
  );
};

const wideRange = ({ trusted }: Reviewed): readonly Spot[] =>
  trusted.entries
    .filter(({ family, first, last }: Entry) => last - first >= widest[family].addresses)
    .map(({ family, index, text }) => ({
      path: ['network', 'reverseProxy', 'trusted', index],
      message: `The trusted range ${text} is wider than a ${widest[family].text}, and whoever has an address in it can claim any other.`,
    }));

const trustedAllowed = (proxy: Proxy, { trusted, allow }: Reviewed): readonly Spot[] => {
  if (proxy.onMissing !== 'peer') return [];
  const shared = sharedBy(trusted, allow);
  if (shared === null) return [];
  const [proxies, allowed] = shared;
  const message = `A request without the header counts as coming from its proxy, and ${allowed.text} of the allow-list takes in proxies of ${proxies.text}.`;
  return [{ path: ['network', 'reverseProxy', 'onMissing'], message }];
};

/** The checks of the trusted proxies and their header. Spec: RE-1, AL-2, PX */
export const proxyChecks = [
  {
    code: 'header-while-proxy-off',
    severity: 'warning',
    remedy: 'If that address is your proxy, turn proxy support on and trust it; otherwise leave it off.',
    find: headerWhileOff,
  },
  {
    code: 'trusted-range-wide',
    severity: 'warning',
    remedy: 'List the addresses of the proxies themselves.',
    find: wideRange,
  },
  {
    code: 'trusted-entry-duplicate',
    severity: 'recommendation',
    remedy: 'Remove the entry; the list stays the same without it.',
    find: ({ trusted }) => sparesAt(trusted, 'duplicate', ['network', 'reverseProxy', 'trusted']),
  },
  {
    code: 'trusted-entry-shadowed',
    severity: 'recommendation',
    remedy: 'Remove the entry, which changes nothing, or narrow what holds it if less was meant.',
    find: ({ trusted }) => sparesAt(trusted, 'shadowed', ['network', 'reverseProxy', 'trusted']),
  },
  {
    code: 'header-to-overwrite',
    severity: 'recommendation',
    remedy:
      'Make sure that the proxy sets the header itself on every request and drops what the client sent in it.',
    find: ofProxy((proxy) =>
      when(
        [undefined, 'single'].includes(knownShape(proxy)) || shapeOf(proxy) === 'single',
        ['network', 'reverseProxy', 'header'],
        'A proxy does not append to this header, so a client could name its own address unless the proxy overwrites it.',
      ),
    ),
  },
  {
    code: 'shape-contradicts-header',
    severity: 'warning',
    remedy: 'Leave shape out, so that the name of the header decides.',
    find: ofProxy((proxy) => {
      const known = knownShape(proxy);
      return when(
        known !== undefined && shapeOf(proxy) !== known,
        ['network', 'reverseProxy', 'shape'],
        `The header is read as ${shapeOf(proxy)}, but one of this name is written as ${known}, so clients stay unresolved.`,
      );
    }),
  },
  {
    code: 'trusted-proxy-allowed',
    severity: 'warning',
    remedy: 'Set onMissing to deny, or take the proxies out of the allow-list.',
    find: ofProxy(trustedAllowed),
  },
] as const satisfies readonly Check[];
