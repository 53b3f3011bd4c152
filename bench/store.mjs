// Checking tokens that real stores keep: throughput, latency, and what is sent to the store.
import { counted } from './harness/count.mjs';
import { atLeast, atMost } from './harness/group.mjs';
import { ratio, sideBySide, typical } from './harness/measure.mjs';
import { together } from './stores/contenders.mjs';
import { postgres } from './stores/postgres.mjs';
import { redis } from './stores/redis.mjs';
import { sqlite } from './stores/sqlite.mjs';
import { tokens } from './world/world.mjs';

const many = 2000;
const atOnce = 64;
const names = {
  bare: 'bare read',
  hand: 'hand-written check',
  latchkey: 'Latchkey',
  betterAuth: 'better-auth',
};
const notes = {
  bare: 'one GET, or one prepared SELECT by the primary key',
  hand: 'the bare read, decode, SHA-256, compare',
  latchkey: '`authenticate`: the default settings, read in the same look-up as the token',
  betterAuth: '`verifyApiKey`, rate limit off',
};

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Store',
  about: `${counted(many)} tokens in a real server on this machine, or in a file, through the same client for all; ${atOnce} calls at once, then one at a time. The servers share the machine's cores.`,
  async measure() {
    const made = tokens(many);
    const figures = [];
    const targets = [];
    for (const open of [redis, postgres, sqlite]) {
      const { name, calls, requests, stop } = await open(made);
      const { engine: _, ...timed } = calls;
      try {
        const contenders = /** @type {(keyof typeof names)[]} */ (Object.keys(names)).flatMap((key) => {
          const call = /** @type {Partial<Record<string, (index: number) => Promise<void>>>} */ (timed)[key];
          return call === undefined ? [] : [{ key, call }];
        });
        const options = { rounds: 13, batchMs: 80, warmMs: 500 };
        const busy = await sideBySide(
          contenders.map(({ key, call }) => ({ name: key, run: together(atOnce, call) })),
          options,
        );
        const alone = await sideBySide(
          contenders.map(({ key, call }) => ({ name: key, run: together(1, call) })),
          options,
        );
        for (const { key, call } of contenders) {
          figures.push({
            name: `${name}, ${atOnce} at once, ${names[key]}`,
            value: 1e6 / typical(busy, key),
            unit: '/s',
            note: notes[key],
          });
          figures.push({
            name: `${name}, one at a time, ${names[key]}`,
            value: typical(alone, key),
            unit: 'µs',
          });
          if (key === 'bare' || key === 'hand') continue;
          const { all, writes } = await requests(call);
          if (all === 0) throw new Error(`${name}: no request was seen on its way to the store`);
          const what = name === 'Redis' ? 'commands' : 'statements';
          figures.push({ name: `${name}, ${what} a request, ${names[key]}`, value: all, unit: '' });
          figures.push({ name: `${name}, of them writes, ${names[key]}`, value: writes, unit: '' });
          if (key !== 'latchkey') continue;
          targets.push(
            atMost(`${name}, ${what} a request`, 1, all, ''),
            atMost(`${name}, writes a request`, 0, writes, ''),
          );
        }
        targets.push(
          atLeast(
            `${name}, throughput beside the hand-written check`,
            0.85,
            1 / ratio(busy, 'latchkey', 'hand'),
          ),
          atMost(`${name}, latency beside the bare round trip`, 1.2, ratio(alone, 'latchkey', 'bare')),
        );
      } finally {
        await stop();
      }
    }
    const bars = figures
      .filter(({ unit }) => unit === '/s')
      .map(({ name, value }) => ({ name: name.replace(`, ${atOnce} at once`, ''), value }));
    /** @type {import('./harness/group.mjs').Chart[]} */
    const charts = [{ title: `Requests a second, ${atOnce} at once`, unit: '/s', better: 'more', bars }];
    return { figures, targets, charts };
  },
};
