import type { RequestInput, Settings } from '@latchkey/core';
import { type Address, addressText, isUnspecified, parseAddress, parsePeer } from './address.ts';
import { isWithin } from './range.ts';
import { headerValues, trimBlanks } from './text.ts';

/** Who the caller is, behind the trusted proxies. Spec: PX. */
export type ReferenceClient =
  | { readonly kind: 'resolved'; readonly address: string; readonly source: 'peer' | 'header' }
  | { readonly kind: 'unresolved'; readonly why: string };

/** The outcome with the address still as a number, for the check against the allow-list. */
export interface Resolution {
  readonly client: ReferenceClient;
  readonly address: Address | null;
}

const MOST_HOPS = 32;

/** Finds the client of a request from its peer and the one configured header. Spec: PX-1…PX-8. */
export function resolveClient(request: RequestInput, network: Settings['network']): Resolution {
  if (request.peer === undefined) return unresolved('peer-unknown');
  const peer = parsePeer(request.peer);
  if (peer === null) return unresolved('peer-unknown');
  const proxy = network.reverseProxy;
  if (proxy === null) return resolved(peer, 'peer');
  if (!isWithin(peer, proxy.trusted)) return resolved(peer, 'peer');
  const lines = headerValues(request.headers, proxy.header);
  if (lines.every((line) => trimBlanks(line) === '')) {
    if (proxy.onMissing === 'peer') return resolved(peer, 'peer');
    return unresolved('header-missing');
  }
  const shape = proxy.shape ?? shapeOf(proxy.header);
  if (shape === 'single') return single(lines);
  return walked(lines, proxy.trusted, shape === 'list' ? parseElement : parseForwardedPiece);
}

/** The shape that a header's name implies where none is set. Spec: PX-4, PX-6, PX-7. */
export function shapeOf(header: string): 'list' | 'single' | 'forwarded' {
  if (header.toLowerCase() === 'x-forwarded-for') return 'list';
  if (header.toLowerCase() === 'forwarded') return 'forwarded';
  return 'single';
}

function single(lines: readonly string[]): Resolution {
  if (lines.length !== 1) return unresolved('multiple-values');
  const elements = (lines[0] ?? '').split(',');
  if (elements.length !== 1) return unresolved('multiple-values');
  const address = parseElement(trimBlanks(elements[0] ?? ''));
  return address === null ? unresolved('malformed-hop') : resolved(address, 'header');
}

function walked(
  lines: readonly string[],
  trusted: readonly string[],
  parse: (element: string) => Address | null,
): Resolution {
  const elements = lines.join(',').split(',').reverse();
  let examined = 0;
  let last: Address | null = null;
  for (const element of elements) {
    examined += 1;
    if (examined > MOST_HOPS) return unresolved('too-many-hops');
    last = parse(trimBlanks(element));
    if (last === null) return unresolved('malformed-hop');
    if (!isWithin(last, trusted)) return resolved(last, 'header');
  }
  return last === null ? unresolved('header-missing') : resolved(last, 'header');
}

/** One element of a list: an address, bare, with a port, or in brackets. Spec: PX-5. */
function parseElement(text: string): Address | null {
  const bare = parseAddress(text);
  if (bare !== null) return isUnspecified(bare) ? null : bare;
  return parseNode(text);
}

/** `v4:port`, `[v6]` or `[v6]:port`; also `v4` alone, but never a bare IPv6 address. */
function parseNode(text: string): Address | null {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  const dotted = /^([0-9.]+)(?::(.*))?$/.exec(text);
  const host = bracketed?.[1] ?? dotted?.[1] ?? '';
  const port = bracketed !== null ? bracketed[2] : dotted?.[2];
  if (port !== undefined && !isPort(port)) return null;
  if (bracketed !== null && !host.includes(':')) return null;
  const address = parseAddress(host);
  if (address === null || isUnspecified(address)) return null;
  return address;
}

function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65535;
}

/** One element of RFC 7239's header, read deliberately naively. Spec: PX-7. */
function parseForwardedPiece(piece: string): Address | null {
  if (piece.includes('\\')) return null;
  if (piece.split('"').length % 2 === 0) return null;
  let found: string | null = null;
  for (const part of piece.split(';')) {
    const pair = trimBlanks(part);
    // RFC 7239 lets a pair be empty, as in a trailing semicolon.
    if (pair === '') continue;
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(.*)$/.exec(pair);
    if (match === null) return null;
    const value = match[2] ?? '';
    if (/^[ \t]/.test(value)) return null;
    if ((match[1] ?? '').toLowerCase() !== 'for') continue;
    if (found !== null) return null;
    found = value;
  }
  if (found === null) return null;
  return parseNode(/^"(.*)"$/.exec(found)?.[1] ?? found);
}

function resolved(address: Address, source: 'peer' | 'header'): Resolution {
  return { client: { kind: 'resolved', address: addressText(address), source }, address };
}

function unresolved(why: string): Resolution {
  return { client: { kind: 'unresolved', why }, address: null };
}
