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
 * @typedef {{ tests: readonly Test[], broken: ReadonlyMap<string, string> }} Environment
 */

/** @param {string} bundle @param {typeof import('vitest')} vitest @param {typeof import('vitest/internal/browser')} internal */
const configOf = (files) => ({
  config: {
    root: '/',
    name: undefined,
    setupFiles: [],
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 15_000,
    hookTimeout: 15_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  },
  importFile: (file) => files[file]?.(),
});

let loaded = 0;

/** Loads the tests and the core anew and collects them; what is active meanwhile is active while core loads. @param {string} bundle @param {string} root @returns {Promise<Environment>} */
export async function load(bundle, root) {
  const at = (name) => import(pathToFileURL(`${root}/node_modules/vitest/dist/${name}`).href);
  const { collectTests } = await at('browser.js');
  const { getFn, getHooks } = await at('suite.js');
  const { files } = await import(`${pathToFileURL(bundle).href}?${loaded++}`);
  /** @type {Test[]} */
  const tests = [];
  const broken = new Map();
  const seen = new Map();
  const hooksOf = (suite, kind) =>
    suite === undefined ? [] : [...hooksOf(suite.suite ?? (suite.file === suite ? undefined : suite.file), kind), ...getHooks(suite)[kind]];
  const walk = (file, tasks, above) => {
    for (const task of tasks) {
      const name = [...above, task.name].join(' ').trim();
      if (task.type === 'suite') walk(file, task.tasks, [...above, task.name]);
      else if (task.mode === 'run' && !leftOut.some((begin) => task.name.startsWith(begin))) {
        const plain = `${file}#${name}`;
        const count = seen.get(plain) ?? 0;
        seen.set(plain, count + 1);
        const run = async () => {
          const after = [];
          try {
            for (const hook of hooksOf(task.suite ?? task.file, 'beforeEach')) await hook(task.context, task.suite);
            await getFn(task)();
          } finally {
            for (const hook of hooksOf(task.suite ?? task.file, 'afterEach')) await hook(task.context, task.suite);
          }
        };
        tests.push({ id: count === 0 ? plain : `${plain} (${count + 1})`, name, file, run });
      }
    }
  };
  for (const file of Object.keys(files)) {
    const [task] = await collectTests([file], configOf(files));
    if (task.result?.state === 'fail') broken.set(file, String(task.result.errors?.[0]?.message));
    else walk(file, task.tasks, []);
  }
  return { tests, broken };
}
