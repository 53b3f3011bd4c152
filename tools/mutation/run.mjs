// `npm run mutation [area …]`: changes core in one place at a time and looks whether a test notices. Without names all
// areas run. What was tried before and has not changed is not tried again; `--afresh` forgets it. The page
// docs/reference/mutation.md is written from the reports of all areas, once each has one.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensurePnpm, pnpm, root, stop } from '../../scripts/pnpm.mjs';
import { areas } from './areas.mjs';
import { render } from './page.mjs';

const folder = path.join(root, 'tools/mutation');
const results = path.join(root, '.tools/mutation');
const stryker = path.join(folder, 'node_modules/@stryker-mutator/core/bin/stryker.js');

const afresh = process.argv.includes('--afresh');
const chosen = process.argv.slice(2).filter((name) => name !== '--afresh');
const unknown = chosen.filter((name) => !(name in areas));
if (unknown.length > 0) stop(`there is no area "${unknown[0]}"; there are ${Object.keys(areas).join(', ')}`);

if (!existsSync(stryker)) {
  ensurePnpm();
  const code = pnpm(['--dir', folder, 'install', '--frozen-lockfile', '--reporter=append-only']);
  if (code !== 0) stop(`the installation of tools/mutation failed (exit code ${code})`);
}

/**
 * Leaves in what Stryker remembers only what was noticed: of code that runs while a module loads it does not know which
 * tests reach it, so that a new test would never be tried with it. @param {string} file
 */
function forgetSurvivors(file) {
  if (!existsSync(file)) return;
  /** @type {import('./page.mjs').Report} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  for (const each of Object.values(report.files))
    each.mutants = each.mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  writeFileSync(file, JSON.stringify(report));
}

for (const name of chosen.length > 0 ? chosen : Object.keys(areas)) {
  console.log(`\n── ${name}`);
  const memory = path.join(results, `${name}.incremental.json`);
  if (afresh) rmSync(memory, { force: true });
  else forgetSurvivors(memory);
  const args = [stryker, 'run', 'tools/mutation/stryker.config.mjs'];
  const env = { ...process.env, LATCHKEY_MUTATION: name };
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  if (status !== 0) stop(`the area "${name}" ended with exit code ${status}`);
}

const missing = Object.keys(areas).filter((name) => !existsSync(path.join(results, `${name}.json`)));
if (missing.length > 0) {
  console.log(`\nThe page is not written: ${missing.join(', ')} did not run yet.`);
} else {
  const reports = Object.keys(areas).map((name) => ({
    name,
    report: JSON.parse(readFileSync(path.join(results, `${name}.json`), 'utf8')),
  }));
  const { page, problems } = render(reports, new Date().toISOString().slice(0, 10));
  writeFileSync(path.join(root, 'docs/reference/mutation.md'), page);
  for (const problem of problems) console.error(problem);
  console.log(`\ndocs/reference/mutation.md is written, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
