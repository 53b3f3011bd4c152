import { describe, expect, it } from 'vitest';
import { overridesOf } from '../../src/parse/override.ts';
import { classifyTarget } from '../../src/parse/target.ts';
import { jira } from './hostile.ts';

/** The best of several runs in milliseconds: what the work takes when nothing disturbs it. */
function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 10; run++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

const repeated = (pattern: string, length: number) =>
  `/${pattern.repeat(Math.ceil(length / pattern.length))}`.slice(0, length);

/** Work done sixteen times, which even a clock of whole milliseconds can tell. */
const sixteenTimes = (work: () => void) => () => {
  for (let round = 0; round < 16; round++) work();
};

/** Sixteen times the length: as long as sixteen short ones if linear, 16 times that if quadratic. The floor hides timer noise. */
function expectLinear(small: () => void, large: () => void, what: string): void {
  expect(best(large), what).toBeLessThan(5 * Math.max(best(sixteenTimes(small)), 1.6));
}

const mixture = '/x%2f..;%5c%20%c0%ae.\\%252e#%00%3f\uff0f%09a. ';

describe('TA-6 bounded work', () => {
  it('TA-6 a path with too many readings counts as governed', () => {
    const answer = classifyTarget(repeated(mixture, 1600), { ...jira, governed: ['/nowhere'] });
    expect(answer).toMatchObject({ surface: 'rest', suspicious: true });
    expect(answer.why).toContain('too-many-readings');
  });

  it.each([
    '/x',
    '/..;',
    '%25',
    '%c0%ae',
    '\\',
    '/. .',
    ';',
    '%',
    '\u0301\u0316',
    '\ufdfa',
    '//',
    '%2e%2e/',
    '. ',
    mixture,
  ])('TA-6 time grows no faster than the length of %j repeated', (pattern) => {
    const [short, long] = [repeated(pattern, 500), repeated(pattern, 8000)];
    expectLinear(
      () => classifyTarget(short, jira),
      () => classifyTarget(long, jira),
      pattern,
    );
  });
});

describe('SC-4 linear work', () => {
  it.each(['a&', '&', '=', '_method=&', '_method&', '%', '%5f', '?'])(
    'SC-4 time grows no faster than the length of a query of %j',
    (pattern) => {
      const [short, long] = [`/a?${repeated(pattern, 5000)}`, `/a?${repeated(pattern, 80_000)}`];
      expectLinear(
        () => overridesOf(short, []),
        () => overridesOf(long, []),
        pattern,
      );
    },
  );
});
