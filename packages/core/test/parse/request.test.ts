import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCredential } from '../../src/parse/authorization.ts';
import { joinedHeaderLines, pairedHeaderLines, targetOfUrl } from '../../src/parse/request.ts';

/** Headers whose entries and whose values under a name may differ, as on some runtimes. */
const joined = (entries: readonly [string, string][], values = new Map(entries)) =>
  joinedHeaderLines({ [Symbol.iterator]: () => entries.values(), get: (name) => values.get(name) ?? null });
const authorization = (value: string) => joined([['authorization', value]]).map(([, line]) => line);

test('BI-2 names and values in turn become lines, in order, with repeated and odd-case names kept', () => {
  expect(pairedHeaderLines(['Host', 'a', 'x-dup', '1', 'X-DUP', '2'])).toEqual([
    ['Host', 'a'],
    ['x-dup', '1'],
    ['X-DUP', '2'],
  ]);
  expect(pairedHeaderLines([])).toEqual([]);
  expect(pairedHeaderLines(['Host', 'a', 'no-value'])).toEqual([['Host', 'a']]);
});

test.each([
  ['Bearer a, Bearer b', ['Bearer a', 'Bearer b']],
  ['Negotiate abc,Basic YTpi', ['Negotiate abc', 'Basic YTpi']],
  ['Negotiate abc, \tBearer  x', ['Negotiate abc', 'Bearer  x']],
  ['Negotiate ", Bearer x', ['Negotiate "', 'Bearer x']],
  ['Digest username="a", Basic YTpi, NTLM x', ['Digest username="a"', 'Basic YTpi', 'NTLM x']],
])('CR-1 the joined Authorization %j is several lines, so malformed', (value, lines) => {
  expect(authorization(value)).toEqual(lines);
  expect(parseCredential(authorization(value)).kind).toBe('malformed');
});

test.each([
  'Bearer lk_a',
  'Digest username="Mufasa", realm="a@b", uri="/x?y,z", nc=00000001, qop=auth',
  'Digest username="a", realm = "b"',
  'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;x, Signature=0',
])('CR-1 the Authorization %j is one line', (value) => {
  expect(authorization(value)).toEqual([value]);
});

test.each([
  ['http://h/a?b', '/a?b'],
  ['h2c+x.1-y://h:1/a', '/a'],
  ['/a?u=http://h/b', '/a?u=http://h/b'],
])('BI-2 the target of %s is %s', (url, target) => {
  expect(targetOfUrl(url)).toBe(target);
});

test('BI-2 other headers stay joined, because lists may be', () => {
  const entries: [string, string][] = [
    ['x-forwarded-for', '192.0.2.1, for us'],
    ['accept', 'a, b c'],
  ];
  expect(joined(entries)).toEqual(entries);
  expect(joinedHeaderLines(new Headers(entries))).toEqual([...entries].reverse());
});

test('CR-1 an empty first line that the entries leave out still counts', () => {
  const entries: [string, string][] = [['authorization', 'Bearer lk_a']];
  const lines = joined(entries, new Map([['authorization', ', Bearer lk_a']]));
  expect(lines.map(([, line]) => line)).toEqual(['', 'Bearer lk_a']);
  expect(joined(entries, new Map())).toEqual(entries);
});

test('CR-1 lines that were joined are never a credential that one of them alone would be', () => {
  const line = fc.oneof(
    fc.constantFrom('', 'Bearer lk_a', 'Basic YTpi', 'bearer  b', 'Basic YQ==', 'Negotiate', ' ', ','),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 2, maxLength: 4 }), (lines) => {
      expect(parseCredential(authorization(lines.join(', '))).kind).not.toBe('presented');
    }),
    { numRuns: 2000 },
  );
});

test('CR-1 separating takes time linear in the length', () => {
  for (const piece of [',', ', a', ', a ', ',a  =', ',  ', 'a', ', a b']) {
    const value = piece.repeat(200_000);
    const start = performance.now();
    authorization(value);
    expect(performance.now() - start, piece).toBeLessThan(2000);
  }
});

test.each([
  ['http://test/api/x?y#z', '/api/x?y#z'],
  ['HTTPS://user@[::1]:8443//api', '//api'],
  ['http://test', ''],
  ['http://test?a/b', '?a/b'],
  ['http://test#a/b', '#a/b'],
  ['/api/x', '/api/x'],
])('BI-2 the target of %s is %s', (url, target) => {
  expect(targetOfUrl(url)).toBe(target);
});
