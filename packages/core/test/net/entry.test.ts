import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRange, parseTrustedRange } from '../../src/net/entry.ts';

/** Any UTF-16 text at all, lone surrogates too, most of it in ASCII. */
const anyText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.nat(0x7f) }, fc.nat(0xffff)), { maxLength: 80 })
  .map((codes) => String.fromCharCode(...codes));

const wholeIPv6 = (1n << 128n) - 1n;

describe('entries', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    [' \t10.0.0.1\t ', '10.0.0.1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8::1/128', '2001:db8::1/128'],
    ['::1', '::1'],
    ['10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9'],
    ['10.0.0.1 \t-\t 10.0.0.9', '10.0.0.1-10.0.0.9'],
    ['10.0.0.1-10.0.0.1', '10.0.0.1-10.0.0.1'],
    ['::1-2001:DB8::', '::1-2001:db8::'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:10.0.0.1/128', '10.0.0.1/32'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9'],
    ['::/80', '::/80'],
    ['64:ff9b::1.2.3.0/120', '64:ff9b::102:300/120'],
    [`${' '.repeat(120)}10.0.0.1`, '10.0.0.1'],
  ])('AL %j is stored as %s', (text, canonical) => {
    const parsed = parseRange(text);
    expect(parsed.ok && parsed.value.canonical).toBe(canonical);
    expect(parseRange(canonical)).toEqual(parsed);
  });

  test.each([
    ['10.0.0.0/8', 4, 0x0a000000n, 0x0affffffn],
    ['0.0.0.0/0', 4, 0n, 0xffffffffn],
    ['255.255.255.255/32', 4, 0xffffffffn, 0xffffffffn],
    ['::ffff:10.0.0.0/104', 4, 0x0a000000n, 0x0affffffn],
    ['10.0.0.1-10.0.1.0', 4, 0x0a000001n, 0x0a000100n],
    ['::/0', 6, 0n, wholeIPv6],
    ['::1', 6, 1n, 1n],
    ['2001:db8::/127', 6, 0x20010db8n << 96n, (0x20010db8n << 96n) + 1n],
    ['::fffe:0:0/95', 6, 0xfffen << 32n, (1n << 48n) - 1n],
  ] as const)('AL %s has the right ends', (text, family, first, last) => {
    expect(parseRange(text)).toMatchObject({ ok: true, value: { family, first, last } });
  });

  test.each([
    ['10.0.0.1/8', 'host-bits-set', '10.0.0.0/8 or 10.0.0.1'],
    ['::ffff:10.0.0.1/104', 'host-bits-set', '10.0.0.0/8 or 10.0.0.1'],
    ['10.0.0.1/0', 'host-bits-set', '0.0.0.0/0 or 10.0.0.1'],
    ['2001:db8::1/32', 'host-bits-set', '2001:db8::/32 or 2001:db8::1'],
    ['::ffff:10.0.0.0/8', 'mapped-prefix-too-short', '10.0.0.0/8'],
    ['::ffff:10.1.2.3/8', 'mapped-prefix-too-short', '10.0.0.0/8'],
    ['::ffff:10.0.0.1/32', 'mapped-prefix-too-short', '10.0.0.1/32'],
    ['::ffff:10.0.0.0/33', 'mapped-prefix-too-short', undefined],
    ['::ffff:10.0.0.0/95', 'mapped-prefix-too-short', undefined],
    ['10.0.0.9-10.0.0.1', 'range-reversed', undefined],
    ['2::-1::', 'range-reversed', undefined],
    ['10.0.0.1-::1', 'mixed-families', undefined],
    ['::1-10.0.0.1', 'mixed-families', undefined],
    ['::1-::ffff:10.0.0.1', 'mixed-families', undefined],
    ['10.0.0.1-9', 'range-malformed', undefined],
    ['10.0.0.1-', 'range-malformed', undefined],
    ['-10.0.0.1', 'range-malformed', undefined],
    ['-', 'range-malformed', undefined],
    ['10.0.0.1-10.0.0.2-10.0.0.3', 'range-malformed', undefined],
    ['10.0.0.0/8-10.1.0.0', 'range-malformed', undefined],
    ['10.0.0.0/-8', 'range-malformed', undefined],
    ['my-host.example', 'range-malformed', undefined],
    ['10.0.*', 'address-malformed', undefined],
    ['10/8', 'address-malformed', undefined],
    ['10.0.0/24', 'address-malformed', undefined],
    ['010.0.0.0/8', 'address-malformed', undefined],
    ['0x0a000001', 'address-malformed', undefined],
    ['167772161', 'address-malformed', undefined],
    ['host.example', 'address-malformed', undefined],
    ['any', 'address-malformed', undefined],
    ['*', 'address-malformed', undefined],
    ['/8', 'address-malformed', undefined],
    ['/8#', 'address-malformed', undefined],
    ['::1:2:', 'address-malformed', undefined],
    ['10.0.0.0/', 'prefix-malformed', undefined],
    ['10.0.0.0/08', 'prefix-malformed', undefined],
    ['10.0.0.0/00', 'prefix-malformed', undefined],
    ['10.0.0.0/+8', 'prefix-malformed', undefined],
    ['10.0.0.0/0x8', 'prefix-malformed', undefined],
    ['10.0.0.0/8/8', 'prefix-malformed', undefined],
    ['10.0.0.0/8.0', 'prefix-malformed', undefined],
    ['10.0.0.0/1000', 'prefix-malformed', undefined],
    ['10.0.0.0/33', 'prefix-too-long', undefined],
    ['::/129', 'prefix-too-long', undefined],
    ['::ffff:10.0.0.0/129', 'prefix-too-long', undefined],
    ['10.0.0.0/255.0.0.0', 'netmask-not-allowed', '/8'],
    ['10.0.0.1/255.0.0.0', 'netmask-not-allowed', '/8'],
    ['10.0.0.0/255.255.255.255', 'netmask-not-allowed', '/32'],
    ['10.0.0.0/0.0.0.0', 'netmask-not-allowed', '/0'],
    ['10.0.0.0/0.255.255.255', 'netmask-not-allowed', undefined],
    ['10.0.0.0/255.0.255.0', 'netmask-not-allowed', undefined],
    ['10.0.0.0/ffff::', 'netmask-not-allowed', undefined],
    ['::ffff:10.0.0.0/255.0.0.0', 'netmask-not-allowed', undefined],
    ['2001:db8::/ffff:ffff::', 'netmask-not-allowed', '/32'],
    ['fe80::1%eth0', 'zone-not-allowed', undefined],
    ['fe80::%eth0/64', 'zone-not-allowed', undefined],
    ['[::1]', 'brackets-not-allowed', undefined],
    ['[::1]:443', 'brackets-not-allowed', undefined],
    ['[10.0.0.1]', 'brackets-not-allowed', undefined],
    ['::1]', 'brackets-not-allowed', undefined],
    ['10.0.0.1:443', 'port-not-allowed', undefined],
    ['10.0.0.0:80/8', 'port-not-allowed', undefined],
    ['10.0.0.1,10.0.0.2', 'list-not-allowed', undefined],
    ['10.0.0.0/8, 10.0.0.1', 'list-not-allowed', undefined],
    ['10.0.0.1;10.0.0.2', 'list-not-allowed', undefined],
    ['10.0.0.1 10.0.0.2', 'list-not-allowed', undefined],
    ['10.0.0.0 /8', 'list-not-allowed', undefined],
    ['10.0.0.1\n10.0.0.2', 'list-not-allowed', undefined],
    ['10.0.0.1\n', 'list-not-allowed', undefined],
    ['10.0.0.0/8 # office', 'comment-not-allowed', undefined],
    ['# office', 'comment-not-allowed', undefined],
    ['10.0.0.1\x7f', 'address-malformed', undefined],
    ['10.0.0.1–10.0.0.9', 'entry-not-ascii', undefined],
    ['\u00a010.0.0.1', 'entry-not-ascii', undefined],
    ['', 'entry-empty', undefined],
    [' \t ', 'entry-empty', undefined],
    [`${' '.repeat(121)}10.0.0.1`, 'entry-too-long', undefined],
  ])('AL %j is refused as %s', (text, code, hint) => {
    const parsed = parseRange(text);
    expect(parsed).toMatchObject({ ok: false, problem: { code, path: [] } });
    if (parsed.ok) return;
    expect(parsed.problem.hint).toBe(hint);
    expect(Object.hasOwn(parsed.problem, 'hint')).toBe(hint !== undefined);
    expect(parsed.problem.message).toMatch(/^[A-Z].*\.$/);
  });

  test('AL no string makes the parser throw, and what it accepts it accepts again in canonical form', () => {
    const piece = fc.constantFrom(
      '10.0.0.0',
      '::',
      '::ffff:10.0.0.0',
      '/',
      '8',
      '104',
      '-',
      ' ',
      '\t',
      '255.0.0.0',
      'x',
      '%',
      ',',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          const parsed = parseRange(text);
          if (parsed.ok) expect(parseRange(parsed.value.canonical)).toEqual(parsed);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('trusted proxies', () => {
  test.each([
    ['0.0.0.0/0', 'covers-whole-family'],
    ['::/0', 'covers-whole-family'],
    ['::ffff:0:0/96', 'covers-whole-family'],
    ['0.0.0.0-255.255.255.255', 'covers-whole-family'],
    ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'covers-whole-family'],
    ['0.0.0.0', 'unspecified-address'],
    ['0.0.0.0/32', 'unspecified-address'],
    ['0.0.0.0-0.0.0.0', 'unspecified-address'],
    ['::', 'unspecified-address'],
    ['::/128', 'unspecified-address'],
    ['::ffff:0.0.0.0', 'unspecified-address'],
    ['10.0.0.1/8', 'host-bits-set'],
  ])('AL-2 %s is refused as %s', (text, code) => {
    expect(parseTrustedRange(text)).toMatchObject({ ok: false, problem: { code } });
  });

  test.each([
    '10.0.0.1',
    '10.0.0.0/8',
    '0.0.0.0/1',
    '0.0.0.1-255.255.255.255',
    '::1',
    '::/1',
    '0.0.0.0-255.255.255.254',
  ])('AL-2 %s is accepted', (text) => {
    expect(parseTrustedRange(text)).toEqual(parseRange(text));
    expect(parseTrustedRange(text).ok).toBe(true);
  });
});
