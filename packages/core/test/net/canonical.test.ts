import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressWords, formatAddress, parseAddress, parsePeer, scanAddress } from '../../src/net/address.ts';
import { isCanonical } from '../../src/net/canonical.ts';

/** Groups that are often zero, so that there are runs of every length. */
const groups = fc.array(fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
  minLength: 8,
  maxLength: 8,
});

/** The same groups in one of many spellings: a gap anywhere, leading zeros, capitals, a dotted end. */
const spelt = fc
  .record({
    groups,
    gap: fc.nat(7),
    length: fc.nat(8),
    width: fc.constantFrom(0, 0, 0, 2, 4),
    capitals: fc.boolean(),
    dotted: fc.boolean(),
  })
  .map(({ groups, gap, length, width, capitals, dotted }) => {
    const words = groups.map((group) => group.toString(16).padStart(width, '0'));
    const [high, low] = [groups[6] ?? 0, groups[7] ?? 0];
    if (dotted) words.splice(6, 2, `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`);
    const text =
      length === 0 || gap + length > words.length
        ? words.join(':')
        : `${words.slice(0, gap).join(':')}::${words.slice(gap + length).join(':')}`;
    return capitals ? text.toUpperCase() : text;
  });

/** Whether a text is canonical by the formatter, and by the look at the text; null where it is no IPv6 address. */
function judged(text: string): readonly [boolean, boolean] | null {
  const words = addressWords();
  if (scanAddress(text, 0, text.length, words) !== 6) return null;
  return [formatAddress(6, words) === text, isCanonical(text, words)];
}

describe('AD-2 the fast path for text that is canonical already', () => {
  test('AD-2 agrees with the formatter on every spelling', () => {
    const seen = { canonical: 0, other: 0 };
    fc.assert(
      fc.property(fc.oneof(spelt, fc.ipV6()), (text) => {
        const both = judged(text);
        if (both === null) return;
        seen[both[0] ? 'canonical' : 'other']++;
        expect(both[1]).toBe(both[0]);
      }),
      { numRuns: 20_000 },
    );
    expect(Math.min(seen.canonical, seen.other)).toBeGreaterThan((seen.canonical + seen.other) / 20);
  });

  test('AD-2 is taken for what the formatter writes', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const text = parseAddress(parts.map((part) => part.toString(16)).join(':')) as string;
        if (text.includes(':')) expect(judged(text)).toEqual([true, true]);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['::', true],
    ['::1', true],
    ['1::', true],
    ['2001:db8::1', true],
    ['0:1:2:3:4:5:6:7', true],
    ['1:0:2:3:4:5:6:0', true],
    ['1::2:0:0:3:4', true],
    ['1:0:0:2::3', true],
    ['1::2:0:0:0:3', false],
    ['1:0:0:2:3:0:0:4', false],
    ['1::2:3:0:0:4', true],
    ['1::2:3:4:5:6:7', false],
    ['0:0::1', false],
    ['::0', false],
    ['::0:1', false],
    ['::01', false],
    ['::0001', false],
    ['::A', false],
    ['::a', true],
    ['::1.2.3.4', false],
  ])('AD-2 %s: %s', (text, canonical) => {
    expect(judged(text)).toEqual([canonical, canonical]);
  });

  test('AD-1 the zone of a peer is never part of its address', () => {
    for (const zone of ['eth0', '1', 'a:b', ':', '::'])
      expect(parsePeer(`fe80::1%${zone}`)).toEqual({ address: 'fe80::1', zone });
  });
});
