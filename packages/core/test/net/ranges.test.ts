import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressWords, scanAddress, valueText } from '../../src/net/address.ts';
import { compileRanges, parseRange, parseTrustedRange, subtractRanges } from '../../src/net/ranges.ts';

type Family = 4 | 6;
interface Stretch {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const top = (family: Family): bigint => (1n << (family === 4 ? 32n : 128n)) - 1n;
const isMapped = (value: bigint): boolean => value >> 32n === 0xffffn;
const holds = (stretches: readonly Stretch[], family: Family, value: bigint): boolean =>
  stretches.some((stretch) => stretch.family === family && stretch.first <= value && value <= stretch.last);

/** Ends that crowd together, so that stretches overlap, touch and nest, at the edges of words too. */
const end = (family: Family) =>
  fc
    .tuple(
      family === 4
        ? fc.constantFrom(0n, 0x7fff_fff8n, 0x8000_0000n, 0xffff_fff0n)
        : fc.constantFrom(
            0n,
            0xffff_fff8n,
            0x2001n << 112n,
            (0x2001n << 112n) + 0xffff_ffff_fff8n,
            top(6) - 40n,
          ),
      fc.bigInt({ min: 0n, max: 15n }),
    )
    .map(([base, offset]) => base + offset);

const stretch: fc.Arbitrary<Stretch & { readonly text: string }> = fc
  .constantFrom<Family>(4, 6)
  .chain((family) =>
    fc.oneof(
      fc.tuple(end(family), end(family)).map(([one, other]) => {
        const [first, last] = one <= other ? [one, other] : [other, one];
        return { family, first, last, text: `${valueText(family, first)} - ${valueText(family, last)}` };
      }),
      end(family).map((value) => ({ family, first: value, last: value, text: valueText(family, value) })),
      fc.tuple(end(family), fc.nat(4)).map(([value, bits]) => {
        const host = (1n << BigInt(bits)) - 1n;
        const first = value & ~host;
        return {
          family,
          first,
          last: first | host,
          text: `${valueText(family, first)}/${(family === 4 ? 32 : 128) - bits}`,
        };
      }),
    ),
  );

const edgesOf = (stretches: readonly Stretch[]): readonly { family: Family; value: bigint }[] =>
  stretches.flatMap(({ family, first, last }) =>
    [first - 1n, first, first + 1n, last - 1n, last, last + 1n]
      .filter((value) => value >= 0n && value <= top(family) && !(family === 6 && isMapped(value)))
      .map((value) => ({ family, value })),
  );

describe('membership', () => {
  test('AL-3 membership agrees with integer arithmetic at every boundary', () => {
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 12 }), (stretches) => {
        const ranges = compileRanges(stretches.map(({ text }) => text));
        expect(ranges.size).toBe(stretches.length);
        const words = addressWords();
        for (const { family, value } of edgesOf(stretches)) {
          const text = valueText(family, value);
          const expected = holds(stretches, family, value);
          scanAddress(text, 0, text.length, words);
          const found = [ranges.contains(text), ranges.match(family, words), ranges.find(text) !== null];
          if (found.some((answer) => answer !== expected))
            throw new Error(`${text}: ${found}, not ${expected}`);
        }
      }),
      { numRuns: 600 },
    );
  });

  test.each([1, 2, 10, 1_000, 100_000])(
    'AL-3 membership is exact for %i entries',
    { timeout: 60_000 },
    (size) => {
      const step4 = BigInt(Math.floor(0xffff_ffff / size));
      const step6 = top(6) / BigInt(size);
      const entry = (index: number): Stretch => {
        const family = index % 2 === 0 ? 4 : 6;
        const first = BigInt(index) * (family === 4 ? step4 : step6) + 1n;
        return { family, first, last: first + BigInt(index % 7) * 3n };
      };
      const stretches = Array.from({ length: size }, (_, index) => entry(index));
      const texts = stretches.map(
        ({ family, first, last }) => `${valueText(family, first)}-${valueText(family, last)}`,
      );
      const ranges = compileRanges(texts.reverse());
      expect(ranges.size).toBe(size);
      const stride = Math.max(1, Math.floor(size / 500));
      for (let index = 0; index < size; index += stride) {
        const { family, first, last } = entry(index);
        const other = family === 4 ? 6 : 4;
        for (const value of [first, last]) expect(ranges.contains(valueText(family, value))).toBe(true);
        for (const value of [first - 1n, last + 1n])
          expect(ranges.contains(valueText(family, value))).toBe(false);
        if (first < top(4))
          expect(ranges.contains(valueText(other, first))).toBe(holds(stretches, other, first));
      }
    },
  );

  test('AD-3 the families are disjoint', () => {
    const [inIPv4, inIPv6] = [compileRanges(['0.0.0.0/0']), compileRanges(['::/0'])];
    for (const address of ['0.0.0.0', '10.0.0.1', '255.255.255.255', '::ffff:10.0.0.1']) {
      expect([inIPv4.contains(address), inIPv6.contains(address)]).toEqual([true, false]);
    }
    for (const address of ['::', '::1', '::a00:1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::10.0.0.1']) {
      expect([inIPv4.contains(address), inIPv6.contains(address)]).toEqual([false, true]);
    }
  });

  test('AL-1 an empty list holds nothing here', () => {
    const ranges = compileRanges([]);
    expect(ranges.size).toBe(0);
    expect(ranges.contains('10.0.0.1')).toBe(false);
    expect(ranges.contains('::')).toBe(false);
    expect(ranges.find('10.0.0.1')).toBeNull();
  });

  test.each(['', 'localhost', '10.0.0.1/32', '010.0.0.1', '10.0.0.1 ', '::1%lo', '[::1]', '10.0.0.1:80'])(
    'AD-1 %j, no address, is in no range',
    (text) => {
      const ranges = compileRanges(['0.0.0.0/0', '::/0']);
      expect(ranges.contains(text)).toBe(false);
      expect(ranges.find(text)).toBeNull();
    },
  );

  test('AL duplicates count in the size, and the first entry that holds an address is found', () => {
    const ranges = compileRanges([
      '192.0.2.0/24',
      '10.0.0.0/8',
      '10.0.0.1 - 10.0.0.9',
      '10.0.0.0/8',
      '2001:DB8::/32',
    ]);
    expect(ranges.size).toBe(5);
    expect(ranges.find('10.0.0.5')).toBe('10.0.0.0/8');
    expect(ranges.find('::ffff:192.0.2.1')).toBe('192.0.2.0/24');
    expect(ranges.find('2001:db8::5')).toBe('2001:db8::/32');
    expect(ranges.find('2001:db9::')).toBeNull();
    expect(compileRanges(['11.0.0.0/8', '10.0.0.1 - 10.0.0.9']).find('10.0.0.9')).toBe('10.0.0.1-10.0.0.9');
  });

  test('AL-3 allow_list_order_and_duplicates_do_not_matter', () => {
    const shuffled = fc
      .array(stretch, { minLength: 1, maxLength: 8 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length })),
      );
    fc.assert(
      fc.property(shuffled, (lists) => {
        const [list, other] = lists;
        const missing = list.filter((entry) => !other.includes(entry));
        const [one, two] = [
          compileRanges(list.map((entry) => entry.text)),
          compileRanges([...other, ...missing].map((entry) => entry.text)),
        ];
        for (const { family, value } of edgesOf(list)) {
          const text = valueText(family, value);
          if (two.contains(text) !== one.contains(text)) throw new Error(text);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('AL-1 each bad entry is named by index and code, escaped and cut', () => {
    const bad = ['10.0.0.1', '10.0.0.1/8', '::1', 'evil\u001b[2J', `${'x'.repeat(70)}`];
    expect(() => compileRanges(bad)).toThrow(RangeError);
    expect(() => compileRanges(bad)).toThrow(
      `entry 1 "10.0.0.1/8": host-bits-set; entry 3 "evil\\u{1b}[2J": brackets-not-allowed; entry 4 "${'x'.repeat(64)}": address-malformed`,
    );
  });

  test('AL the parsers of one entry are at hand beside the compiler', () => {
    expect(parseRange('10.0.0.0/8').ok && parseTrustedRange('10.0.0.0/8').ok).toBe(true);
    expect(parseTrustedRange('0.0.0.0/0').ok).toBe(false);
  });
});

describe('difference', () => {
  test.each([
    [['10.0.0.0/8'], [], ['10.0.0.0/8']],
    [['10.0.0.0/8'], ['10.0.0.0/8'], []],
    [[], ['10.0.0.0/8'], []],
    [['10.0.0.0/30'], ['10.0.0.1'], ['10.0.0.0', '10.0.0.2/31']],
    [['10.0.0.1 - 10.0.0.6'], [], ['10.0.0.1', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6']],
    [['10.0.0.0/25', '10.0.0.128/25'], [], ['10.0.0.0/24']],
    [['0.0.0.0/0'], ['128.0.0.0/1'], ['0.0.0.0/1']],
    [['0.0.0.0/0'], ['0.0.0.0-255.255.255.254'], ['255.255.255.255']],
    [['0.0.0.0/0', '::/0'], ['::/1'], ['0.0.0.0/0', '8000::/1']],
    [['::/0'], ['0.0.0.0/0'], ['::/0']],
    [['10.0.0.0/24', '10.0.2.0/24'], ['10.0.0.128-10.0.2.127'], ['10.0.0.0/25', '10.0.2.128/25']],
    [['::fffe:0:0/95'], ['::fffe:0:0/96'], []],
    [['2001:db8::/126'], ['2001:db8::3'], ['2001:db8::/127', '2001:db8::2']],
  ])('IM-1 %j without %j is %j', (whole, taken, left) => {
    expect(subtractRanges(whole, taken)).toEqual(left);
  });

  test('IM-1 an address is in the difference exactly when in the first and not in the second', {
    timeout: 60_000,
  }, () => {
    fc.assert(
      fc.property(
        fc.array(stretch, { maxLength: 8 }),
        fc.array(stretch, { maxLength: 8 }),
        (whole, taken) => {
          const texts = subtractRanges(
            whole.map(({ text }) => text),
            taken.map(({ text }) => text),
          );
          for (const text of texts)
            expect(parseRange(text)).toMatchObject({ ok: true, value: { canonical: text } });
          const left = compileRanges(texts);
          for (const { family, value } of edgesOf([...whole, ...taken])) {
            const expected = holds(whole, family, value) && !holds(taken, family, value);
            if (left.contains(valueText(family, value)) !== expected)
              throw new Error(valueText(family, value));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('AL-1 a bad entry on either side is an error', () => {
    expect(() => subtractRanges(['x'], [])).toThrow(RangeError);
    expect(() => subtractRanges([], ['x'])).toThrow(RangeError);
  });
});
