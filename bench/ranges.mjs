// Is this address, given as text, in the list?
import { BlockList } from 'node:net';
import { compileRanges } from '@latchkey/core';
import ipaddr from 'ipaddr.js';
import { atLeast, atMost } from './harness/group.mjs';
import { ratio, sideBySide, typical } from './harness/measure.mjs';
import { numbersFrom } from './world/random.mjs';
import { blocks, outsider } from './world/ranges.mjs';

const mask = 4095;

/** Addresses of which half are in one of the blocks, and how many of them are. @param {readonly import('./world/ranges.mjs').Block[]} from */
function questions(from) {
  const next = numbersFrom(5);
  const texts = [];
  for (let number = 0; number <= mask; number++) {
    const block = from[Math.floor(next() * from.length)];
    texts.push((number & 1) === 0 && block !== undefined ? block.member : outsider(next));
  }
  return texts;
}

const check = (/** @type {string} */ who, /** @type {number} */ found, /** @type {number} */ times) => {
  if (Math.abs(found - times / 2) > 1) throw new Error(`${who} found ${found} of ${times}`);
};

/** @param {string} name @param {readonly import('./world/ranges.mjs').Block[]} list */
function latchkey(name, list) {
  const ranges = compileRanges(list.map(({ entry }) => entry));
  const asked = questions(list);
  return {
    name,
    run: (/** @type {number} */ times) => {
      let found = 0;
      for (let index = 0; index < times; index++) if (ranges.contains(asked[index & mask] ?? '')) found++;
      check(name, found, times);
    },
  };
}

/** @param {readonly import('./world/ranges.mjs').Block[]} list */
function blockList(list) {
  const name = 'net.BlockList';
  const ranges = new BlockList();
  for (const { entry, family, first, last, prefix } of list)
    if (entry.includes('-')) ranges.addRange(first, last, family);
    else if (entry.includes('/')) ranges.addSubnet(first, prefix, family);
    else ranges.addAddress(first, family);
  const asked = questions(list);
  return {
    name,
    run: (/** @type {number} */ times) => {
      let found = 0;
      for (let index = 0; index < times; index++) {
        const text = asked[index & mask] ?? '';
        if (ranges.check(text, text.includes(':') ? 'ipv6' : 'ipv4')) found++;
      }
      check(name, found, times);
    },
  };
}

/** @param {readonly import('./world/ranges.mjs').Block[]} list */
function ipaddrLinear(list) {
  const name = 'ipaddr.js, one after the other';
  const ranges = list.map(({ cidr }) => ipaddr.parseCIDR(cidr));
  const asked = questions(list);
  return {
    name,
    run: (/** @type {number} */ times) => {
      let found = 0;
      for (let index = 0; index < times; index++) {
        const address = ipaddr.parse(asked[index & mask] ?? '');
        const kind = address.kind();
        for (const range of ranges)
          if (range[0].kind() === kind && address.match(/** @type {any} */ (range))) {
            found++;
            break;
          }
      }
      check(name, found, times);
    },
  };
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Ranges',
  about:
    'An address as text against a list: addresses, CIDR ranges and ranges from–to, a quarter of them IPv6. Half of the addresses are in the list.',
  async measure() {
    const next = numbersFrom(9);
    const thousand = blocks(next, 1000);
    const names = {
      own: 'Latchkey, 1,000 ranges',
      few: 'Latchkey, 10 ranges',
      many: 'Latchkey, 100,000 ranges',
    };
    const peers = [blockList(thousand), ipaddrLinear(thousand)];
    const samples = await sideBySide([
      latchkey(names.own, thousand),
      ...peers,
      latchkey(names.few, blocks(next, 10)),
      latchkey(names.many, blocks(next, 100_000)),
    ]);
    const figures = [...samples.keys()].map((name) => ({ name, value: typical(samples, name), unit: 'µs' }));
    return {
      figures,
      charts: [
        { title: 'Is an address in 1,000 ranges?', unit: 'µs', better: 'less', bars: figures.slice(0, 3) },
      ],
      targets: [
        atLeast('faster than `net.BlockList`, 1,000 ranges', 10, ratio(samples, 'net.BlockList', names.own)),
        atMost('100,000 ranges beside 10', 3, ratio(samples, names.many, names.few)),
      ],
    };
  },
};
