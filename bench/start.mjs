// How long an import takes in a fresh process.
import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { atMost } from './harness/group.mjs';
import { ratio, typical } from './harness/measure.mjs';

const run = promisify(execFile);
const core = path.join(path.dirname(import.meta.dirname), 'packages', 'core');

/** What core imports, from where core finds it. */
const dependencies = ['ipaddr.js', '@noble/hashes/sha2.js', '@noble/hashes/hmac.js', 'zod/mini'];

/** Milliseconds that a fresh process spends on importing. @param {readonly string[]} names */
async function millisecondsOf(names) {
  const code = `const begun = performance.now(); await Promise.all([${names
    .map((name) => `import(${JSON.stringify(name)})`)
    .join(', ')}]); console.log(performance.now() - begun);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: core });
  return Number(stdout);
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Start',
  about: 'Importing, in a fresh process each time, by turns; Node’s own start is not counted.',
  async measure() {
    const contenders = { '@latchkey/core': ['@latchkey/core'], 'its three dependencies': dependencies };
    /** @type {Map<string, number[]>} */
    const samples = new Map(Object.keys(contenders).map((name) => [name, []]));
    for (let round = 0; round < 16; round++)
      for (const [name, names] of Object.entries(contenders)) {
        const time = await millisecondsOf(names);
        // The first round finds the files not yet in memory.
        if (round > 0) samples.get(name)?.push(time);
      }
    return {
      figures: [...samples.keys()].map((name) => ({
        name: `import ${name}`,
        value: typical(samples, name),
        unit: 'ms',
      })),
      targets: [
        atMost(
          '`import @latchkey/core` beside its three dependencies',
          1.5,
          ratio(samples, '@latchkey/core', 'its three dependencies'),
        ),
      ],
    };
  },
};
