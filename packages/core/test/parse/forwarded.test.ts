import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementAddress, forwardedAddress, isBlankLine, trimmedSlice } from '../../src/parse/forwarded.ts';

/** Any UTF-16 text at all, lone surrogates too, most of it in ASCII. */
const anyText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.nat(0x7f) }, fc.nat(0xffff)), { maxLength: 80 })
  .map((codes) => String.fromCharCode(...codes));

describe('lines', () => {
  test.each([
    ['', true],
    [' \t ', true],
    [',', false],
    ['x  ', false],
    ['  x', false],
    ['\u00a0', false],
    ['\n', false],
  ])('PX-3 whether %j is blank: %s', (line, blank) => {
    expect(isBlankLine(line)).toBe(blank);
  });

  test.each([
    [' a b\t', 0, 5, 'a b'],
    ['a, \tb ,c', 2, 6, 'b'],
    ['a,,b', 2, 2, ''],
    ['x \t y', 1, 4, ''],
    ['\na\u00a0', 0, 3, '\na\u00a0'],
  ])('PX-4 only SP and TAB are trimmed from %j', (text, start, end, trimmed) => {
    expect(trimmedSlice(text, start, end)).toBe(trimmed);
  });
});

describe('elements', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:1', '192.0.2.7'],
    ['192.0.2.7:65535', '192.0.2.7'],
    ['192.0.2.7:9090', '192.0.2.7'],
    [':80', ''],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[::ffff:192.0.2.7]:8080', '::ffff:192.0.2.7'],
    ['::', '::'],
  ])('PX-5 %s holds the address %s', (element, address) => {
    expect(elementAddress(element)).toBe(address);
  });

  test.each([
    ...[
      '192.0.2.7:',
      '192.0.2.7:0',
      '192.0.2.7:080',
      '192.0.2.7:65536',
      '192.0.2.7:100000',
      '192.0.2.7:99999',
    ],
    ...['192.0.2.7:http', '192.0.2.7:+80', '192.0.2.7:8 0', '192.0.2.7: 80'],
    ...[
      '[192.0.2.7]',
      '[192.0.2.7]:80',
      '[]',
      '[',
      '[::1',
      '[::1]80',
      '[::1]x80',
      '[::1]:',
      '[::1]:0',
      '[::1]x',
      '[::1]:99999',
      '[host]',
    ],
  ])('PX-5 the form of %j is malformed', (element) => {
    expect(elementAddress(element)).toBeNull();
  });

  // What has no port and no brackets goes to the address gate as it stands, and fails there.
  test.each(['', 'unknown', '_hidden', 'host.example', '"192.0.2.7"', '192.0.2.7 x', '::1]', '192.0.2.7:1:'])(
    'PX-5 %j is left to the address gate',
    (element) => {
      expect(elementAddress(element)).toBe(element);
    },
  );
});

describe('Forwarded', () => {
  test.each([
    ['for=192.0.2.7', '192.0.2.7'],
    ['For="192.0.2.7"', '192.0.2.7'],
    ['FOR=192.0.2.7:47011', '192.0.2.7'],
    ['for="192.0.2.7:47011"', '192.0.2.7'],
    ['for="[2001:db8::1]"', '2001:db8::1'],
    ['for="[2001:db8::1]:4711"', '2001:db8::1'],
    ['for=[2001:db8::1]:4711', '2001:db8::1'],
    ['proto=https;for=192.0.2.7;by=203.0.113.43', '192.0.2.7'],
    ['by="[::1]:80" \t;\t for=192.0.2.7 ; host="a b"', '192.0.2.7'],
    [';;for=192.0.2.7;', '192.0.2.7'],
    ["x!#$%&'*+-.^_`|~=1;for=192.0.2.7", '192.0.2.7'],
    ['ext="";for=192.0.2.7;empty=', '192.0.2.7'],
    ['ext=a=b;for=192.0.2.7', '192.0.2.7'],
    ['forx=1;fo=2;for=192.0.2.7', '192.0.2.7'],
  ])('PX-7 %s is for %s', (piece, address) => {
    expect(forwardedAddress(piece)).toBe(address);
  });

  test.each([
    ['nothing', ''],
    ['no for', 'proto=https'],
    ['only separators', ' ; ;'],
    ['two for', 'for=192.0.2.7;for=192.0.2.7'],
    ['two for in other cases', 'for=192.0.2.7;FOR=192.0.2.8'],
    ['bare IPv6', 'for=2001:db8::1'],
    ['bare IPv6 in quotes', 'for="2001:db8::1"'],
    ['IPv4 in brackets', 'for="[192.0.2.7]"'],
    ['a port out of range', 'for="192.0.2.7:65536"'],
    ['an obfuscated port', 'for="192.0.2.7:_port"'],
    ['a backslash', 'for="192.0.2.\\7"'],
    ['a backslash elsewhere', 'for=192.0.2.7;ext="\\\\"'],
    ['an odd number of quotes', 'for="192.0.2.7'],
    ['an odd number of quotes at the end', 'for=192.0.2.7"'],
    ['a lone quote', 'for="'],
    ['an odd number of quotes elsewhere', 'for=192.0.2.7;ext="'],
    ['a quoted string that was split at a semicolon', 'ext="x;for=192.0.2.7;y="'],
    ['quotes within a value', 'for=192.0.2.7;ext=a"b"'],
    ['quotes after a quoted value', 'for="192.0.2.7"""'],
    ['a port outside the quotes', 'for="[2001:db8::1]":4711'],
    ['white space before =', 'for =192.0.2.7'],
    ['white space after =', 'for= 192.0.2.7'],
    ['a TAB after =', 'proto=\thttps;for=192.0.2.7'],
    ['white space within another value', 'proto=ht tp;for=192.0.2.7'],
    ['no =', 'for=192.0.2.7;secure'],
    ['no name', '=x;for=192.0.2.7'],
    ['a name that is no token', 'for=192.0.2.7;a[b]=c'],
    ['a quoted name', '"for"=192.0.2.7'],
    ['a name that is not ASCII', 'for=192.0.2.7;é=c'],
    ['a control character in a name', 'for=192.0.2.7;\u007f=c'],
    ['a space in a name', 'a b=1;for=192.0.2.7'],
    ['a tab in a name', 'a\tb=1;for=192.0.2.7'],
  ])('PX-7 %s is malformed', (_, piece) => {
    expect(forwardedAddress(piece)).toBeNull();
  });

  test.each(['for=unknown', 'for="_obf"', 'for=" 192.0.2.7"', 'for=', 'for=""'])(
    'PX-7 the node in %s is left to the address gate',
    (piece) => {
      expect(forwardedAddress(piece)).toBe(piece.slice(4).replaceAll('"', ''));
    },
  );

  test('PX-7 an odd number of quotes or a backslash is malformed wherever it stands', () => {
    const part = fc.constantFrom('for=192.0.2.7', '"', '\\', ';', '=', 'a', ' ', 'ext="x"', ';ext=', ',');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const piece = parts.join('');
        const flawed = piece.includes('\\') || piece.split('"').length % 2 === 0;
        if (flawed) expect(forwardedAddress(piece)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  test('PX-7 no string makes a parser throw', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        elementAddress(text);
        forwardedAddress(text);
      }),
    );
  });
});
