import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredential, soleValue } from '../../src/parse/authorization.ts';

const malformed = (why: string) => ({ kind: 'malformed', why });
const presented = (username: string, secret: string) => ({
  kind: 'presented',
  via: 'basic',
  username,
  secret,
});

describe('Authorization lines', () => {
  it('CR-1 no line is no credential', () => {
    expect(parseCredential([])).toEqual({ kind: 'none' });
  });

  it.each([
    ['two lines', ['Basic YTpi', 'Bearer x'], 'several-lines'],
    ['two equal lines', ['Basic YTpi', 'Basic YTpi'], 'several-lines'],
    ['two empty lines', ['', ''], 'several-lines'],
    ['an empty line', [''], 'empty'],
    ['blanks only', [' \t '], 'empty'],
    ['NUL', ['Basic YTpi\0'], 'control-character'],
    ['NUL in front', ['\0Basic YTpi'], 'control-character'],
    ['a line break', ['Basic YTpi\r\nX: y'], 'control-character'],
    ['the last control character', ['Basic YT\x1fpi'], 'control-character'],
    ['DEL', ['Basic YTpi\x7f'], 'control-character'],
    ['DEL in a foreign scheme', ['Digest a\x7fb'], 'control-character'],
    ['an inner tab', ['Basic\tYTpi'], 'control-character'],
    ['a tab in the data', ['Bearer abc\tdef'], 'control-character'],
    ['U+0100', ['Basic YTpi\u0100'], 'not-latin-1'],
    ['U+0100 in a foreign scheme', ['Digest \u0100'], 'not-latin-1'],
    ['NBSP for the space', ['Basic\u00a0YTpi'], 'scheme-not-a-token'],
    ['a colon for the space', ['Basic:YTpi x'], 'scheme-not-a-token'],
    ['a bare word that is no token', ['dXNlcjpwYXNz=='], 'scheme-not-a-token'],
    ['two credentials in one line', ['Basic YTpi, Basic YTpi'], 'basic-not-base64'],
    ['Basic alone', ['Basic'], 'data-missing'],
    ['Basic and blanks', ['bAsIc  \t'], 'data-missing'],
    ['Bearer alone', ['BEARER'], 'data-missing'],
    ['Bearer and a blank', ['Bearer '], 'data-missing'],
  ])('CR-1 %s is malformed', (_, lines, why) => {
    expect(parseCredential(lines)).toEqual(malformed(why));
  });

  it('CR-1 the value of a header that may stand once is its only line, trimmed', () => {
    expect(soleValue([' \tx y\t '])).toBe('x y');
    expect(soleValue(['x', 'x'])).toEqual(malformed('several-lines'));
    expect(soleValue([])).toEqual(malformed('empty'));
  });

  it('CR-1 exactly 8 KiB is read, one character more is not decoded', () => {
    const longest = `Bearer ${'x'.repeat(8_192 - 7)}`;
    expect(parseCredential([longest])).toMatchObject({ kind: 'presented', via: 'bearer' });
    expect(parseCredential([`${longest}x`])).toEqual(malformed('too-long'));
    expect(parseCredential([`Negotiate ${'x'.repeat(8_192)}`])).toEqual(malformed('too-long'));
    expect(parseCredential([' '.repeat(8_193)])).toEqual(malformed('too-long'));
  });

  it.each(['Basic YTpi', 'basic YTpi', 'BASIC   YTpi', ' \tBasic YTpi\t ', 'bAsIc YTpi'])(
    'CR-1 %j is read alike: scheme without case, blanks around trimmed, one or more spaces between',
    (line) => {
      expect(parseCredential([line])).toEqual(presented('a', 'b'));
    },
  );

  it('CR-1 the scheme compares whole', () => {
    expect(parseCredential(['Basi YTpi'])).toEqual({ kind: 'foreign', scheme: 'Basi' });
    expect(parseCredential(['Basics YTpi'])).toEqual({ kind: 'foreign', scheme: 'Basics' });
    expect(parseCredential(['Bearers YTpi'])).toEqual({ kind: 'foreign', scheme: 'Bearers' });
  });

  it('CR-1 a first word is a token in just the characters of RFC 9110', () => {
    for (let code = 0x21; code <= 0xff; code++) {
      if (code === 0x7f) continue;
      const word = `X${String.fromCharCode(code)}`;
      const kind = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(word) ? 'foreign' : 'malformed';
      expect([code, parseCredential([`${word} data`]).kind]).toEqual([code, kind]);
    }
  });

  it('CR-1 every text has an answer, and a malformed one shows nothing of it', () => {
    const unit = fc.oneof(
      fc.constantFrom(' ', '\t', ':', '=', '\0', '\x7f', 'Basic ', 'Bearer ', 'é', 'Ā'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(unit).map((parts) => parts.join('')),
          { maxLength: 3 },
        ),
        (lines) => {
          const credential = parseCredential(lines);
          expect(['none', 'foreign', 'malformed', 'presented']).toContain(credential.kind);
          if (credential.kind === 'malformed')
            expect(credential.why).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$|^empty$/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('Bearer', () => {
  it.each(['abc', 'a', 'AZaz09-._~+/', 'abc=', 'abc==', 'abc===='])('CR-3 %s is one b64token', (data) => {
    expect(parseCredential([`Bearer ${data}`])).toEqual({
      kind: 'presented',
      via: 'bearer',
      username: null,
      secret: data,
    });
  });

  it.each(['=', '==', '=a', 'a=b', 'a b', 'a,b', 'a:b', '"a"', 'a\u00e9', 'a b='])(
    'CR-3 %j is none',
    (data) => {
      expect(parseCredential([`Bearer ${data}`])).toEqual(malformed('bearer-not-a-token'));
    },
  );

  it('CR-3 a b64token has just the characters of RFC 6750', () => {
    for (let code = 0x21; code <= 0xff; code++) {
      if (code === 0x7f) continue;
      const data = `${String.fromCharCode(code)}x`;
      const kind = /^[A-Za-z0-9._~+/-]+$/.test(data) ? 'presented' : 'malformed';
      expect([code, parseCredential([`Bearer ${data}`]).kind]).toEqual([code, kind]);
    }
  });
});

describe('other schemes', () => {
  it('CR-5 a scheme that is not ours is foreign, by its word', () => {
    expect(parseCredential(['Negotiate YII='])).toEqual({ kind: 'foreign', scheme: 'Negotiate' });
    expect(parseCredential(['Digest username="caf\u00e9", realm=""'])).toEqual({
      kind: 'foreign',
      scheme: 'Digest',
    });
  });

  it('CR-5 a bare word is foreign and not kept: it may be a secret', () => {
    const answer = parseCredential(['lk_0123456789abcdef']);
    expect(answer).toEqual({ kind: 'foreign', scheme: '' });
    expect(parseCredential([' Negotiate '])).toEqual({ kind: 'foreign', scheme: '' });
  });
});

describe('time', () => {
  it('CR-1 the longest lines of every kind are judged at once', () => {
    const fill = 8_192 - 7;
    const lines = [
      `Bearer ${'='.repeat(fill)}`,
      `Bearer ${'a'.repeat(fill - 1)}"`,
      `Basic ${'='.repeat(fill)}`,
      `Basic ${'8J+Ukf'.repeat(fill / 6)}`,
      ' '.repeat(8_191).concat('x'),
      `x${' '.repeat(8_190)}x`,
    ];
    const started = performance.now();
    for (let round = 0; round < 20; round++) for (const line of lines) parseCredential([line]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
