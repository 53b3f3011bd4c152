import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressWords, parseAddress, scanAddress } from '../../src/net/address.ts';
import { accepted } from './accepted.ts';

/** One to three small edits of an address, which is where readers of addresses go wrong. */
const edited = fc
  .tuple(
    fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom(...accepted.map(([text]) => text), '::ffff:10.0.0.1', 'fe80::1%eth0'),
    ),
    fc.array(
      fc.tuple(
        fc.nat(45),
        fc.nat(2),
        fc.constantFrom(...'0123456789abfFgx.:% /[]-', '::', '00', '255', '256', 'ffff', '\n'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [at, cut, put]) => {
      const place = at % (now.length + 1);
      return now.slice(0, place) + put.slice(0, cut === 2 ? 0 : undefined) + now.slice(place + cut);
    }, text),
  );

test('AD-1 60,000 mutated addresses are judged as by net.isIP, zones apart', { timeout: 60_000 }, () => {
  let addresses = 0;
  let runs = 0;
  const words = addressWords();
  fc.assert(
    fc.property(edited, (text) => {
      runs++;
      // Node takes a zone on any IPv6 address, the gate on none.
      const expected = text.includes('%') ? 0 : isIP(text);
      const family = scanAddress(text, 0, text.length, words);
      if (expected !== 0) addresses++;
      // The gate folds what Node calls IPv6 where it is mapped; then it has to say which IPv4 address.
      const folded = family === 4 && expected === 6 && isIP(parseAddress(text) ?? '') === 4;
      if (!folded && family !== expected) throw new Error(`${text}: ${family}, not ${expected}`);
    }),
    { numRuns: 60_000 },
  );
  expect(addresses).toBeGreaterThan(5_000);
  expect(runs - addresses).toBeGreaterThan(5_000);
});
