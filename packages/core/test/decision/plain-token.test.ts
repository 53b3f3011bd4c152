import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorizationLines, plainToken, presentedCredential } from '../../src/decision/fallback.ts';
import { type HostProfile, hosts, isTokenText } from '../../src/index.ts';
import { request, token } from '../world.ts';

const withHeader: HostProfile = { ...hosts.generic, tokenHeader: 'X-Token' };
const texts = Array.from({ length: 20 }, () => token().text);

type Header = [name: string, value: string];
const plain = fc.constantFrom(...texts).map((text): Header => ['Authorization', `Bearer ${text}`]);
/** Near misses: a character put in or changed, other words before the token, padding, blanks, nothing behind. */
const spoilt = fc
  .tuple(
    plain,
    fc.nat(99),
    fc.boolean(),
    fc.constantFrom('=', ' ', '\t', ',', '\u007f', '\u00e9', '_', 'b', '0'),
  )
  .map(([[name, line], place, over, character]): Header => {
    const at = place % (line.length + 1);
    return [name, line.slice(0, at) + character + line.slice(at + (over ? 1 : 0))];
  });
const other = fc.constantFrom<Header>(
  ['Authorization', ''],
  ['Authorization', 'Bearer'],
  ['Authorization', 'Bearer '],
  ['authorization', 'Basic YTpi'],
  ['X-Token', 'abc'],
  ['Accept', '*/*'],
);

const fast = (headers: readonly Header[], host = withHeader, prefix = 'lk') => {
  const asks = request({ headers: [...headers] });
  return plainToken(asks, host, prefix, authorizationLines(asks));
};

describe('CR-3 the fast path for a token in a plain bearer line', () => {
  it('CR-3 is taken for what clients send, whatever the host', () => {
    for (const text of texts)
      for (const host of [hosts.generic, withHeader])
        expect(fast([['AUTHORIZATION', `Bearer ${text}`]], host)).toEqual({
          kind: 'presented',
          via: 'bearer',
          username: null,
          secret: text,
        });
  });

  it('CR-3 agrees with the full path, and is taken for every plain line', () => {
    const seen = { taken: 0, all: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.oneof(plain, spoilt, other), { maxLength: 3 }),
        fc.boolean(),
        (headers, has) => {
          const host = has ? withHeader : hosts.generic;
          seen.all++;
          const full = presentedCredential(request({ headers }), host);
          const short = fast(headers, host);
          const lines = headers.filter(([name]) => name.toLowerCase() === 'authorization');
          const isOurs = full.kind === 'presented' && full.via === 'bearer' && isTokenText(full.secret);
          if (short !== null) {
            seen.taken++;
            expect(short).toEqual(full);
            expect(isTokenText(short.secret)).toBe(true);
          } else if (isOurs) expect(lines[0]?.[1]).not.toBe(`Bearer ${full.secret}`);
        },
      ),
      { numRuns: 5000 },
    );
    expect(seen.taken).toBeGreaterThan(seen.all / 20);
  });

  const [text = ''] = texts;
  it.each<[string, Header[]]>([
    ['padding', [['Authorization', `Bearer ${text}=`]]],
    ['blanks behind', [['Authorization', `Bearer ${text} `]]],
    ['two spaces', [['Authorization', `Bearer  ${text}`]]],
    ['another letter case', [['Authorization', `bearer ${text}`]]],
    ['another scheme', [['Authorization', `Basics ${text}`]]],
    ['no line', []],
    [
      'two lines',
      [
        ['Authorization', `Bearer ${text}`],
        ['Authorization', `Bearer ${text}`],
      ],
    ],
    [
      'the host’s token header beside it',
      [
        ['Authorization', `Bearer ${text}`],
        ['x-token', text],
      ],
    ],
  ])('CR-3 leaves to the full path: %s', (_, headers) => {
    expect(fast(headers)).toBeNull();
  });

  it('TK-1 leaves to the full path a token of another prefix', () => {
    expect(fast([['Authorization', `Bearer ${text}`]], withHeader, 'ab')).toBeNull();
  });
});
