import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOfMember, instantOf, memberOf, sortable } from '../src/sortable.ts';
import { idOf } from './sample.ts';

const instant = fc.integer({ min: -8.64e15, max: 8.64e15 });
const sign = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

describe('instants as text', () => {
  it('ST-6 sort as instants do, and come back', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(sign(sortable(a), sortable(b))).toBe(sign(a, b));
        expect(instantOf(sortable(a))).toBe(a);
      }),
    );
  });

  it.each([-8.64e15, -1, 0, 1, 8.64e15])('ST-6 %d has 12 characters', (at) => {
    expect(sortable(at)).toHaveLength(12);
    expect(instantOf(sortable(at))).toBe(at);
  });

  it.each(['', '1', '2aaaaaaaaaaa', '1AAAAAAAAAAA', '1aaaaaaaaaaaa'])('ST-5 %j is no instant', (text) => {
    expect(instantOf(text)).toBeNaN();
  });

  it('ST-6 an index entry names its record', () => {
    expect(idOfMember(memberOf(5, idOf(7)))).toBe(idOf(7));
  });
});
