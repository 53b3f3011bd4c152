import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb } from '../../src/index.ts';
import { addressText, parseAddress, parsePeer } from '../../src/reference/address.ts';

const textOf = (text: string): string | null => {
  const address = parseAddress(text);
  return address === null ? null : addressText(address);
};

describe('reference addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:0a00:0001', '10.0.0.1'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::', '::'],
    ['1::', '1::'],
    ['::1', '::1'],
  ])('AD-2 writes %s as %s', (text, canonical) => {
    expect(textOf(text)).toBe(canonical);
  });

  it.each([
    '127.1',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '[::1]',
    '1.2.3.4:5',
    ' ::1',
    '::1%lo',
    ':::',
    '1::2::3',
    '',
  ])('AD-1 refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it('AD-1 agrees with the platform on what an address is', () => {
    const text = fc.oneof(arb.address, fc.string({ unit: fc.constantFrom(...'0123af:.%/') }));
    fc.assert(
      fc.property(text, (given) => {
        const isPlain = given.length <= 64 && !given.includes('%') && isIP(given) !== 0;
        expect(parseAddress(given) !== null, given).toBe(isPlain);
      }),
      { numRuns: 5_000 },
    );
  });

  it('AD-2 writes IPv6 as the URL standard does, and canonical text is canonical already', () => {
    fc.assert(
      fc.property(arb.address, (given) => {
        const canonical = textOf(given);
        if (canonical === null) return;
        expect(textOf(canonical)).toBe(canonical);
        if (canonical.includes(':')) expect(new URL(`http://[${given}]`).hostname).toBe(`[${canonical}]`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('AD-1 lets a zone stand on a link-local peer only', () => {
    const peer = parsePeer('fe80::1%eth0');
    expect(peer === null ? null : addressText(peer)).toBe('fe80::1');
    expect(parsePeer('febf::1%2')).not.toBeNull();
    for (const text of ['fec0::1%eth0', '2001:db8::1%eth0', '10.0.0.1%eth0', 'fe80::1%', 'fe80::1%a b']) {
      expect(parsePeer(text), text).toBeNull();
    }
  });
});
