import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressValue,
  addressWords,
  formatAddress,
  parseAddress,
  parsePeer,
  scanAddress,
  scanPeer,
  valueText,
  valueWords,
} from '../../src/net/address.ts';
import { accepted } from './accepted.ts';

/** Any UTF-16 text at all, lone surrogates too, most of it in ASCII. */
const anyText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.nat(0x7f) }, fc.nat(0xffff)), { maxLength: 80 })
  .map((codes) => String.fromCharCode(...codes));

const refusedTexts: readonly string[] = [
  ...['', ' ', '.', ':', '%', '/', 'localhost', 'any', '*'],
  ...[
    '127.1',
    '10.0.1',
    '1',
    '2130706433',
    '0x7f.0.0.1',
    '0x7f000001',
    '017700000001',
    '1.2.3.4.',
    '1.2.3.',
    '.1.2.3.4',
    '1..2.3',
  ],
  ...[
    '010.0.0.1',
    '1.2.3.04',
    '00.0.0.0',
    '1.2.3.256',
    '1.2.3.1000',
    '1.2.3.4.5',
    '-1.2.3.4',
    '+1.2.3.4',
    '1.2.3.4a',
    '1e1.2.3.4',
  ],
  ...[
    '1.2.3.4:80',
    '[1.2.3.4]',
    '[::1]',
    '[::1]:80',
    '1.2.3.4/32',
    '::1/128',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2. 3.4',
    '::1\n',
    '\t::1',
  ],
  ...[
    '::1%',
    '::1%eth0',
    'fe80::1%eth0',
    '1.2.3.4%eth0',
    ':::',
    ':1',
    '1:',
    '1:2',
    '::1::',
    '1::2::3',
    ':1::2',
    '1::2:',
  ],
  ...[
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
    '12345::',
    '::00001',
    'g::',
    '::@',
    '::`1',
    '1:2:3:4:5:6:7:8:9:10:11',
  ],
  ...[
    '::1.2.3',
    '::1.2.3.4.5',
    '::01.2.3.4',
    '::1.2.3.256',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:1.2.3.4',
  ],
  ...[
    '1:2:3:4:5:6::1.2.3.4',
    '::a.2.3.4',
    '1٠.0.0.1',
    '１.2.3.4',
    '1。2。3。4',
    '\u0000',
    '1.2.3.4\u0000',
    '::ﬀff',
  ],
];

describe('one gate', () => {
  test.each(accepted)('AD-1 %s is %s', (text, canonical) => {
    expect(parseAddress(text)).toBe(canonical);
  });

  test.each(refusedTexts)('AD-1 %j is no address', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test('AD-1 64 characters are read and 65 are not', () => {
    const peer = (length: number) => `fe80::1%${'x'.repeat(length - 8)}`;
    expect(parsePeer(peer(64))?.address).toBe('fe80::1');
    expect(parsePeer(peer(65))).toBeNull();
    expect(parseAddress('1'.repeat(65))).toBeNull();
    expect(parseAddress(`::${'1:'.repeat(1_000_000)}`)).toBeNull();
  });

  test('AD-1 a window of a longer text is read alone', () => {
    const words = addressWords();
    expect(scanAddress('x,10.0.0.1,y', 2, 10, words)).toBe(4);
    expect(words[0]).toBe(0x0a000001);
    expect(scanAddress('10.0.0.12', 0, 8, words)).toBe(4);
    expect(words[0]).toBe(0x0a000001);
    expect(scanAddress('1::2::', 0, 4, words)).toBe(6);
    expect(scanAddress(':::', 0, 2, words)).toBe(6);
    expect(scanAddress('::1', 0, 1, words)).toBe(0);
    expect(scanAddress('x:::', 1, 2, words)).toBe(0);
    expect(scanAddress('1:2:3:4:5:6:7:8.9', 0, 15, words)).toBe(6);
    expect(scanAddress('1:2:3:4:5:6:7:89', 0, 15, words)).toBe(6);
    expect([...words]).toEqual([0x10002, 0x30004, 0x50006, 0x70008]);
  });

  test('AD-1 no string at all makes the gate throw', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        parseAddress(text);
        parsePeer(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('zones', () => {
  test.each([
    ['fe80::1%eth0', 'fe80::1', 'eth0'],
    ['FE80::1%3', 'fe80::1', '3'],
    ['febf:ffff::%wg@home.100', 'febf:ffff::', 'wg@home.100'],
    ['fe80::1', 'fe80::1', null],
    ['::ffff:10.0.0.1', '10.0.0.1', null],
    ['10.0.0.1', '10.0.0.1', null],
  ])('AD-1 the zone of the peer %s is kept apart', (text, address, zone) => {
    expect(parsePeer(text)).toEqual({ address, zone });
  });

  test.each([
    ...[
      'fe80::1%',
      'fec0::1%eth0',
      'fe7f::1%eth0',
      '::1%eth0',
      '2001:db8::1%1',
      '10.0.0.1%eth0',
      '::ffff:10.0.0.1%eth0',
    ],
    ...[
      'fe80::1%eth 0',
      'fe80::1%eth%0',
      'fe80::1%eth0/64',
      '[fe80::1%eth0]',
      'fe80::1%é',
      'fe80::1%\u007f',
      '%eth0',
      '',
      'unix:',
    ],
  ])('AD-1 the peer %j is no address', (text) => {
    expect(parsePeer(text)).toBeNull();
    expect(scanPeer(text, addressWords())).toBe(0);
  });
});

describe('canonical form', () => {
  test.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:0a00:0001', '10.0.0.1'],
    ['0:0:0:0:0:ffff:255.255.255.255', '255.255.255.255'],
    ['::ffff:0:0', '0.0.0.0'],
  ])('AD-2 mapped %s is folded to %s', (text, canonical) => {
    expect(parseAddress(text)).toBe(canonical);
    expect(scanAddress(text, 0, text.length, addressWords())).toBe(4);
  });

  test.each([
    ['::1.2.3.4', '::102:304'],
    ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['2002:102:304::', '2002:102:304::'],
    ['2001::1.2.3.4', '2001::102:304'],
    ['::fffe:1.2.3.4', '::fffe:102:304'],
    ['::1:ffff:1.2.3.4', '::1:ffff:102:304'],
    ['1::ffff:1.2.3.4', '1::ffff:102:304'],
    ['0:1::ffff:1.2.3.4', '0:1::ffff:102:304'],
  ])('AD-2 nothing else is folded: %s is %s', (text, canonical) => {
    expect(parseAddress(text)).toBe(canonical);
  });

  const group = fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    fc.nat(0xffff),
    fc.constantFrom(1, 0xf, 0xffff),
  );
  const sixteen = fc.array(group, { minLength: 8, maxLength: 8 });

  test('AD-2 IPv6 text agrees with the serialisation of URLs', () => {
    fc.assert(
      fc.property(sixteen, (groups) => {
        const text = groups.map((value) => value.toString(16)).join(':');
        const canonical = parseAddress(text) as string;
        if (canonical.includes('.')) expect(groups.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0xffff]);
        else expect(`[${canonical}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
      { numRuns: 3_000 },
    );
  });

  test('AD-2 canonical text is a fixed point, and the way to numbers and back loses nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = parseAddress(text) as string;
        expect(parseAddress(canonical)).toBe(canonical);
        const words = addressWords();
        const family = scanAddress(text, 0, text.length, words);
        if (family === 0) throw new Error('generated text is an address');
        expect(formatAddress(family, words)).toBe(canonical);
        const value = addressValue(family, words);
        expect(valueText(family, value)).toBe(canonical);
        expect(addressValue(family, valueWords(family, value, addressWords()))).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });
});
