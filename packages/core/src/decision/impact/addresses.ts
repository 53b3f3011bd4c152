import { type Family, valueText } from '../../net/address.ts';
import type { Policy } from '../../settings/policy.ts';
import { coverOf } from '../../settings/review/cover.ts';

/** Which clients meet another answer of the allow-list, as sets of addresses. Spec: IM-1 */
export interface AddressImpact {
  /** Addresses that are allowed before and refused after: the fewest ranges, IPv4 first, ascending. */
  readonly becomeRefused: readonly string[];
  /** Addresses that are refused before and allowed after, in the same form. */
  readonly becomeAllowed: readonly string[];
  /** What becomes of clients whose address cannot be determined; null where nothing does. Spec: PX-9 */
  readonly unresolvedBecome: 'refused' | 'allowed' | null;
  /** Whether requests may count as another client's: other proxies are trusted, or they are read otherwise. */
  readonly proxyChanged: boolean;
  /** Addresses whose word on the client counts from now on. */
  readonly proxiesGained: readonly string[];
  /** Addresses whose word on the client counts no more. */
  readonly proxiesLost: readonly string[];
}

/** A stretch of one family, both ends inclusive. */
interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

/** A place where the answer of one of two lists may change: an entry begins there, or has ended. */
interface Edge {
  readonly at: bigint;
  readonly list: 'before' | 'after';
  readonly step: 1 | -1;
}

const everyAddress: readonly string[] = Object.freeze(['0.0.0.0/0', '::/0']);

/** The whole allow-list; an empty one allows every address. Spec: AL-1 */
const allowedBy = ({ settings }: Policy): readonly string[] =>
  settings.network.allow.length === 0 ? everyAddress : settings.network.allow;

const trustedBy = ({ settings }: Policy): readonly string[] => settings.network.reverseProxy?.trusted ?? [];

/** How the client is read off a request that comes from a trusted proxy. */
const readingOf = ({ clients: { proxy } }: Policy): string =>
  proxy === null ? '' : [proxy.header, proxy.shape, proxy.onMissing].join(' ');

/**
 * What a change of policy does to client addresses: computed over whole sets, so that each address in a range
 * changes its answer and no other does. Spec: IM-1, AL-1, AD-3
 */
export function addressImpact(before: Policy, after: Policy): AddressImpact {
  const allowed = changeOf(allowedBy(before), allowedBy(after));
  const trusted = changeOf(trustedBy(before), trustedBy(after));
  const [wasOpen, isOpen] = [before.clients.allow === null, after.clients.allow === null];
  return {
    becomeRefused: allowed.lost,
    becomeAllowed: allowed.gained,
    unresolvedBecome: wasOpen === isOpen ? null : isOpen ? 'allowed' : 'refused',
    proxyChanged:
      trusted.lost.length > 0 || trusted.gained.length > 0 || readingOf(before) !== readingOf(after),
    proxiesGained: trusted.gained,
    proxiesLost: trusted.lost,
  };
}

interface Change {
  readonly lost: readonly string[];
  readonly gained: readonly string[];
}

/**
 * What two lists do not share. Ranges rather than blocks: what is left around a few single IPv6 addresses is
 * hundreds of blocks, which nobody reads and long lists would drown in.
 */
function changeOf(before: readonly string[], after: readonly string[]): Change {
  const [was, is] = [coverOf(before).kept, coverOf(after).kept];
  const families = ([4, 6] as const).map((family) => {
    const edges = [edgesOf(was, family, 'before'), edgesOf(is, family, 'after')].flat();
    const { lost, gained } = sweep(edges.sort(byPlace));
    return { lost: textsOf(family, lost), gained: textsOf(family, gained) };
  });
  return {
    lost: families.flatMap((family) => family.lost),
    gained: families.flatMap((family) => family.gained),
  };
}

type Entries = readonly (Span & { readonly family: Family })[];

const edgesOf = (entries: Entries, family: Family, list: Edge['list']): Edge[] =>
  entries
    .filter((entry) => entry.family === family)
    .flatMap(({ first, last }): Edge[] => [
      { at: first, list, step: 1 },
      { at: last + 1n, list, step: -1 },
    ]);

const byPlace = (left: Edge, right: Edge): number => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0);

/** Walks over the edges in ascending order and notes where one list holds and the other does not. */
function sweep(edges: readonly Edge[]): { readonly lost: readonly Span[]; readonly gained: readonly Span[] } {
  const spans: { readonly lost: Span[]; readonly gained: Span[] } = { lost: [], gained: [] };
  const open = { before: 0, after: 0 };
  let change: keyof typeof spans | null = null;
  let first = 0n;
  edges.forEach(({ at, list, step }, index) => {
    open[list] += step;
    // Several edges may stand at one address; what counts is the state behind the last of them.
    if (edges[index + 1]?.at === at) return;
    const [was, is] = [open.before > 0, open.after > 0];
    const next = was === is ? null : is ? 'gained' : 'lost';
    if (next === change) return;
    if (change !== null) spans[change].push({ first, last: at - 1n });
    change = next;
    first = at;
  });
  return spans;
}

/** IPv4-mapped addresses are IPv4 here, so no IPv6 client has one of these. Spec: AD-2 */
const mapped: Span = { first: 0xffffn << 32n, last: (0x10000n << 32n) - 1n };
const isMapped = (value: bigint): boolean => mapped.first <= value && value <= mapped.last;

/** Spans in canonical text, each end moved off the addresses that no client can have. */
const textsOf = (family: Family, spans: readonly Span[]): readonly string[] =>
  spans
    .map(({ first, last }) =>
      family === 4
        ? { first, last }
        : {
            first: isMapped(first) ? mapped.last + 1n : first,
            last: isMapped(last) ? mapped.first - 1n : last,
          },
    )
    .filter(({ first, last }) => first <= last)
    .map((span) => textOf(family, span));

/** One address, one block, or from one address to another, whichever is shortest. */
function textOf(family: Family, { first, last }: Span): string {
  const text = valueText(family, first);
  const size = last - first + 1n;
  if (size === 1n) return text;
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isBlock) return `${text}-${valueText(family, last)}`;
  const hostBits = size.toString(2).length - 1;
  return `${text}/${(family === 4 ? 32 : 128) - hostBits}`;
}
