// Core's own tests on every runtime, held to those that run on Node 20: each has to run, and to pass, everywhere, but for
// the exceptions. Node and Deno run Vitest itself. The others run the same files and Vitest's own runner and `expect`
// in one file, inside the runtime; a few tests that have to fail show there that failing is seen.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../../scripts/pnpm.mjs';
import { bundle } from './bundle.mjs';
import { findChromium, linesOfPage } from './chromium.mjs';
import { filesWithout } from './exceptions.mjs';
import { startWorkerd } from './workerd.mjs';

/** @typedef {import('./install.mjs').Runtimes} Runtimes */
/** @typedef {{ file: string, titles: readonly string[], state: string, problem: string | null }} Outcome */

const tests = path.join(root, 'packages', 'core', 'test');
const suite = path.join(root, 'tools', 'runtimes', 'suite');

/** What a program prints about its version, the number alone. @param {string} program */
const versionOf = (program) =>
  /\d+(?:[.-]\d+)+/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)?.[0] ?? 'unknown';

/** Runs a program to its end; gives what it printed. @param {string} program @param {readonly string[]} args */
async function outputOf(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = await text(child.stdout);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return output;
}

/** Vitest run by a program. @param {Runtimes} runtimes @param {string} program @param {readonly string[]} args */
async function byVitest({ scratch }, program, args = []) {
  const report = path.join(scratch, 'report.json');
  const chosen = ['--config', 'vitest.workspace.ts', '--project', 'core'];
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  await outputOf(program, [...args, vitest, 'run', ...chosen, '--reporter=json', `--outputFile=${report}`]);
  /** @type {{ testResults: { name: string, message: string, assertionResults: { title: string, status: string,
   *   ancestorTitles: string[], failureMessages: string[] }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = path.relative(tests, name).split(path.sep).join('/');
    if (message !== '' && assertionResults.length === 0)
      return [{ file, titles: [], state: 'fail', problem: message }];
    return assertionResults.map(({ title, status, ancestorTitles, failureMessages }) => ({
      file,
      titles: [...ancestorTitles, title],
      state: { passed: 'pass', failed: 'fail' }[status] ?? status,
      problem: failureMessages[0] ?? null,
    }));
  });
}

/** The suite in one file, for a runtime. @param {Runtimes} runtimes @param {string} entry @param {string} runtime */
function bundled(runtimes, entry, runtime) {
  const without = filesWithout(runtime);
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.test.ts') && !without.includes(file))
    .sort()
    .map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)}),`);
  const plugin = {
    name: 'suite',
    setup(/** @type {any} */ build) {
      build.onResolve({ filter: /^virtual:suite$/ }, () => ({ path: 'suite', namespace: 'suite' }));
      build.onLoad({ filter: /.*/, namespace: 'suite' }, () => ({
        contents: `export const files = {\n${files.join('\n')}\n};`,
        resolveDir: tests,
      }));
    },
  };
  const source = path.join(suite, `${entry}.ts`);
  return bundle(runtimes, source, `core-${entry}`, { plugins: [plugin], sources: true });
}

/**
 * What the lines of a bundled suite tell, once the runtime has named itself and has seen the canary's tests fail.
 *
 * @param {readonly string[]} lines @param {RegExp} self @returns {Outcome[]}
 */
function outcomesOf(lines, self) {
  const [name, ...files] = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  if (!self.test(name)) throw new Error(`the runtime calls itself ${name}, which is not ${self}`);
  /** @type {Outcome[]} */
  const outcomes = files.flat();
  const canary = outcomes.filter(({ file }) => file === 'canary');
  const seen = canary.filter(({ titles, state }) => titles[1]?.startsWith(`${state}:`));
  if (canary.length !== 6 || seen.length !== 6) throw new Error('a test that fails is not seen to fail');
  return outcomes.filter(({ file }) => file !== 'canary');
}

/** @param {string} output */
const linesOf = (output) => output.split('\n');

/** @typedef {{ version: string, run: () => Promise<Outcome[]> }} Way */

/** How core's tests run on each runtime. @type {Readonly<Record<string, (runtimes: Runtimes) => Promise<Way>>>} */
const ways = {
  ...Object.fromEntries(
    ['node-20', 'node-22', 'node-24', 'node-26'].map((name) => [
      name,
      async (/** @type {Runtimes} */ runtimes) => {
        const program = runtimes.program(name);
        return { version: versionOf(program), run: () => byVitest(runtimes, program) };
      },
    ]),
  ),
  deno: async (runtimes) => {
    const program = runtimes.program('deno');
    return { version: versionOf(program), run: () => byVitest(runtimes, program, ['run', '--allow-all']) };
  },
  bun: async (runtimes) => {
    const program = runtimes.program('bun');
    const file = await bundled(runtimes, 'program', 'bun');
    const run = async () => outcomesOf(linesOf(await outputOf(program, ['run', file])), /^Bun\//);
    return { version: versionOf(program), run };
  },
  workerd: async (runtimes) => {
    await bundled(runtimes, 'worker', 'workerd');
    const run = async () => {
      const server = await startWorkerd(runtimes, { 'core-worker': {} });
      try {
        const response = await fetch(`http://127.0.0.1:${server.port('core-worker')}/`);
        return outcomesOf(linesOf(await response.text()), /^Cloudflare-Workers$/);
      } finally {
        await server.stop();
      }
    };
    return { version: versionOf(runtimes.program('workerd')), run };
  },
  chromium: async (runtimes) => {
    const program = await findChromium();
    const file = await bundled(runtimes, 'page', 'chromium');
    const run = async () =>
      outcomesOf(await linesOfPage(program, file, runtimes.scratch), / HeadlessChrome\//);
    return { version: versionOf(program), run };
  },
};

/** The runtimes, the measure first. */
export const runtimeNames = Object.keys(ways);

/**
 * What core's tests came to on one runtime.
 *
 * @typedef {object} CoreRun
 * @property {string} name
 * @property {string} version
 * @property {number} passed
 * @property {readonly Outcome[]} failed
 * @property {number} seconds
 * @property {readonly string[]} ids Each test that ran.
 */

/** Runs core's tests on a runtime. @param {Runtimes} runtimes @param {string} name @returns {Promise<CoreRun>} */
export async function tryCore(runtimes, name) {
  const way = ways[name];
  if (way === undefined) throw new TypeError(`${name} is none of ${runtimeNames.join(', ')}`);
  const { version, run } = await way(runtimes);
  const begun = performance.now();
  const outcomes = await run();
  const seconds = (performance.now() - begun) / 1000;
  const failed = outcomes.filter(({ state }) => state !== 'pass');
  const ids = outcomes.map(({ file, titles }) => [file, ...titles].join(' > '));
  return { name, version, passed: outcomes.length - failed.length, failed, seconds, ids };
}

/** The tests of one run that another did not run, by name and number. @param {readonly string[]} ids @param {readonly string[]} ran */
export function missing(ids, ran) {
  const counts = new Map();
  for (const id of ran) counts.set(id, (counts.get(id) ?? 0) + 1);
  return ids.filter((id) => {
    const left = counts.get(id) ?? 0;
    counts.set(id, left - 1);
    return left <= 0;
  });
}
