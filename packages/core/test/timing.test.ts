import { describe, expect, it } from 'vitest';
import { equalDigests } from '../src/token/text.ts';
import { clockStep } from './clock.ts';
import { cases, closed, records } from './failure.ts';
import { basic, engineOf, request } from './world.ts';

/** How many times as much work a coarse clock needs to tell it as well. */
const scale = Math.max(1, Math.ceil(clockStep * 20));

/** The fastest of several rounds of each work, taken in turn, so that a disturbance meets all of them alike. */
async function fastest<K extends string>(
  works: Readonly<Record<K, () => Promise<void>>>,
): Promise<Record<K, number>> {
  const entries = Object.entries(works) as [K, () => Promise<void>][];
  const best = Object.fromEntries(entries.map(([name]) => [name, Infinity])) as Record<K, number>;
  for (let round = 0; round < 12; round++)
    for (const [name, work] of entries) {
      const start = performance.now();
      await work();
      best[name] = Math.min(best[name], performance.now() - start);
    }
  return best;
}

/** The slowest over the fastest, measured again where the machine was disturbed. */
async function spread(works: Readonly<Record<string, () => Promise<void>>>): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < 4 && least > 1.5; attempt++) {
    const times = Object.values(await fastest(works));
    least = Math.min(least, Math.max(...times) / Math.min(...times));
  }
  return least;
}

describe('constant time', () => {
  it('TK-2 unknown token, unknown user, wrong user and wrong secret take as long as each other', async () => {
    const { engine } = engineOf({ settings: closed, records });
    const works = Object.fromEntries(
      (['unknown token', 'unknown user', 'wrong user', 'wrong secret'] as const).map((name) => {
        const input = request({ headers: [basic(...cases[name])] });
        return [
          name,
          async () => {
            for (let round = 0; round < 400 * Math.min(scale, 5); round++) await engine.authenticate(input);
          },
        ];
      }),
    );
    expect(await spread(works)).toBeLessThan(1.5);
    await engine.close();
  });

  it('TK-2 comparing takes as long wherever the first difference is', async () => {
    const digest = records[0]?.digest ?? '';
    const differingAt = (place: number) => `${digest.slice(0, place)}~${digest.slice(place + 1)}`;
    const comparing = (others: readonly string[]) => async () => {
      let count = 0;
      for (let round = 0; round < 4000 * scale; round++)
        for (const other of others) if (equalDigests(digest, other)) count++;
      expect(count % (4000 * scale)).toBe(0);
    };
    const works = {
      first: comparing([differingAt(0)]),
      middle: comparing([differingAt(21)]),
      last: comparing([differingAt(42)]),
      equal: comparing([`${digest.slice(0, 20)}${digest.slice(20)}`]),
    };
    expect(await spread(works)).toBeLessThan(1.5);
  });
});
