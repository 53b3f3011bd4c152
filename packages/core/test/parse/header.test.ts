import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerValues, parseTokenHeader } from '../../src/parse/header.ts';

const presented = (secret: string) => ({ kind: 'presented', via: 'header', username: null, secret });

describe('parseTokenHeader', () => {
  it('CR-4 no line is no credential', () => {
    expect(parseTokenHeader([])).toEqual({ kind: 'none' });
  });

  it.each([
    ['abc', 'abc'],
    [' \tabc\t ', 'abc'],
    ['Bearer abc', 'Bearer abc'],
    ['a b', 'a b'],
    ['caf\u00e9', 'caf\u00e9'],
    ['x'.repeat(8_192), 'x'.repeat(8_192)],
  ])('CR-4 the bare value is the secret', (line, secret) => {
    expect(parseTokenHeader([line])).toEqual(presented(secret));
  });

  it.each([
    [['a', 'b'], 'several-lines'],
    [['a', 'a'], 'several-lines'],
    [[''], 'empty'],
    [['\t '], 'empty'],
    [['x'.repeat(8_193)], 'too-long'],
    [['a\0'], 'control-character'],
    [['a\tb'], 'control-character'],
    [['a\x7f'], 'control-character'],
    [['a\u0100'], 'not-latin-1'],
  ])('CR-4 %j is malformed', (lines, why) => {
    expect(parseTokenHeader(lines)).toEqual({ kind: 'malformed', why });
  });
});

describe('headerValues', () => {
  const headers = [
    ['Authorization', '1'],
    ['authorization', '2'],
    ['Authorizatio', 'short'],
    ['Authorizations', 'long'],
    ['AUTHORIZATION', '3'],
    ['authorizatioN', '4'],
    ['@uthorization', 'other'],
  ] as const;

  it('CR-1 every line of the name, in order, without case', () => {
    expect(headerValues(headers, 'authorization')).toEqual(['1', '2', '3', '4']);
  });

  it('CR-1 none where there is none, and always the same empty list', () => {
    expect(headerValues(headers, 'x-api-key')).toEqual([]);
    expect(headerValues([], 'a')).toBe(headerValues(headers, 'b'));
    expect(Object.isFrozen(headerValues([], 'a'))).toBe(true);
  });

  it('CR-1 only the letters A to Z have a case', () => {
    expect(
      headerValues(
        [
          ['X[', 'bracket'],
          ['X@', 'at'],
          ['X{', 'brace'],
        ],
        'x{',
      ),
    ).toEqual(['brace']);
    expect(headerValues([['X@', 'at']], 'x`')).toEqual([]);
    expect(
      headerValues(
        [
          ['\u212aey', 'kelvin'],
          ['\u00c9', 'acute'],
        ],
        'key',
      ),
    ).toEqual([]);
    expect(headerValues([['\u00c9', 'acute']], '\u00e9')).toEqual([]);
    expect(headerValues([['AZ', 'a']], 'az')).toEqual(['a']);
  });

  it('CR-1 the answer is that of comparing lower-case names', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'A', 'z', 'Z', '-', '1'), maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), name, (lines, wanted) => {
        const lower = wanted.toLowerCase();
        const expected = lines.filter(([own]) => own.toLowerCase() === lower).map(([, value]) => value);
        expect(headerValues(lines, lower)).toEqual(expected);
      }),
    );
  });
});
