import { excerpt } from '../parse/excerpt.ts';
import { elementAddress, forwardedAddress, isBlankLine, trimmedSlice } from '../parse/forwarded.ts';
import { headerValues } from '../parse/header.ts';
import { addressWords, canonicalText, type Family, scanAddress, scanPeer } from './address.ts';
import { compileRanges, type Ranges } from './ranges.ts';

/** One station of a request, as it was examined; the text is escaped and cut at 64 characters. */
export interface Hop {
  readonly text: string;
  readonly from: 'peer' | 'header';
  readonly trust: 'trusted' | 'untrusted' | 'malformed';
}

/** Where a request comes from, with every hop looked at on the way: the peer, then the header from the right. */
export type Client = { readonly trail: readonly Hop[]; readonly anomalies: readonly string[] } & (
  | { readonly kind: 'resolved'; readonly address: string; readonly source: 'peer' | 'header' }
  | { readonly kind: 'unresolved'; readonly why: string }
);

/** How the values of the configured header are laid out. Spec: PX-4, PX-6, PX-7 */
export type HeaderShape = 'list' | 'single' | 'forwarded';

/** The network settings made ready: who may call, and whose word on the client counts. */
export interface ClientRules {
  /** The allow-list; null allows every address. Spec: AL-1 */
  readonly allow: Ranges | null;
  readonly proxy: null | {
    readonly trusted: Ranges;
    /** In lower case. */
    readonly header: string;
    readonly shape: HeaderShape;
    readonly onMissing: 'deny' | 'peer';
  };
}

/** The part of the settings that `compileClientRules` reads. */
interface NetworkSettings {
  readonly allow: readonly string[];
  readonly reverseProxy: null | {
    readonly trusted: readonly string[];
    readonly header: string;
    readonly shape?: HeaderShape;
    readonly onMissing: 'deny' | 'peer';
  };
}

/** The most header elements that are examined for one request. Spec: PX-4 */
const mostHops = 32;

/** The network settings made ready. Throws a RangeError that names each bad entry. Spec: AL-1, PX-4, PX-6, PX-7 */
export function compileClientRules({ allow, reverseProxy }: NetworkSettings): ClientRules {
  return Object.freeze({
    allow: allow.length === 0 ? null : compileRanges(allow),
    proxy:
      reverseProxy === null
        ? null
        : Object.freeze({
            trusted: compileRanges(reverseProxy.trusted),
            header: reverseProxy.header.toLowerCase(),
            shape: reverseProxy.shape ?? usualShape(reverseProxy.header.toLowerCase()),
            onMissing: reverseProxy.onMissing,
          }),
  });
}

function usualShape(header: string): HeaderShape {
  if (header === 'x-forwarded-for') return 'list';
  return header === 'forwarded' ? 'forwarded' : 'single';
}

type Proxy = NonNullable<ClientRules['proxy']>;

/** The address in hand; one buffer for all requests, which are resolved without a pause. */
const words = addressWords();
/** The client's address that `words` hold, and its family: nearly always the next that is checked. */
let inHand: string | null = null;
let familyInHand: Family = 4;

const noAnomaly: readonly string[] = Object.freeze([]);
const headerIgnored: readonly string[] = Object.freeze(['header-from-untrusted-peer']);
const allTrusted: readonly string[] = Object.freeze(['all-hops-trusted']);

const unresolved = (why: string, trail: readonly Hop[]): Client => ({
  kind: 'unresolved',
  why,
  trail,
  anomalies: noAnomaly,
});

/** The client that `words` hold. */
function resolved(
  text: string,
  family: Family,
  source: 'peer' | 'header',
  trail: readonly Hop[],
  anomalies = noAnomaly,
): Client {
  const address = canonicalText(text, family, words);
  inHand = address;
  familyInHand = family;
  return { kind: 'resolved', address, source, trail, anomalies };
}

/**
 * The client of a request: the peer, or where the peer is a trusted proxy, what the one configured header says
 * of it. No second header is ever read, there is no trust by hop count, and what stands left of the answer is
 * never looked at. Never throws. Spec: PX-1 … PX-8
 *
 * @example
 * const reverseProxy = { trusted: ['10.0.0.0/8'], header: 'X-Forwarded-For', onMissing: 'deny' } as const;
 * const policy = compilePolicy({ ...settings, network: { ...settings.network, reverseProxy } }, host);
 * const headers = [['X-Forwarded-For', '6.6.6.6, 192.0.2.7, 10.0.0.2']] as const;
 * resolveClient({ peer: '10.0.0.1', headers }, policy); // { kind: 'resolved', address: '192.0.2.7', source: 'header', … }
 */
export function resolveClient(
  request: {
    readonly peer: string | undefined;
    readonly headers: readonly (readonly [name: string, value: string])[];
  },
  policy: { readonly clients: ClientRules },
): Client {
  const { peer } = request;
  inHand = null;
  if (peer === undefined) return unresolved('peer-unknown', []);
  const family = scanPeer(peer, words);
  if (family === 0)
    return unresolved('peer-unknown', [{ text: excerpt(peer), from: 'peer', trust: 'malformed' }]);
  const { proxy } = policy.clients;
  const isTrusted = proxy?.trusted.match(family, words) === true;
  // What passed the gate is short and plain, here and below, and needs no excerpt.
  const trail: Hop[] = [{ text: peer, from: 'peer', trust: isTrusted ? 'trusted' : 'untrusted' }];
  if (proxy === null) return resolved(peer, family, 'peer', trail);
  const lines = headerValues(request.headers, proxy.header);
  if (!isTrusted) return resolved(peer, family, 'peer', trail, lines.length > 0 ? headerIgnored : noAnomaly);
  if (isMissing(lines))
    return proxy.onMissing === 'peer'
      ? resolved(peer, family, 'peer', trail)
      : unresolved('header-missing', trail);
  if (proxy.shape === 'single' && (lines.length !== 1 || (lines[0] as string).includes(',')))
    return unresolved('multiple-values', trail);
  return walk(lines, proxy, trail);
}

/** Walks the elements of all lines from the right to the first that is not trusted. Spec: PX-4, PX-6, PX-7 */
function walk(lines: readonly string[], proxy: Proxy, trail: Hop[]): Client {
  let number = lines.length - 1;
  let line = lines[number] as string;
  let end = line.length;
  // The trail begins with the peer, which does not count.
  while (trail.length <= mostHops) {
    const comma = line.lastIndexOf(',', end - 1);
    const element = trimmedSlice(line, comma + 1, end);
    const bare = (proxy.shape === 'forwarded' ? forwardedAddress(element) : elementAddress(element)) ?? '';
    const family = scanHop(bare);
    if (family === 0) {
      trail.push({ text: excerpt(element), from: 'header', trust: 'malformed' });
      return unresolved('malformed-hop', trail);
    }
    const text = bare === element ? element : excerpt(element);
    if (!proxy.trusted.match(family, words)) {
      trail.push({ text, from: 'header', trust: 'untrusted' });
      return resolved(bare, family, 'header', trail);
    }
    trail.push({ text, from: 'header', trust: 'trusted' });
    if (comma >= 0) {
      end = comma;
      continue;
    }
    if (number === 0) return resolved(bare, family, 'header', trail, allTrusted);
    line = lines[--number] as string;
    end = line.length;
  }
  return unresolved('too-many-hops', trail);
}

/** Whether the header is missing or blank; the last line comes first, for it nearly always answers. Spec: PX-3 */
function isMissing(lines: readonly string[]): boolean {
  for (let number = lines.length - 1; number >= 0; number--)
    if (!isBlankLine(lines[number] as string)) return false;
  return true;
}

/** As `scanAddress`, without the unspecified addresses, which no hop can have. Spec: PX-5 */
function scanHop(text: string): Family | 0 {
  const family = scanAddress(text, 0, text.length, words);
  if (words[0] !== 0) return family;
  if (family === 4) return 0;
  return words[1] === 0 && words[2] === 0 && words[3] === 0 ? 0 : family;
}

/**
 * What the allow-list says of a client; without a list everything is allowed, even an unresolved client.
 * Spec: PX-9
 */
export function checkAddress(client: Client, rules: ClientRules): 'allowed' | 'refused' | 'unresolved' {
  if (rules.allow === null) return 'allowed';
  if (client.kind === 'unresolved') return 'unresolved';
  const { address } = client;
  const isIn = address === inHand ? rules.allow.match(familyInHand, words) : rules.allow.contains(address);
  return isIn ? 'allowed' : 'refused';
}
