// What is in the workspace, and which of it changed: content hashes, so that nothing is installed or built twice.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './pnpm.mjs';

/**
 * @typedef {Record<string, string> | undefined} Dependencies
 * @typedef {{ name: string, scripts?: Record<string, string>, dependencies?: Dependencies,
 *   devDependencies?: Dependencies, peerDependencies?: Dependencies, optionalDependencies?: Dependencies }} Manifest
 * @typedef {{ folder: string, manifest: Manifest }} Package
 */

/** @type {readonly ('dependencies' | 'devDependencies' | 'peerDependencies' | 'optionalDependencies')[]} */
const dependencyFields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * Every file below a folder, sorted, so that the same content gives the same hash on every machine.
 *
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

/** @param {readonly string[]} files @param {readonly string[]} extra */
function hashOf(files, extra = []) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${path.relative(root, file)}\0`);
    hash.update(existsSync(file) ? readFileSync(file) : 'absent');
    hash.update('\0');
  }
  for (const text of extra) hash.update(`${text}\0`);
  return hash.digest('hex');
}

/** The packages of the workspace: folder and manifest. @returns {Package[]} */
export function packages() {
  const parent = path.join(root, 'packages');
  return readdirSync(parent)
    .sort()
    .map((name) => path.join(parent, name))
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')),
    }));
}

/** A hash of everything that decides what an installation contains. */
export function installationHash() {
  const manifests = packages().map(({ folder }) => path.join(folder, 'package.json'));
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'].map((name) =>
    path.join(root, name),
  );
  return hashOf([...files, ...manifests], [process.version, process.platform, process.arch]);
}

/** For each package that builds, a hash of what its build reads: its own sources, the configuration, its neighbours. */
export function buildHashes() {
  const all = packages();
  const shared = hashOf(
    ['pnpm-lock.yaml', 'tsup.base.ts', 'tsconfig.json', 'tsconfig.base.json'].map((name) =>
      path.join(root, name),
    ),
  );
  /** @type {Map<string, string>} */
  const hashes = new Map();
  /** @param {Package} of @param {readonly string[]} trail @returns {string} */
  const hashFor = ({ folder, manifest }, trail) => {
    const known = hashes.get(manifest.name);
    if (known !== undefined) return known;
    if (trail.includes(manifest.name)) return 'cycle';
    const names = new Set(dependencyFields.flatMap((field) => Object.keys(manifest[field] ?? {})));
    const neighbours = all
      .filter((other) => names.has(other.manifest.name))
      .map((other) => hashFor(other, [...trail, manifest.name]));
    const own = ['package.json', 'tsup.config.ts'].map((name) => path.join(folder, name));
    const hash = hashOf([...own, ...filesBelow(path.join(folder, 'src'))], [shared, ...neighbours]);
    hashes.set(manifest.name, hash);
    return hash;
  };
  for (const each of all) hashFor(each, []);
  return new Map(
    all
      .filter(({ manifest }) => manifest.scripts?.build !== undefined)
      .map(({ folder, manifest }) => [manifest.name, { folder, hash: hashes.get(manifest.name) ?? '' }]),
  );
}
