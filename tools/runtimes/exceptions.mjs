// The tests of core that cannot run somewhere. Everything else has to run, and to pass, on every runtime.

/**
 * @typedef {object} Exception
 * @property {string} file The file below the tests of core.
 * @property {readonly string[]} runtimes
 * @property {string} why
 */

/** @type {readonly Exception[]} */
export const exceptions = [
  {
    file: 'net/address-judged.test.ts',
    runtimes: ['workerd', 'chromium'],
    why: 'its judge is `isIP` of `node:net`, which is not there',
  },
  {
    file: 'work.test.ts',
    runtimes: ['bun', 'workerd', 'chromium'],
    why: 'it counts calls between modules, for which Vitest has to load each module by itself',
  },
];

/** The files that do not run on a runtime. @param {string} runtime */
export const filesWithout = (runtime) =>
  exceptions.filter(({ runtimes }) => runtimes.includes(runtime)).map(({ file }) => file);

/** The exceptions for files that have no tests. @param {readonly string[]} ids Each test that there is. */
export const staleExceptions = (ids) =>
  exceptions.map(({ file }) => file).filter((file) => !ids.some((id) => id.startsWith(`${file} > `)));
