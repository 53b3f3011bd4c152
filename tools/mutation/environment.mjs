// An area's tests, collected by Vitest's own runner in this process, and run one at a time.
import { pathToFileURL } from 'node:url';
import { leftOut } from './areas.mjs';

// What `expect` and `vi` look for at a worker of Vitest; it has to be there before Vitest is loaded.
Object.assign(globalThis, {
  __vitest_worker__: { config: { snapshotOptions: {}, expect: {}, fakeTimers: {} }, filepath: '' },
});

/**
 * One test: its name through all its suites, and what runs it with its hooks.
 *
 * @typedef {{ id: string, name: string, file: string, run: () => Promise<void> }} Test
 */

/**
 * The tests that were loaded, and what went wrong in files that could not be.
 *
 * @typedef {{ tests: readonly Test[], broken: ReadonlyMap<string, string> }} Environment
 */

/**
 * What is needed of Vitest's tasks.
 *
 * @typedef {{ name: string, type: string, mode: string, file: Task, suite?: Task, tasks: readonly Task[],
 *   context: unknown, result?: { state?: string, errors?: readonly { message: string }[] } }} Task
 * @typedef {(context: unknown, suite: unknown) => unknown} Hook
 * @typedef {'beforeEach' | 'afterEach'} HookKind
 */

/** What Vitest's runner asks for; the values are Vitest's own defaults. @param {Record<string, () => Promise<unknown>>} files */
const runnerOver = (files) => ({
  config: {
    root: '/',
    setupFiles: [],
    passWithNoTests: false,
    allowOnly: false,
    sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
    maxConcurrency: 1,
    testTimeout: 15_000,
    hookTimeout: 15_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
  },
  /** @param {string} file */
  importFile: (file) => files[file]?.(),
});

let loaded = 0;

/**
 * Loads the tests and core anew and collects the tests; a mutant that is active meanwhile is active while core loads.
 *
 * @param {string} bundle @param {string} root @returns {Promise<Environment>}
 */
export async function load(bundle, root) {
  /** @param {string} name */
  const vitest = (name) => import(pathToFileURL(`${root}/node_modules/vitest/dist/${name}`).href);
  const { collectTests } = await vitest('browser.js');
  const { getFn, getHooks } = await vitest('suite.js');
  /** @type {{ files: Record<string, () => Promise<unknown>> }} */
  const { files } = await import(`${pathToFileURL(bundle).href}?${loaded++}`);
  /** @type {Test[]} */
  const tests = [];
  /** @type {Map<string, string>} */
  const broken = new Map();
  /** @type {Map<string, number>} */
  const seen = new Map();

  /** The hooks of a suite and of all around it. @param {Task | undefined} suite @param {HookKind} kind @returns {Hook[]} */
  function hooksOf(suite, kind) {
    if (suite === undefined) return [];
    const around = suite.suite ?? (suite.file === suite ? undefined : suite.file);
    return [...hooksOf(around, kind), ...getHooks(suite)[kind]];
  }

  /** @param {Task} task */
  const runOf = (task) => async () => {
    const suite = task.suite ?? task.file;
    try {
      for (const hook of hooksOf(suite, 'beforeEach')) await hook(task.context, suite);
      await getFn(task)();
    } finally {
      for (const hook of hooksOf(suite, 'afterEach')) await hook(task.context, suite);
    }
  };

  /** @param {string} file @param {readonly Task[]} tasks @param {readonly string[]} above */
  function collect(file, tasks, above) {
    for (const task of tasks) {
      const titles = [...above, task.name];
      if (task.type === 'suite') collect(file, task.tasks, titles);
      else if (task.mode === 'run' && !leftOut.some((begin) => task.name.startsWith(begin))) {
        const name = titles.join(' ').trim();
        const plain = `${file}#${name}`;
        const count = (seen.get(plain) ?? 0) + 1;
        seen.set(plain, count);
        tests.push({ id: count === 1 ? plain : `${plain} (${count})`, name, file, run: runOf(task) });
      }
    }
  }

  for (const file of Object.keys(files)) {
    /** @type {Task[]} */
    const [task] = await collectTests([file], runnerOver(files));
    if (task === undefined || task.result?.state === 'fail')
      broken.set(file, task?.result?.errors?.[0]?.message ?? 'the file was not collected');
    else collect(file, task.tasks, []);
  }
  return { tests, broken };
}
