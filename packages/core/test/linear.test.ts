import { describe, expect, it } from 'vitest';
import {
  compileDigests,
  composeToken,
  defaultSettings,
  digestToken,
  hosts,
  isTokenPrefix,
  isTokenRecord,
  isTokenText,
  migrateSettings,
  parseSettings,
  reviewSettings,
  settingsDifference,
} from '../src/index.ts';
import { parseAddress, parsePeer } from '../src/net/address.ts';
import { compileClientRules, resolveClient } from '../src/net/client.ts';
import { compileRanges, parseRange, parseTrustedRange, subtractRanges } from '../src/net/ranges.ts';
import { parseCredential } from '../src/parse/authorization.ts';
import { decodeEscapes, escapeBytes } from '../src/parse/escape.ts';
import { excerpt } from '../src/parse/excerpt.ts';
import { elementAddress, forwardedAddress, isBlankLine, trimmedSlice } from '../src/parse/forwarded.ts';
import { headerValues, parseTokenHeader } from '../src/parse/header.ts';
import { parseInstant } from '../src/parse/instant.ts';
import { marksOf } from '../src/parse/marks.ts';
import { normaliseCompatibly } from '../src/parse/nfkc.ts';
import { overridesOf } from '../src/parse/override.ts';
import { joinedHeaderLines, pairedHeaderLines, targetOfUrl } from '../src/parse/request.ts';
import { classifyTarget } from '../src/parse/target.ts';
import { parseValidityTime, shapeOfVersion } from '../src/settings/earlier.ts';
import { currentSpelling } from '../src/settings/spelling.ts';
import { isLabel } from '../src/token/record.ts';
import { isTokenId } from '../src/token/text.ts';
import { clockStep } from './clock.ts';
import { bytes, settingsOf, token } from './world.ts';

/** The fastest of some runs, in milliseconds: what the work takes when nothing disturbs it. */
function best(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Where doubling ends: beyond it an input that still takes no time is bounded by a limit. */
const longest = 2 ** 18;
/** What takes so many milliseconds can be measured: eight steps of a coarse clock leave the verdict clear. */
const measurable = Math.max(1, 8 * clockStep);
/** Doublings between the two sizes that are compared. */
const doublings = 4;
/** Sixteen times the input: linear work takes 16 times as long, quadratic 256 times; 64 lies well between. */
const most = 4 * 2 ** doublings;

/** Doubles the input until the work can be measured, and tells how many times as long as a 16th of it that took. */
function growth<T>(input: (size: number) => T, work: (input: T) => unknown): number {
  let size = 2 ** 10;
  let large = 0;
  for (; size <= longest; size *= 2) {
    const given = input(size);
    large = best(() => work(given));
    if (large >= measurable) break;
  }
  if (large < measurable) return 1;
  const small = input(size / 2 ** doublings);
  const rounds = 2 ** doublings;
  // As often as the input is shorter, so that linear work takes as long here, and a coarse clock can tell.
  const short = best(() => {
    for (let round = 0; round < rounds; round++) work(small);
  });
  return (large * rounds) / Math.max(short, clockStep);
}

/** The growth of what a disturbed machine may have measured wrongly, taken again where it is too much. */
function expectLinear<T>(input: (size: number) => T, work: (input: T) => unknown): void {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && least > most; run++) least = Math.min(least, growth(input, work));
  expect(least).toBeLessThanOrEqual(most);
}

const repeated =
  (pattern: string, before = '', after = '') =>
  (size: number): string =>
    before + pattern.repeat(Math.ceil(size / pattern.length)) + after;
const listOf =
  <T>(entry: (index: number) => T, few = 1) =>
  (size: number): readonly T[] =>
    Array.from({ length: Math.ceil(size / few) }, (_, index) => entry(index));

const everyKind = [
  ' ',
  'a',
  '1',
  'a ',
  '%25',
  '%c3',
  '..;/',
  '://',
  ', ',
  '=;"',
  '\\"',
  '\u00e9',
  '\ud83d',
] as const;
const addresses = ['1', '1.', '::', ':1', 'f:', '255.', '%', '[', '0000', '-', '/', '10.0.0.1-'] as const;

describe('the measure', () => {
  const linear = (text: string) => {
    let sum = 0;
    for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at);
    return sum;
  };
  const quadratic = (text: string) => {
    let sum = 0;
    for (let at = 0; at < text.length; at += 8) sum += linear(text);
    return sum;
  };

  it('TA-6 finds quadratic work', () => {
    expect(growth(repeated('a'), quadratic)).toBeGreaterThan(most);
  });
  it('TA-6 lets linear work pass', () => {
    expectLinear(repeated('a'), linear);
  });
});

/** Every parser of one text. */
const texts: Readonly<Record<string, (text: string) => unknown>> = {
  'CR-1 parseCredential': (text) => parseCredential([text]),
  'CR-2 parseCredential of Basic': (text) => parseCredential([`Basic ${btoa(escapeOutside(text))}`]),
  'CR-3 parseCredential of Bearer': (text) => parseCredential([`Bearer ${text}`]),
  'CR-4 parseTokenHeader': (text) => parseTokenHeader([text]),
  'BI-2 joinedHeaderLines': (text) =>
    joinedHeaderLines({
      [Symbol.iterator]: () => [['Authorization', text] as const].values(),
      get: () => text,
    }),
  'BI-2 targetOfUrl': targetOfUrl,
  'SC-4 overridesOf a query': (text) => overridesOf(`/a?${text}`, []),
  'SC-4 overridesOf a header': (text) => overridesOf('/a', [['X-HTTP-Method-Override', text]]),
  'TA-6 classifyTarget': (text) => classifyTarget(`/${text}`, hosts.jira),
  'TA-6 classifyTarget of a long path': (text) =>
    classifyTarget(`/rest/${text}`.slice(0, 8192), hosts.confluence),
  'TA-2 decodeEscapes': (text) => decodeEscapes(text),
  'TA-2 escapeBytes': escapeBytes,
  'TA-2 normaliseCompatibly': normaliseCompatibly,
  'TA-3 marksOf': marksOf,
  'PX-5 elementAddress': elementAddress,
  'PX-7 forwardedAddress': forwardedAddress,
  'PX-7 forwardedAddress of a quoted string': (text) => forwardedAddress(`for="${text}"`),
  'PX-4 trimmedSlice': (text) => trimmedSlice(text, 0, text.length),
  'PX-3 isBlankLine': isBlankLine,
  'PX-10 excerpt': excerpt,
  'VA-4 parseInstant': parseInstant,
  'VA-4 parseInstant of a fraction': (text) => parseInstant(`2026-01-15T12:00:00.${text}Z`),
  'TK-1 isTokenText': (text) => isTokenText(text),
  'TK-1 isTokenText behind the prefix': (text) => isTokenText(`lk_${text}`),
  'TK-1 isTokenText with that prefix': (text) => isTokenText(`${text}_0`, text),
  'TK-1 isTokenPrefix': isTokenPrefix,
  'TK-1 isTokenId': isTokenId,
  'TK-3 digestToken, which refuses it': (text) => {
    try {
      return digestToken(text);
    } catch {
      return null;
    }
  },
  'TK-4 isLabel': isLabel,
  'TK-4 isTokenRecord': (text) =>
    isTokenRecord({ ...token().record, label: text, digest: text, subject: text }),
  'AL-1 currentSpelling': currentSpelling,
  'MI-1 shapeOfVersion': shapeOfVersion,
  'MI-1 parseValidityTime': parseValidityTime,
  'MI-1 migrateSettings': (text) =>
    migrateSettings({ appVersion: text, clientIpHeader: text, ipAddressRestrictions: [text] }, hosts.jira),
  'SE-2 parseSettings': (text) =>
    parseSettings(
      { ...defaultSettings(hosts.jira), [text]: text, hostTokens: text, network: { allow: [text] } },
      hosts.jira,
    ),
};

/** A text in which every character is one byte. */
const escapeOutside = (text: string): string => text.replace(/[^\0-\xff]/g, '?');

describe('linear work on one text', () => {
  it.each(Object.entries(texts))('%s takes time linear in the length', (_, parse) => {
    for (const pattern of everyKind) expectLinear(repeated(pattern), parse);
  });

  it.each([
    ['AD-1 parseAddress', parseAddress],
    ['AD-1 parsePeer', parsePeer],
    ['AL-1 parseRange', parseRange],
    ['AL-2 parseTrustedRange', parseTrustedRange],
  ])('%s takes time linear in the length', (_, parse: (text: string) => unknown) => {
    for (const pattern of [...addresses, ...everyKind]) expectLinear(repeated(pattern), parse);
  });
});

describe('linear work on lists', () => {
  const rulesFor = (shape: 'list' | 'single' | 'forwarded') =>
    ({
      clients: compileClientRules({
        allow: [],
        reverseProxy: { trusted: ['10.0.0.0/8'], header: 'X-Client', shape, onMissing: 'deny' },
      }),
    }) as const;

  it.each(['list', 'single', 'forwarded'] as const)(
    'PX-4 resolveClient takes time linear in one header line (%s)',
    (shape) => {
      for (const pattern of [
        '10.0.0.2,',
        ' ,',
        'for=10.0.0.2,',
        'for="',
        '\\',
        '"\\",',
        'a=b;',
        ...addresses,
      ])
        expectLinear(repeated(pattern), (text) =>
          resolveClient({ peer: '10.0.0.1', headers: [['X-Client', text]] }, rulesFor(shape)),
        );
    },
  );

  it.each(['list', 'single', 'forwarded'] as const)(
    'PX-4 resolveClient takes time linear in the number of header lines (%s)',
    (shape) => {
      for (const value of ['10.0.0.2', '', 'for=10.0.0.2', '"'])
        expectLinear(
          listOf(() => ['X-Client', value] as const),
          (headers) => resolveClient({ peer: '10.0.0.1', headers }, rulesFor(shape)),
        );
    },
  );

  it('CR-1 headers take time linear in the number of lines', () => {
    const lines = listOf(() => ['Authorization', 'Bearer a'] as const);
    expectLinear(lines, (headers) => headerValues(headers, 'authorization'));
    expectLinear(lines, (headers) => parseCredential(headers.map(([, value]) => value)));
    expectLinear(lines, (headers) => parseTokenHeader(headers.map(([, value]) => value)));
    expectLinear(
      listOf(() => 'a'),
      pairedHeaderLines,
    );
    expectLinear(
      listOf(() => ['X-HTTP-Method', 'PUT'] as const),
      (headers) => overridesOf('/a', headers),
    );
  });

  const ranges = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

  it('AL-3 lists of ranges take time in proportion to their length', () => {
    // Sorting adds a factor that grows by less than two between the sizes compared.
    expectLinear(listOf(ranges, 4), compileRanges);
    expectLinear(listOf(ranges, 16), (list) => subtractRanges(['10.0.0.0/8'], list));
  });

  it('SE-2 settings take time in proportion to their entries', () => {
    const allowing = (list: readonly string[]) => settingsOf(hosts.jira, { network: { allow: list } });
    const granting = (list: readonly string[]) =>
      settingsOf(hosts.jira, { permissions: { use: { to: 'groups', groups: list } } });
    expectLinear(listOf(ranges, 16), (list) => parseSettings(allowing(list), hosts.jira));
    expectLinear(
      listOf(() => 'not an address', 16),
      (list) => parseSettings(allowing(list), hosts.jira),
    );
    expectLinear(listOf(String, 16), (list) => parseSettings(granting(list), hosts.jira));
    expectLinear(listOf(ranges, 16), (list) =>
      migrateSettings({ appVersion: '1.4', ipAddressRestrictions: list }, hosts.jira),
    );
    expectLinear(listOf(ranges, 16), (list) => reviewSettings(allowing(list), hosts.jira));
    expectLinear(listOf(ranges, 16), (list) =>
      settingsDifference(allowing(list), allowing([...list].reverse())),
    );
  });
});

describe('what is hashed', () => {
  it('TK-3 is one secret of 43 characters, however long the credential is', () => {
    const hashed: string[] = [];
    const digests = compileDigests({
      sha256: (text) => {
        hashed.push(text);
        return 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0';
      },
    });
    digests.of(composeToken('lk', bytes).text, null);
    expect(hashed.map(({ length }) => length)).toEqual([3, 43]);
  });
});
