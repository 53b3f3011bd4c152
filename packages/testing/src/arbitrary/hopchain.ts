import type { Settings } from '@latchkey/core';
import fc from 'fast-check';
import { addressText } from '../reference/address.ts';
import { shapeOf } from '../reference/client.ts';
import { parseRange } from '../reference/range.ts';
import { malformedAddress, spelled, validAddress } from './address.ts';
import { edgesOf } from './range.ts';

/** How a request arrives: its socket peer and the lines that proxies added. */
export interface HopChain {
  readonly peer: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A chain that fits the settings: peers and hops inside, at the edge of, and outside what is trusted and allowed. */
export function hopChain(network: Settings['network']): fc.Arbitrary<HopChain> {
  const allowed = edgeText(network.allow);
  const caller = fc.oneof({ weight: 4, arbitrary: allowed }, { weight: 1, arbitrary: validAddress });
  const proxy = network.reverseProxy;
  if (proxy === null) {
    const lines = fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: caller.map((text) => [['X-Forwarded-For', text] as const]) },
    );
    return fc.record({ peer: peerOf(caller), headers: lines });
  }
  const trusted = edgeText(proxy.trusted);
  const peer = fc.oneof({ weight: 6, arbitrary: trusted }, { weight: 1, arbitrary: peerOf(caller) });
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constant(proxy.header) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(proxy.header.toLowerCase(), proxy.header.toUpperCase(), 'X-Other'),
    },
  );
  const values = valuesOf(proxy.shape ?? shapeOf(proxy.header), trusted, caller);
  const headers = values.chain((lines) =>
    fc.tuple(...lines.map((line) => name.map((given) => [given, line] as const))),
  );
  return fc.record({ peer, headers });
}

/** An address inside, at the edge of, or just outside one of the entries; any address where there are none. */
function edgeText(entries: readonly string[]): fc.Arbitrary<string> {
  const ranges = entries.map(parseRange).filter((range) => range !== null);
  const edges = ranges.flatMap((range) => {
    const [low, high, below, above, middle] = edgesOf(range);
    // What lies inside stands twice, so that a chain of several hops is often trusted throughout.
    return [low, low, high, high, middle, middle, below, above].filter((edge) => edge !== undefined);
  });
  if (edges.length === 0) return validAddress;
  return fc.constantFrom(...edges).chain(spelled);
}

function peerOf(caller: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    { weight: 12, arbitrary: caller },
    {
      weight: 1,
      arbitrary: fc.constantFrom(undefined, 'fe80::1%eth0', '10.0.0.1%eth0', '2001:db8::1%1', 'unix:'),
    },
    { weight: 1, arbitrary: malformedAddress },
  );
}

function valuesOf(
  shape: 'list' | 'single' | 'forwarded',
  trusted: fc.Arbitrary<string>,
  caller: fc.Arbitrary<string>,
): fc.Arbitrary<readonly string[]> {
  const dress = shape === 'forwarded' ? forwardedElement : listElement;
  const element = fc.oneof(
    { weight: 5, arbitrary: caller.chain(dress) },
    { weight: 4, arbitrary: trusted.chain(dress) },
    { weight: 1, arbitrary: shape === 'forwarded' ? malformedForwarded : malformedElement },
  );
  const joined = fc
    .tuple(fc.array(element, { minLength: 1, maxLength: 4 }), fc.constantFrom(', ', ',', ' ,\t'))
    .map(([elements, comma]) => elements.join(comma));
  const absent = fc.constantFrom([], [''], [' \t', '']);
  const long = fc
    .tuple(trusted.chain(dress), fc.constantFrom(30, 31, 32, 33), caller.chain(dress))
    .map(([hop, count, first]) => [[first, ...Array.from({ length: count }, () => hop)].join(',')]);
  if (shape === 'single') {
    return fc.oneof(
      { weight: 8, arbitrary: element.map((text) => [text]) },
      { weight: 1, arbitrary: fc.array(joined, { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: absent },
    );
  }
  return fc.oneof(
    { weight: 8, arbitrary: fc.array(joined, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: long },
    { weight: 1, arbitrary: absent },
  );
}

function listElement(text: string): fc.Arbitrary<string> {
  const bracketed = text.includes(':') ? `[${text}]` : text;
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(text) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(bracketed, `${bracketed}:443`, `${bracketed}:1`, `${bracketed}:65535`),
    },
  );
}

function forwardedElement(text: string): fc.Arbitrary<string> {
  const bracketed = text.includes(':') ? `[${text}]` : text;
  const quoted = `"${bracketed}"`;
  return fc.constantFrom(
    `for=${text.includes(':') ? quoted : text}`,
    `for=${quoted}`,
    `For="${bracketed}:8080"`,
    `by=203.0.113.43;FOR=${quoted};proto=https`,
    `proto=http ; for=${quoted}`,
    `host=example.org;for=${quoted}\t;\tby=_gate`,
  );
}

const malformedElement = fc.oneof(
  malformedAddress,
  fc.constantFrom(
    '0.0.0.0',
    '::',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:http',
    '"10.0.0.1"',
    '[::1]:',
    '[::1',
    '::1]',
  ),
);

const malformedForwarded = fc.constantFrom(
  '',
  'for=unknown',
  'for=_hidden',
  'for=::1',
  'for="::1"',
  'for=10.0.0.1;for=10.0.0.2',
  'proto=https',
  'for = 10.0.0.1',
  'for= 10.0.0.1',
  'for="10.0.0.1',
  'for="10.0.0.1\\"',
  'for="[10.0.0.1]"',
  'for="0.0.0.0"',
  'for=10.0.0.1:0',
  '10.0.0.1',
);

/** The canonical text of an edge, for tests that look at a chain's addresses one by one. */
export function edgeTexts(entry: string): string[] {
  const range = parseRange(entry);
  return range === null ? [] : edgesOf(range).map(addressText);
}
