import { describe, expect, it } from 'vitest';

// Shows on every runtime that a test that fails is seen to fail: the first word of a title is what has to become of it.
describe('canary', () => {
  it('pass: what holds', () => {
    expect([1, { a: 2 }]).toEqual([1, { a: 2 }]);
  });
  it('fail: what does not hold', () => {
    expect([1, { a: 2 }]).toEqual([1, { a: 3 }]);
  });
  it('fail: what is rejected later', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(1).toBe(2);
  });
  it('fail: what never ends', { timeout: 20 }, () => new Promise(() => undefined));
  it.each([1, 2])('pass: a row of a table, %i', (row) => {
    expect(row).toBeGreaterThan(0);
  });
});
