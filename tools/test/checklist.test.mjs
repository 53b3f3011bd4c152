import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/pnpm.mjs';
import { checkChecklist, requirementsIn } from '../checklist.mjs';

const row =
  '| 1.1.1 | decode once | `core/test/a.test.ts` “TA-2 once %s” <br> `core/test/a.test.ts` “TA-3 twice…” |\n';
const read = (/** @type {string} */ file) =>
  file === 'packages/core/test/a.test.ts' ? "it('TA-2 once %s', …); it(`TA-3 twice or more`, …);" : null;

test('a requirement names tests that are there and passed', () => {
  expect(requirementsIn(row).map(({ id, tests }) => [id, tests.length])).toEqual([['1.1.1', 2]]);
  expect(checkChecklist(row, read, null)).toEqual([]);
  expect(checkChecklist(row, read, ['TA-2 once a', 'TA-3 twice or more'])).toEqual([]);
});

test('what is missing is named: a test, its file, its passing', () => {
  expect(checkChecklist('| 1.1.1, 1.2.3 | x | y |', read, null)).toEqual(['1.1.1, 1.2.3 names no test']);
  expect(checkChecklist(row, () => null, null)).toHaveLength(2);
  expect(checkChecklist(row, () => "it('another')", null)).toHaveLength(2);
  expect(checkChecklist(row, read, ['TA-2 once a'])).toEqual([
    '1.1.1: the test “TA-3 twice…” of core/test/a.test.ts did not pass',
  ]);
});

test('every test that SECURITY.md names is there', () => {
  const text = readFileSync(path.join(root, 'SECURITY.md'), 'utf8');
  const source = (/** @type {string} */ file) => {
    const at = path.join(root, file);
    return existsSync(at) ? readFileSync(at, 'utf8') : null;
  };
  expect(checkChecklist(text, source, null)).toEqual([]);
  expect(requirementsIn(text).length).toBeGreaterThan(25);
});
