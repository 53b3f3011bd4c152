import { describe, expect, it } from 'vitest';
import { useLedger } from '../src/use.ts';

const ids = ['a', 'b', 'c', 'd'] as const;
const [a, b, c, d] = ids;

describe('uses that wait', () => {
  it('TK-6 a use counts when the one stored is an interval older, or there is none', () => {
    const ledger = useLedger(100, 10);
    expect(ledger.note(a, 1000, 901)).toBe(false);
    expect(ledger.note(a, 1000, 900)).toBe(true);
    expect(ledger.note(b, 1000, null)).toBe(true);
    expect(ledger.take(10)).toEqual([
      { id: a, at: 1000 },
      { id: b, at: 1000 },
    ]);
    expect(ledger.size).toBe(0);
    expect(ledger.note(a, 1001, 1000)).toBe(false);
    expect(useLedger(100, 10).note(a, 50, null)).toBe(true);
  });

  it('TK-6 the latest use of a token stands, also against one that is put back', () => {
    const ledger = useLedger(100, 10);
    ledger.note(a, 1000, null);
    ledger.note(a, 1001, 1000);
    ledger.note(a, 999, null);
    expect(ledger.size).toBe(1);
    expect(ledger.take(1)).toEqual([{ id: a, at: 1001 }]);
    ledger.note(a, 1005, null);
    ledger.putBack([
      { id: a, at: 1001 },
      { id: b, at: 1002 },
    ]);
    expect(ledger.take(10)).toEqual([
      { id: a, at: 1005 },
      { id: b, at: 1002 },
    ]);
    ledger.note(a, 1000, null);
    ledger.putBack([{ id: a, at: 1003 }]);
    expect(ledger.take(10)).toEqual([{ id: a, at: 1003 }]);
  });

  it('TK-6 a batch has its limit, and the rest waits', () => {
    const ledger = useLedger(100, 10);
    for (const id of ids) ledger.note(id, 1000, null);
    expect(ledger.take(3).map(({ id }) => id)).toEqual([a, b, c]);
    expect(ledger.size).toBe(1);
    expect(ledger.take(3).map(({ id }) => id)).toEqual([d]);
    expect(ledger.take(3)).toEqual([]);
  });

  it('TK-6 when it is full the oldest goes for a new token, and for none that waits already', () => {
    const ledger = useLedger(100, 2);
    ledger.note(a, 1000, null);
    ledger.note(b, 1000, null);
    ledger.note(b, 1001, null);
    expect(ledger.size).toBe(2);
    ledger.note(c, 1000, null);
    expect(ledger.take(10)).toEqual([
      { id: b, at: 1001 },
      { id: c, at: 1000 },
    ]);
    const none = useLedger(100, 0);
    none.note(a, 1000, null);
    none.note(b, 1000, null);
    expect(none.take(10)).toEqual([{ id: b, at: 1000 }]);
  });
});
