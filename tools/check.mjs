// `npm test`: every static check and every test, each counted; the last line is `N passed, N failed`.
// Arguments choose tests, as for vitest; then clauses and checklist are left out, because most of
// their tests do not run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../scripts/pnpm.mjs';

const chosen = process.argv.slice(2);
const scratch = mkdtempSync(path.join(tmpdir(), 'latchkey-check-'));
const tallyFile = path.join(scratch, 'tally.json');

/** Runs one check in a process of its own; true when it passed. @param {string} name @param {readonly string[]} args */
function runs(name, [script = '', ...args]) {
  console.log(`\n── ${name}`);
  const { status } = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, LATCHKEY_TALLY: tallyFile },
  });
  if (status !== 0) console.error(`✗ ${name} failed`);
  return status === 0;
}

const tsc = 'node_modules/typescript/bin/tsc';
/** @type {[string, string[]][]} */
const before = [
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types of the packages', [tsc, '-p', 'tsconfig.json']],
  ['types of the tools', [tsc, '-p', 'tools/tsconfig.json']],
  ['direction of imports', ['tools/imports.mjs']],
  ['manifests and licences of the packages', ['tools/packages.mjs']],
  ['size of core', ['node_modules/size-limit/bin.js']],
  ['generated documentation', ['tools/docs.mjs', '--check']],
  ['coverage of core', ['tools/coverage.mjs']],
];

const outcomes = before.map(([name, args]) => runs(name, args));
const testsPassed = runs('tests', [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'vitest.workspace.ts',
  ...chosen,
]);
const hasTally = existsSync(tallyFile);
if (chosen.length === 0) {
  outcomes.push(hasTally && runs('clauses', ['tools/clauses.mjs', tallyFile]));
  outcomes.push(hasTally && runs('security checklist', ['tools/checklist.mjs', tallyFile]));
}

/** @type {import('./summary-reporter.ts').Tally} */
const tally = hasTally
  ? JSON.parse(readFileSync(tallyFile, 'utf8'))
  : { passed: 0, failed: 1, skipped: 0, titles: [] };
rmSync(scratch, { recursive: true, force: true });
// Vitest can fail for more than its tests, and a run without any test proves nothing.
if (tally.failed === 0 && (!testsPassed || tally.passed === 0)) tally.failed = 1;

const passed = tally.passed + outcomes.filter((outcome) => outcome).length;
const failed = tally.failed + outcomes.filter((outcome) => !outcome).length;
console.log(`\n${passed} passed, ${failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
