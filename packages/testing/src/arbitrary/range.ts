import fc from 'fast-check';
import { type Address, addressText } from '../reference/address.ts';
import type { AddressRange } from '../reference/range.ts';
import { addressValue, spelled } from './address.ts';

interface Block {
  readonly base: Address;
  readonly prefix: number;
}

const block: fc.Arbitrary<Block> = fc
  .tuple(addressValue, fc.constantFrom(0, 1, 2, 3, 8, 16, 24, 96))
  .map(([address, hostBits]) => {
    const bits = address.family === 4 ? 32 : 128;
    const kept = BigInt(Math.min(hostBits, bits - 1));
    return { base: { ...address, value: (address.value >> kept) << kept }, prefix: bits - Number(kept) };
  });

const span: fc.Arbitrary<readonly [Address, Address]> = fc
  .tuple(addressValue, fc.constantFrom(1n, 2n, 8n, 254n, 4096n))
  .map(([first, more]): readonly [Address, Address] => {
    const highest = first.family === 4 ? 0xffffffffn : (1n << 128n) - 1n;
    const last = first.value + more;
    return last > highest
      ? [{ ...first, value: first.value - more }, first]
      : [first, { ...first, value: last }];
  })
  // Below the mapped block a step up may reach into it, where the family would change.
  .filter(([first, last]) => first.family === 4 || last.value >> 32n !== 0xffffn);

/** An entry in canonical text: an address, a block, or a range. Spec: AL. */
export const canonicalRange: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: addressValue.map(addressText) },
  {
    weight: 4,
    arbitrary: block.map(({ base, prefix }) =>
      isSingle(base, prefix) ? addressText(base) : blockText(base, prefix),
    ),
  },
  { weight: 2, arbitrary: span.map(([first, last]) => `${addressText(first)}-${addressText(last)}`) },
);

/** An entry in any spelling that is accepted. */
export const validRange: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: canonicalRange },
  { weight: 1, arbitrary: addressValue.chain(spelled) },
  {
    weight: 1,
    arbitrary: block.chain(({ base, prefix }) =>
      spelled(base).map(
        (text) => `${text}/${text.includes(':') && base.family === 4 ? prefix + 96 : prefix}`,
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: span.chain(([first, last]) =>
      fc
        .tuple(spelled(first), fc.constantFrom('-', ' - ', ' -', '\t-\t'), spelled(last))
        .map(([low, dash, high]) => `${low}${dash}${high}`),
    ),
  },
  { weight: 1, arbitrary: canonicalRange.map((text) => ` \t${text} `) },
);

/** Entries that must be refused. Spec: AL. */
export const malformedRange: fc.Arbitrary<string> = fc.constantFrom(
  '',
  ' ',
  '10.0.0.1/8',
  '::ffff:10.0.0.0/8',
  '10.0.0.9-10.0.0.1',
  '10.0.0.1-::1',
  '10.0.0.1-9',
  '10.0.*',
  '10/8',
  '10.0.0.0/08',
  '10.0.0.0/+8',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '010.0.0.0/8',
  '0x0a.0.0.0/8',
  '167772160',
  '10.0.0.0/255.0.0.0',
  'fe80::1%eth0',
  '[::1]',
  '10.0.0.1:80',
  'example.org',
  'any',
  '10.0.0.1,10.0.0.2',
  '10.0.0.1 10.0.0.2',
  '10.0.0.1 # office',
  '2001:db8::/129',
  '2001:db8::1/64',
);

/** A text that is an entry, in any spelling, or one that must be refused. */
export const range: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: validRange },
  { weight: 1, arbitrary: malformedRange },
);

/** The addresses at which a range's answer changes, with those just outside and one inside. */
export function edgesOf({ family, low, high }: AddressRange): Address[] {
  const highest = family === 4 ? 0xffffffffn : (1n << 128n) - 1n;
  return [low, high, low - 1n, high + 1n, (low + high) / 2n]
    .filter((value) => value >= 0n && value <= highest)
    .map((value) => ({ family, value }));
}

function isSingle(base: Address, prefix: number): boolean {
  return prefix === (base.family === 4 ? 32 : 128);
}

function blockText(base: Address, prefix: number): string {
  return `${addressText(base)}/${prefix}`;
}
