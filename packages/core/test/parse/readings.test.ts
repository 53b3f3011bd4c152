import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marked } from '../../src/parse/marks.ts';
import { normaliseCompatibly } from '../../src/parse/nfkc.ts';
import { walkReadings } from '../../src/parse/readings.ts';

const readingsOf = (path: string): string[] => {
  const readings: string[] = [];
  walkReadings(path, (reading) => readings.push(reading) > 0);
  return readings;
};

describe('TA-2 readings', () => {
  it.each<[string, readonly string[]]>([
    ['/a', ['/a']],
    ['/a;b/c', ['/a;b/c', '/a/c']],
    ['/a\\b', ['/a\\b', '/a/b']],
    ['/a//b', ['/a//b', '/a/b']],
    ['//a/b', ['//a/b', '/a/b', '/b']],
    ['//a', ['//a', '/a', '/']],
    ['/a/./b/../c', ['/a/./b/../c', '/a/c']],
    ['/a/..', ['/a/..', '/']],
    ['/a/b/.', ['/a/b/.', '/a/b/']],
    ['/../../a', ['/../../a', '/a']],
    ['/a#b', ['/a#b', '/a']],
    ['/a.', ['/a.', '/a']],
    ['/...', ['/...', '/']],
    ['/%41', ['/%41', '/A']],
    ['/%2541', ['/%2541', '/%41', '/A']],
    ['/\uff41', ['/\uff41', '/a']],
    ['/a%2fb', ['/a%2fb', '/a/b']],
    ['/a/../b.', ['/a/../b.', '/b.', '/a/../b', '/b']],
    ['/  /b', ['/  /b', '/', '//b', '/b']],
    ['//h\\a/b', ['//h\\a/b', '/h\\a/b', '//h/a/b', '/h/a/b', '/a/b']],
    ['/%2e', ['/%2e', '/', '/.']],
    ['/a%3fb', ['/a%3fb', '/a?b', '/a']],
    ['/a%00b', ['/a%00b', '/a\0b', '/a']],
    ['/a\tb', ['/a\tb', '/ab']],
    ['/a\u0001', ['/a\u0001', '/a']],
  ])('TA-2 %j is read as exactly %j', (path, readings) => {
    expect(readingsOf(path).sort()).toEqual([...readings].sort());
  });

  it.each([
    ['/a /b', '/a/b'],
    ['/a. ./b', '/a/b'],
    ['/a/.. /b', '/b'],
    ['/a/.. /b', '/a/b'],
    ['/x%2fy/%2e%2e/z', '/z'],
    ['/x%2fy/%252e%252e/z', '/z'],
    ['/x/..%253b/y', '/y'],
    ['/x%5c..%2fy', '/y'],
    ['/%ef%bc%85%ef%bc%94%ef%bc%91', '/A'],
    ['/\u00c0\u00af\u00c0\u00afa/b', '/b'],
    ['/a%0d%0a/b', '/a/b'],
    ['/\\a\\b', '/b'],
    ['/a; /b', '/a/b'],
    ['/%u002f%41', '/%u002fA'],
    ['/%c0%ae%41', '/\ufffd\ufffdA'],
    ['/%2f%u0041%c0%ae%42', '/%2f%u0041\ufffd\ufffdB'],
  ])('TA-2 %j may be read as %j', (path, reading) => {
    expect(readingsOf(path)).toContain(reading);
  });

  it('TA-2 four levels of decoding are followed, a fifth is not', () => {
    expect(readingsOf('/%25252541')).toEqual(['/%25252541', '/%252541', '/%2541', '/%41', '/A']);
    expect(readingsOf('/%2525252541')).not.toContain('/A');
    // What four levels leave of an escaped dot is a dot to the WHATWG parser still.
    expect(readingsOf('/a/%252525252e%252525252e/b')).toContain('/b');
  });

  it('TA-2 begins with the path itself, repeats nothing, and every reading begins with a slash', () => {
    const piece = fc.constantFrom(
      '/',
      '..',
      '.',
      ';',
      '\\',
      '%2f',
      '%5c',
      '%2e',
      '#',
      '%3f',
      ' ',
      '\t',
      '\uff0f',
      'a',
      '\u0338',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const path = `/${pieces.join('')}`;
        const readings = readingsOf(path);
        expect(readings[0]).toBe(path);
        expect(new Set(readings).size).toBe(readings.length);
        for (const reading of readings) expect(reading.startsWith('/')).toBe(true);
      }),
    );
  });
});

describe('TA-6 the walk ends', () => {
  it('TA-6 when all readings are seen, when the visitor has enough, or at the bound', () => {
    expect(walkReadings('/a;b', () => true)).toBe('complete');
    expect(walkReadings('/a;b', () => false)).toBe('settled');
    expect(walkReadings(`/${'/x;.%2f\\.. %20#%252e.'.repeat(50)}`, () => true)).toBe('too-many');
  });

  it('TA-6 a reading found again is no more work, so a long path with few readings is seen whole', () => {
    // The longest that are seen whole: work counted twice anywhere would end these walks early.
    for (const [length, tail] of [
      [12_493, '\\b//c;d#e'],
      [37_494, '%41%2541;b'],
      [14_277, '%41%2541\\b;c'],
      [59_995, '#%41%2541'],
    ] as const) {
      expect(walkReadings(`/${'a'.repeat(length)}${tail}`, () => true)).toBe('complete');
      expect(walkReadings(`/${'a'.repeat(length + 1)}${tail}`, () => true)).toBe('too-many');
    }
  });

  it('TA-6 a short path with very many readings is left as well', () => {
    let visits = 0;
    const path = '/%09%5c\\%23%23//%20 \t\t\\%253b%2f//%252f%252f..%00/%3f.%2e';
    expect(walkReadings(path, () => ++visits > 0)).toBe('too-many');
    // So many have been visited when the 2,001st is found.
    expect(visits).toBe(777);
  });

  it('TA-6 never visits much more than its bounds allow', () => {
    let visits = 0;
    let characters = 0;
    const path = `/${'.%2f;/\\%252e. '.repeat(500)}`;
    walkReadings(path, (reading) => {
      visits++;
      characters += reading.length;
      return true;
    });
    expect(visits).toBeLessThanOrEqual(2001);
    expect(characters).toBeLessThan(600_000);
  });
});

describe('TA-3 marks', () => {
  it.each<[string, readonly (keyof typeof marked)[]]>([
    ['/', []],
    ['/abc.d/e', []],
    ['/.', ['dotSegment']],
    ['/../a', ['dotSegment']],
    ['/...', ['trailingDot']],
    ['/a./b', ['trailingDot']],
    ['/.a', []],
    ['/a//', ['emptySegment']],
    ['/a/', []],
    ['//', ['emptySegment', 'authority']],
    ['/\\a', ['backslash', 'authority']],
    ['/a /b', ['space', 'trailingSpace']],
    ['/a b', ['space']],
    ['/a ', ['space', 'trailingSpace']],
    ['/\u0001b', ['control']],
    ['/\u001fb', ['control']],
    ['/b\u0001', ['control', 'removable']],
    ['/\tb', ['control', 'removable']],
    ['/\0b', ['control', 'nul']],
    ['/\u007f', ['control']],
    ['/\u0080', ['control', 'nonAscii']],
    ['/\u009f', ['control', 'nonAscii']],
    ['/\u00a0', ['nonAscii']],
    ['/%?;#', ['percent', 'question', 'semicolon', 'hash']],
  ])('TA-3 %j is marked %j', (path, names) => {
    let marks = -1;
    walkReadings(path, (_, found) => {
      marks = found;
      return false;
    });
    expect(
      Object.entries(marked)
        .flatMap(([name, bit]) => ((marks & bit) === 0 ? [] : [name]))
        .sort(),
    ).toEqual([...names].sort());
  });
});

describe('TA-2 NFKC', () => {
  it("TA-2 a mark at the end of a piece of 64 is its letter's, one behind it stands alone", () => {
    const fits = `/${'b'.repeat(61)}e\u0301`;
    expect(normaliseCompatibly(fits)).toBe(fits.normalize('NFKC'));
    const split = `/${'b'.repeat(62)}e\u0301`;
    expect(split).toHaveLength(65);
    expect(normaliseCompatibly(split)).toBe(split);
    expect(normaliseCompatibly(`${split}${'b'.repeat(63)}\uff41`)).toBe(`${split}${'b'.repeat(63)}a`);
  });

  it('TA-2 is exact for short texts and for long ones without marks', () => {
    expect(normaliseCompatibly('\uff52e\u0301\ufb01')).toBe('r\u00e9fi');
    // A character of two code units lies across every sixty-fourth place, for one of the two.
    for (const before of ['', 'a']) {
      expect(normaliseCompatibly(before + '\u{1d42b}'.repeat(100))).toBe(before + 'r'.repeat(100));
    }
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '/', '\uff0f', '\u{1d42b}', '\u2025', '\u2126'),
          maxLength: 300,
        }),
        (text) => {
          expect(normaliseCompatibly(text)).toBe(text.normalize('NFKC'));
        },
      ),
    );
  });
});
