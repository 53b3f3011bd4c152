// The parts of core that are changed one after another, and the tests that have to notice. A mutant is tried with the
// tests of its part only: that something else happens to run the same code is no proof.
import { readdirSync } from 'node:fs';
import path from 'node:path';

const core = 'packages/core/test';
const testing = 'packages/testing/test';

/**
 * What is changed, and the files and folders of the tests that hold it.
 *
 * @typedef {{ mutate: readonly string[], tests: readonly string[] }} Area
 */

/** @type {Readonly<Record<string, Area>>} */
export const areas = {
  decision: {
    mutate: ['packages/core/src/decision/**/*.ts'],
    tests: [
      `${core}/decision`,
      `${core}/latchkey.test.ts`,
      `${core}/latchkey-shadow.test.ts`,
      `${testing}/theorems.test.ts`,
      `${testing}/differential.test.ts`,
      `${testing}/reference/decide.test.ts`,
    ],
  },
  net: { mutate: ['packages/core/src/net/**/*.ts'], tests: [`${core}/net`] },
  parse: { mutate: ['packages/core/src/parse/**/*.ts'], tests: [`${core}/parse`] },
  token: { mutate: ['packages/core/src/token/**/*.ts'], tests: [`${core}/token`] },
  settings: {
    mutate: ['packages/core/src/settings/**/*.ts'],
    tests: [`${core}/settings`, `${testing}/operation/settings.test.ts`],
  },
  operation: {
    mutate: ['packages/core/src/operation/**/*.ts'],
    tests: [`${core}/operation`, `${testing}/operation`],
  },
  engine: {
    mutate: ['packages/core/src/*.ts', '!packages/core/src/index.ts'],
    tests: [
      `${core}/latchkey.test.ts`,
      `${core}/latchkey-shadow.test.ts`,
      `${core}/carrier.test.ts`,
      `${core}/audit.test.ts`,
      `${core}/gate.test.ts`,
      `${core}/latchkey-ports.test.ts`,
      `${core}/options.test.ts`,
      `${core}/queue.test.ts`,
      `${core}/use.test.ts`,
      `${core}/operation`,
      `${testing}/operation`,
    ],
  },
};

/** An area by its name; throws for a name that is none. @param {string | undefined} name @returns {Area} */
export function areaNamed(name = '') {
  const area = areas[name];
  if (area === undefined)
    throw new Error(`There is no area "${name}"; there are ${Object.keys(areas).join(', ')}.`);
  return area;
}

/** Tests that a changed core is not tried with, by the begin of a title: they time something, or need more runs. */
export const leftOut = [
  'AD-1 60,000 mutated addresses',
  'VA-4 a text of many digits takes linear time',
  'AL-3 membership is exact for 100000 entries',
  'IM-1 keeps lists of many single addresses short and quick',
  'RE-1 100,000 entries are reviewed',
  'MI-1 migration_never_widens',
  'read_only_never_begets_read_write',
];

/** Whole files of the same kind. */
const filesLeftOut = ['linear.test.ts'];

/** The test files of an area, as paths from the root. @param {Area} area @param {string} root */
export const testFilesOf = (area, root) =>
  area.tests.flatMap((name) =>
    name.endsWith('.ts')
      ? [name]
      : readdirSync(path.join(root, name), { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.test.ts') && !filesLeftOut.includes(path.basename(file)))
          .map((file) => path.posix.join(name, file.replaceAll(path.sep, '/')))
          .sort(),
  );

/** The areas in which every mutant is to be killed or explained. */
export const strict = ['decision', 'net', 'parse'];
