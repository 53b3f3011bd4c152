import fc from 'fast-check';
import { type Address, addressText } from '../reference/address.ts';

const ALL_FOUR = 0xffffffffn;
const ALL_SIX = (1n << 128n) - 1n;

/** An address as a number, often at the edge of a well-known block. */
export const addressValue: fc.Arbitrary<Address> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        0x0a000000n,
        0x0affffffn,
        0x7f000001n,
        0xc0a80100n,
        0xc0a801ffn,
        0xcb007100n,
        0xcb007109n,
        0n,
        ALL_FOUR,
      )
      .chain((value) => near({ family: 4, value })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        0x20010db8n << 96n,
        (0x20010db9n << 96n) - 1n,
        0xfe80n << 112n,
        1n,
        0xffff_0000_0000n,
        ALL_SIX,
      )
      .chain((value) => near({ family: 6, value })),
  },
  {
    weight: 1,
    arbitrary: fc.bigInt({ min: 0n, max: ALL_FOUR }).map((value): Address => ({ family: 4, value })),
  },
  {
    weight: 1,
    arbitrary: fc.bigInt({ min: 0n, max: ALL_SIX }).map((value): Address => folded({ family: 6, value })),
  },
);

/** The address, its neighbours, and a little farther. */
export function near(address: Address): fc.Arbitrary<Address> {
  const highest = address.family === 4 ? ALL_FOUR : ALL_SIX;
  return fc.constantFrom(0n, 0n, 1n, -1n, 7n).map((step) => {
    const value = address.value + step;
    return value < 0n || value > highest ? address : folded({ family: address.family, value });
  });
}

/** A text for an address: canonical most often, else one of the other spellings that mean the same. Spec: AD-2. */
export function spelled(address: Address): fc.Arbitrary<string> {
  const canonical = addressText(address);
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(canonical) },
    { weight: 2, arbitrary: otherwise(address) },
  );
}

function otherwise(address: Address): fc.Arbitrary<string> {
  const canonical = addressText(address);
  const mapped = address.family === 4 ? address.value | 0xffff_0000_0000n : address.value;
  const groups = groupsOf(mapped);
  const full = groups.join(':');
  const padded = groups.map((group) => group.padStart(4, '0')).join(':');
  if (address.family === 6) return fc.constantFrom(full, padded, full.toUpperCase(), canonical.toUpperCase());
  return fc.constantFrom(
    `::ffff:${canonical}`,
    `::FFFF:${canonical}`,
    full,
    padded,
    `0:0:0:0:0:ffff:${canonical}`,
  );
}

function groupsOf(value: bigint): string[] {
  return [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 0xffffn).toString(16));
}

function folded(address: Address): Address {
  if (address.family === 6 && address.value >> 32n === 0xffffn)
    return { family: 4, value: address.value & ALL_FOUR };
  return address;
}

/** Any spelling of any address. */
export const validAddress: fc.Arbitrary<string> = addressValue.chain(spelled);

/** Texts that look like an address to somebody and are none to us. Spec: AD-1. */
export const malformedAddress: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '',
      '127.1',
      '010.0.0.1',
      '10.0.0.01',
      '0x0a000001',
      '0xa.0.0.1',
      '167772161',
      '256.0.0.1',
      '10.0.0.1.',
      '10.0.0',
      '10.0.0.1.2',
      '[::1]',
      '[10.0.0.1]',
      '10.0.0.1:80',
      ' 10.0.0.1',
      '10.0.0.1 ',
      '10. 0.0.1',
      '::1%1',
      '10.0.0.1%eth0',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7::8',
      '12345::',
      ':1::',
      '::1:',
      '1.2.3.4::',
      '::1.2.3.4:5',
      '::01.2.3.4',
      '::ffff:1.2.3',
      'localhost',
      'unknown',
      '_hidden',
      '10.0.0.٣',
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(validAddress, fc.constantFrom('g', ' ', '/', '%', '\t', ',', '"', '\u0000'), fc.nat(8))
      .map(([text, rubbish, at]) => text.slice(0, at) + rubbish + text.slice(at)),
  },
  { weight: 1, arbitrary: fc.nat(40).map((more) => '0:'.repeat(33 + more)) },
);

/** A text that is an address, in any spelling, or one that is none. */
export const address: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: validAddress },
  { weight: 1, arbitrary: malformedAddress },
);
