// `npm run bench [group …]`: Latchkey and its peers side by side. Without names all groups run, and the results are
// written to docs/reference/benchmarks; with names those groups run and are printed only.
import { fork } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { installBench } from './harness/install.mjs';
import { groupNames } from './harness/names.mjs';
import { printed } from './report/table.mjs';
import { written } from './report/write.mjs';

const folder = import.meta.dirname;

/** @typedef {import('./harness/group.mjs').Outcome & { title: string, about: string, name: string }} Measured */

/** Runs a group in a process of its own, so that no group finds code that another one has warmed up or spoilt. @param {string} name @returns {Promise<Measured>} */
const measured = (name) =>
  new Promise((resolve, reject) => {
    const child = fork(path.join(folder, 'harness', 'child.mjs'), [path.join(folder, `${name}.mjs`)], {
      execArgv: ['--expose-gc', '--max-old-space-size=8192', '--no-warnings'],
    });
    /** @type {Omit<Measured, 'name'> | null} */
    let outcome = null;
    child.on('message', (message) => {
      outcome = /** @type {Omit<Measured, 'name'>} */ (message);
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      outcome === null || code !== 0
        ? reject(new Error(`the group "${name}" ended with exit code ${code}`))
        : resolve({ name, ...outcome }),
    );
  });

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !groupNames.includes(name));
if (unknown.length > 0) {
  console.error(`There is no group "${unknown[0]}"; there are ${groupNames.join(', ')}.`);
  process.exit(2);
}

installBench();
const groups = [];
const failures = [];
const begun = performance.now();
for (const name of chosen.length > 0 ? chosen : groupNames) {
  const started = performance.now();
  try {
    const group = await measured(name);
    groups.push(group);
    console.log(`${printed(group)}\n(${((performance.now() - started) / 1000).toFixed(0)} s)\n`);
  } catch (error) {
    failures.push(name);
    console.error(error instanceof Error ? error.message : error);
  }
}
console.log(`${((performance.now() - begun) / 1000).toFixed(0)} s in all`);
if (failures.length > 0) {
  console.error(`Not measured: ${failures.join(', ')}. Nothing was written.`);
  process.exitCode = 1;
} else if (chosen.length === 0) console.log(`Written to ${written(groups)}`);
