import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonFault } from '../../src/scenario/json.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

it.each([
  ['', 0, 'a value'],
  ['{"a" 1}', 5, 'a colon'],
  ['{"a":1 "b":2}', 7, 'a comma or }'],
  ['{"a":1,}', 7, 'a key in double quotes'],
  ['{a:1}', 1, 'a key or }'],
  ['[1,2', 4, 'a comma or ]'],
  ['[1,]', 3, 'a value'],
  ['[01]', 1, 'a value or ]'],
  ['["\t"]', 1, 'a value or ]'],
  ['1 2', 2, 'the end'],
  ["{'a':1}", 1, 'a key or }'],
  ['nul', 0, 'a value'],
])('SF finds where %j stops being JSON', (text, offset, expected) => {
  expect(jsonFault(text)).toEqual({ offset, expected });
});

it('SF agrees with JSON.parse on whether a text is JSON', () => {
  const broken = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ',', '}', ']', '"', ':', '0', '\\', '\u0001', 'x', '-', '.'),
    )
    .map(
      ([text, at, piece]) =>
        text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1),
    );
  fc.assert(
    fc.property(fc.oneof(fc.json(), broken, fc.string()), (text) => {
      expect(jsonFault(text) === null).toBe(isJson(text));
    }),
    { numRuns: 2000 },
  );
});

it('SF reads deep and long texts without running out of stack', () => {
  const depth = 200_000;
  expect(jsonFault('['.repeat(depth))).toEqual({ offset: depth, expected: 'a value or ]' });
  expect(jsonFault(`"${'\\n'.repeat(depth)}"`)).toBeNull();
});
