// Every clause of docs/spec has a test: a title that starts with the clause's number, of a test that ran and passed.
// docs/spec/open.json names the clauses of parts that are not built yet, each with a reason; `partly: …` where some
// of a clause is there and tested already. It may hold no other.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMain } from '../scripts/main.mjs';
import { root } from '../scripts/pnpm.mjs';

const openFile = 'docs/spec/open.json';

/** A clause stands at the start of a line, after the mark of a heading, list or table row, bold or not. */
const definition =
  /^\s*(?:[-*+]\s+|#{1,6}\s+|\|\s*|\d+\.\s+)?(?:<a [^>]*><\/a>\s*)?[*_`[]*([A-Z]{2}-\d+)\b(?![…–])/;
const fence = /^\s*(?:```|~~~)/;

/** The clauses that a text defines; what it merely mentions is not counted. @param {string} text */
export function clausesIn(text) {
  /** @type {string[]} */
  const clauses = [];
  let fenced = false;
  for (const line of text.split('\n')) {
    if (fence.test(line)) fenced = !fenced;
    const clause = fenced ? undefined : definition.exec(line)?.[1];
    if (clause !== undefined) clauses.push(clause);
  }
  return clauses;
}

/** The clauses that a title starts with: 'SC-1', 'SC-1, SC-2', 'SC-1/VA-2', 'SC-1 and SC-2', 'SC-1…SC-4'. @param {string} title */
export function clausesOfTitle(title) {
  /** @type {string[]} */
  const clauses = [];
  let rest = title.trimStart();
  let joint = '';
  for (;;) {
    const found = /^([A-Z]{2})-(\d+)\b/.exec(rest);
    if (found === null) return clauses;
    const [clause, family, number] = found;
    const previous = clauses.at(-1);
    if (/^[…–]/u.test(joint) && previous?.startsWith(`${family}-`)) {
      for (let between = Number(previous.slice(3)) + 1; between < Number(number); between++) {
        clauses.push(`${family}-${between}`);
      }
    }
    clauses.push(clause);
    rest = rest.slice(clause.length);
    joint = /^(?:\s*[,/&+…–]\s*|\s+and\s+)/u.exec(rest)?.[0] ?? '';
    if (joint === '') return clauses;
    rest = rest.slice(joint.length);
  }
}

/**
 * What is wrong between clauses, tests and open parts, a line each.
 *
 * @param {readonly string[]} clauses
 * @param {readonly (readonly string[])[]} tests titles of each test, outermost first
 * @param {Readonly<Record<string, unknown>>} open reasons by clause
 */
export function checkClauses(clauses, tests, open) {
  const known = new Set(clauses);
  const tested = new Set(tests.flat().flatMap(clausesOfTitle));
  const isOpen = (/** @type {string} */ clause) => Object.hasOwn(open, clause);
  const missing = [...known].filter((clause) => !tested.has(clause) && !isOpen(clause));
  const unknown = [...tested].filter((clause) => !known.has(clause));
  return [
    ...missing.map((clause) => `${clause} has no test whose title starts with it`),
    ...unknown.map((clause) => `${clause} is the title of a test, but docs/spec has no such clause`),
    ...Object.entries(open).flatMap(([clause, reason]) => {
      if (!known.has(clause)) return [`${clause} is listed in ${openFile}, but docs/spec has no such clause`];
      const partly = typeof reason === 'string' && reason.startsWith('partly: ');
      if (tested.has(clause) && !partly)
        return [`${clause} is listed in ${openFile}, but it has a test: remove it there, or say "partly: …"`];
      if (partly && !tested.has(clause))
        return [`${clause} is partly open, but has no test of the other part`];
      if (typeof reason !== 'string' || reason.trim() === '') return [`${clause} is open without a reason`];
      return [];
    }),
  ];
}

/** The titles of all tests as vitest collects them. @returns {string[][]} */
function collectTitles() {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'list', '--json', '--config', 'vitest.workspace.ts'];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error('vitest could not list the tests');
  const tests = /** @type {{ name: string }[]} */ (JSON.parse(stdout.slice(stdout.indexOf('[\n'))));
  return tests.map(({ name }) => name.split(' > '));
}

if (isMain(import.meta.url)) {
  const folder = path.join(root, 'docs', 'spec');
  const texts = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : [];
  const clauses = texts.flatMap((name) => clausesIn(readFileSync(path.join(folder, name), 'utf8')));
  const openPath = path.join(root, openFile);
  const open = existsSync(openPath) ? JSON.parse(readFileSync(openPath, 'utf8')) : {};
  const tallyFile = process.argv[2];
  const titles =
    tallyFile === undefined ? collectTitles() : JSON.parse(readFileSync(tallyFile, 'utf8')).titles;
  const problems = checkClauses(clauses, titles, open);
  if (clauses.length === 0) problems.push('docs/spec defines no clause');
  for (const problem of problems) console.error(problem);
  console.log(
    `clauses: ${new Set(clauses).size}, open: ${Object.keys(open).length}, problems: ${problems.length}`,
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
}
