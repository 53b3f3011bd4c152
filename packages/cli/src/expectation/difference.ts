import type { Expectation } from '../scenario/schema.ts';
import type { Outcome } from '../simulate/outcome.ts';

/** One part of an expectation that did not hold: where, what was expected, what there was. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Compares only what is expected; a part that is expected as null has to be null. */
function compare(expected: unknown, actual: unknown, path: string): readonly Difference[] {
  if (expected === undefined) return [];
  if (!isObject(expected)) return expected === actual ? [] : [{ path, expected, actual }];
  if (!isObject(actual)) return [{ path, expected, actual }];
  return Object.keys(expected).flatMap((key) =>
    compare(expected[key], actual[key], path === '' ? key : `${path}.${key}`),
  );
}

/** Where an outcome is not what was expected; empty where it is. Spec: SF-2 */
export const differences = (expected: Expectation, outcome: Outcome): readonly Difference[] =>
  compare(expected, outcome, '');

/** A difference in one line. */
export const differenceText = ({ path, expected, actual }: Difference): string =>
  `${path}: expected ${JSON.stringify(expected)}, but it is ${JSON.stringify(actual)}`;
