// Every test that SECURITY.md names exists, and was passed: `node tools/checklist.mjs [TALLY]`. A test is named as
// `package/test/file.test.ts` “its title, or the beginning of it”.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMain } from '../scripts/main.mjs';
import { root } from '../scripts/pnpm.mjs';

const page = 'SECURITY.md';
const requirement = /^\| (\d+\.\d+\.\d+[\d.,– ]*) \|/;
const named = /`([\w./-]+\/test\/[\w./-]+\.(?:ts|mjs))` “([^”]+)”/g;

/**
 * The requirements of the page, each with the tests that it names.
 *
 * @param {string} text
 * @returns {readonly { id: string, tests: readonly { file: string, title: string }[] }[]}
 */
export const requirementsIn = (text) =>
  text.split('\n').flatMap((line) => {
    const id = requirement.exec(line)?.[1]?.trim();
    if (id === undefined) return [];
    return [{ id, tests: [...line.matchAll(named)].map(([, file = '', title = '']) => ({ file, title })) }];
  });

/** A pattern for the titles of a run: what stands for a value of a table matches any. @param {string} title */
const titlePattern = (title) =>
  new RegExp(
    `^${title
      .split(/%[sdj#]|\$\w+|…$/)
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}`,
  );

/** Where a file that is named by its package lies. @param {string} file */
const pathOf = (file) => (file.startsWith('tools/') ? file : `packages/${file}`);

/**
 * What is wrong with the list, a line each.
 *
 * @param {string} text
 * @param {(file: string) => string | null} read the text of a file, null where there is none
 * @param {readonly string[] | null} passed the titles of all tests that passed, null where none ran
 */
export function checkChecklist(text, read, passed) {
  return requirementsIn(text).flatMap(({ id, tests }) => {
    if (tests.length === 0) return [`${id} names no test`];
    return tests.flatMap(({ file, title }) => {
      const source = read(pathOf(file));
      if (source === null) return [`${id}: ${file} is not there`];
      if (!source.includes(title.replace(/…$/, ''))) return [`${id}: ${file} has no test “${title}”`];
      if (passed === null || passed.some((each) => titlePattern(title).test(each))) return [];
      return [`${id}: the test “${title}” of ${file} did not pass`];
    });
  });
}

if (isMain(import.meta.url)) {
  const text = readFileSync(path.join(root, page), 'utf8');
  const tally = process.argv[2];
  /** @type {string[][] | null} */
  const titles = tally === undefined ? null : JSON.parse(readFileSync(tally, 'utf8')).titles;
  const read = (/** @type {string} */ file) => {
    const at = path.join(root, file);
    return existsSync(at) ? readFileSync(at, 'utf8') : null;
  };
  const problems = checkChecklist(text, read, titles?.map((each) => each.at(-1) ?? '') ?? null);
  const all = requirementsIn(text);
  if (all.length === 0) problems.push(`${page} lists no requirement`);
  for (const problem of problems) console.error(problem);
  const tests = all.flatMap((each) => each.tests);
  console.log(`checklist: ${all.length} rows, ${tests.length} tests, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
