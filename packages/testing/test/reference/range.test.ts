import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { malformedRange, validRange } from '../../src/arbitrary/range.ts';
import { addressText, parseAddress } from '../../src/reference/address.ts';
import { isWithin, parseRange } from '../../src/reference/range.ts';

const ends = (entry: string): string | null => {
  const range = parseRange(entry);
  if (range === null) return null;
  const { family, low, high } = range;
  return `${addressText({ family, value: low })} ${addressText({ family, value: high })}`;
};

describe('reference ranges', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0 10.255.255.255'],
    ['::ffff:10.0.0.0/104', '10.0.0.0 10.255.255.255'],
    [' 10.0.0.1 - 10.0.0.9\t', '10.0.0.1 10.0.0.9'],
    ['::ffff:10.0.0.1-10.0.0.9', '10.0.0.1 10.0.0.9'],
    ['0.0.0.0/0', '0.0.0.0 255.255.255.255'],
    ['2001:db8::/127', '2001:db8:: 2001:db8::1'],
    ['10.0.0.1', '10.0.0.1 10.0.0.1'],
    ['10.0.0.1/8', null],
    ['::ffff:10.0.0.0/8', null],
    ['10.0.0.2-10.0.0.1', null],
    ['10.0.0.1-::1', null],
    ['10.0.0.0/08', null],
    ['10.0.0.0/255.0.0.0', null],
  ])('AL reads %j as %j', (entry, expected) => {
    expect(ends(entry)).toBe(expected);
  });

  it('AL accepts every generated entry that claims to be valid and none that does not', () => {
    fc.assert(fc.property(validRange, (entry) => parseRange(entry) !== null));
    fc.assert(fc.property(malformedRange, (entry) => parseRange(entry) === null));
  });

  it('AD-3 keeps the families apart', () => {
    const four = parseAddress('10.0.0.1');
    const six = parseAddress('::1');
    if (four === null || six === null) throw new TypeError('both are addresses');
    expect([isWithin(four, ['::/0']), isWithin(six, ['0.0.0.0/0'])]).toEqual([false, false]);
    expect([isWithin(four, ['0.0.0.0/0']), isWithin(six, ['::/0'])]).toEqual([true, true]);
  });
});
