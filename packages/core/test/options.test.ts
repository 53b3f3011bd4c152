import { describe, expect, it } from 'vitest';
import { hosts, LatchkeyError, type LatchkeyOptions } from '../src/index.ts';
import { resolveOptions } from '../src/options.ts';

const resolved = (options: object) => resolveOptions({ host: hosts.jira, ...options } as LatchkeyOptions);
/** Code and words of the misuse, by its class. */
const misuseOf = (options: object): string => {
  try {
    resolved(options);
  } catch (error) {
    if (error instanceof LatchkeyError) return `${error.name} ${error.code}: ${error.message}`;
  }
  return 'none';
};

describe('options', () => {
  it('ST-5 what is left out has these values', () => {
    const { digests, ...limits } = resolved({});
    expect(digests.current).toBeNull();
    expect(limits).toEqual({
      prefix: 'lk',
      lookUpMs: 250,
      manageMs: 2000,
      maximumWaiting: 1000,
      maximumLive: 100,
      lastUseIntervalMs: 60_000,
    });
  });

  it('ST-5 what is given stands, down to 1', () => {
    const limits = { maximumWaiting: 1, maximumLive: 1, lastUseIntervalMs: 1 };
    expect(resolved({ ...limits, prefix: 'ab', deadlines: { lookUpMs: 1, manageMs: 1 } })).toMatchObject({
      ...limits,
      prefix: 'ab',
      lookUpMs: 1,
      manageMs: 1,
    });
  });

  it.each([
    ['deadlines.lookUpMs', (value: number) => ({ deadlines: { lookUpMs: value } })],
    ['deadlines.manageMs', (value: number) => ({ deadlines: { manageMs: value } })],
    ['maximumWaiting', (value: number) => ({ maximumWaiting: value })],
    ['maximumLive', (value: number) => ({ maximumLive: value })],
    ['lastUseIntervalMs', (value: number) => ({ lastUseIntervalMs: value })],
  ])('ST-5 %s has to be a whole number above 0', (name, option) => {
    for (const value of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5' as unknown as number])
      expect(misuseOf(option(value))).toBe(
        `LatchkeyError options-invalid: ${name} is a whole number above 0.`,
      );
  });

  it('TK-1 a prefix that is none is misuse', () => {
    expect(misuseOf({ prefix: 'LK' })).toBe(
      'LatchkeyError options-invalid: A prefix is a lower-case letter and 1 to 9 lower-case letters or digits.',
    );
  });
});
