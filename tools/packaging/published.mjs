// The packages that are published, as their manifests describe them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/pnpm.mjs';
import { packages } from '../../scripts/workspace.mjs';

/**
 * @typedef {Record<string, string>} Ranges
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [description]
 * @property {string[]} [keywords]
 * @property {string} [license]
 * @property {string} [type]
 * @property {boolean} [sideEffects]
 * @property {Record<string, any>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {string[]} [files]
 * @property {Ranges} [engines]
 * @property {Ranges} [scripts]
 * @property {{ access?: string, exports?: Record<string, any> }} [publishConfig]
 * @property {Ranges} [dependencies]
 * @property {Ranges} [optionalDependencies]
 * @property {Ranges} [peerDependencies]
 * @property {Ranges} [devDependencies]
 *
 * @typedef {{ id: string, folder: string, manifest: Manifest }} Published
 */

/** The condition under which this workspace reads sources instead of builds; nothing published may know it. */
export const sourceCondition = '@latchkey/source';

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Every published package, sorted by its folder, whose name is its `id`. @returns {Published[]} */
export function published() {
  return packages()
    .map(({ folder }) => ({
      id: path.basename(folder),
      folder,
      manifest: /** @type {Manifest} */ (readJson(path.join(folder, 'package.json'))),
    }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** The oldest Node that the workspace supports, as a range. @returns {string} */
export const supportedNode = () => readJson(path.join(root, 'package.json')).engines.node;

/**
 * What an application writes to import a package: its name, and with it each further entry.
 *
 * @param {Manifest} manifest
 */
export const specifiersOf = ({ name, exports = {} }) =>
  Object.keys(exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => ({ entry, specifier: `${name}${entry.slice(1)}` }));

/**
 * The file of types of an entry, as an ESM importer gets it; null where there is none.
 *
 * @param {Published} of @param {string} entry
 */
export function typesOf({ folder, manifest }, entry) {
  const file = manifest.exports?.[entry]?.import?.types;
  if (typeof file !== 'string') return null;
  const full = path.join(folder, file);
  return existsSync(full) ? full : null;
}
