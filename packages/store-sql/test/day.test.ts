import type { InstantRange, TokenRecord } from '@latchkey/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { dayMs, daysWithin } from '../src/day.ts';
import { engines, newStore, removePlaces } from './engine.ts';
import { recordOf } from './sample.ts';

afterEach(removePlaces);

/** Instants near the edges of days, around 1970 too. */
const instant = fc
  .tuple(fc.integer({ min: -2, max: 40 }), fc.constantFrom(-1, 0, 1, 5, dayMs - 1))
  .map(([day, rest]) => day * dayMs + rest);
const range = fc.tuple(instant, instant).map(([from, before]): InstantRange => ({ from, before }));

const isIn = (at: number | null, { from = -Infinity, before = Infinity }: InstantRange): boolean =>
  at !== null && at >= from && at < before;

describe('the days of a range', () => {
  it('TK-5 are one by one, with the ends that lie within them', () => {
    expect(daysWithin({ from: 2 * dayMs, before: 4 * dayMs })).toEqual([{ day: 2 }, { day: 3 }]);
    expect(daysWithin({ from: 2 * dayMs + 1, before: 4 * dayMs + 1 })).toEqual([
      { day: 2, from: 2 * dayMs + 1 },
      { day: 3 },
      { day: 4, before: 4 * dayMs + 1 },
    ]);
    expect(daysWithin({ from: 5, before: 9 })).toEqual([{ day: 0, from: 5, before: 9 }]);
  });

  it.each<InstantRange>([
    { from: 5 },
    { before: 5 },
    {},
    { from: 5, before: 5 },
    { from: 0, before: 32 * dayMs },
  ])('TK-5 are not looked into for %o', (open) => {
    expect(daysWithin(open)).toBeNull();
  });
});

describe.each(engines)('pages by ranges on $name', (engine) => {
  it('TK-5 hold what is in the range and nothing else, page by page', async () => {
    const { tokens, close } = await newStore(engine);
    const random = fc.sample(fc.tuple(fc.option(instant), fc.option(instant)), { numRuns: 120, seed: 7 });
    const records = random.map(([lastUsedAt, expiresAt], number) =>
      recordOf(`${number}`.padStart(4, '0'), { createdAt: (number % 40) * 7e8, lastUsedAt, expiresAt }),
    );
    for (const record of records) await tokens.insert(record);
    const newestFirst = (a: TokenRecord, b: TokenRecord) =>
      b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);
    const sorted = [...records].sort(newestFirst);
    for (const [used, expires] of fc.sample(fc.tuple(fc.option(range), fc.option(range)), {
      numRuns: 40,
      seed: 7,
    })) {
      const query = {
        ...(used === null ? {} : { used }),
        ...(expires === null ? {} : { expires }),
        limit: 7,
      };
      const listed: TokenRecord[] = [];
      for (let after: TokenRecord | null = null; ; after = listed.at(-1) ?? null) {
        const page = await tokens.list({ ...query, after });
        listed.push(...page);
        if (page.length < 7) break;
      }
      const expected = sorted.filter(
        ({ lastUsedAt, expiresAt }) =>
          (used === null || isIn(lastUsedAt, used)) && (expires === null || isIn(expiresAt, expires)),
      );
      expect(listed.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }
    await close();
  }, 60_000);
});
