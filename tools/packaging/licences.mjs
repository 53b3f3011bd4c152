// The licences of what the published packages need at run time, also through others: each must be one that goes with
// Apache-2.0. An unknown licence is a problem, not a remark.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/pnpm.mjs';
import { componentsOf, readLockfile } from './lockfile.mjs';
import { published } from './published.mjs';

/** @typedef {{ name: string, licence: string | null, needed: string[] }} Entry */

/** Licences that ask for no more than their own text, by SPDX name. */
const compatible = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

const store = path.join(root, 'node_modules', '.pnpm');
/** @type {string[] | undefined} */
let folders;

/**
 * Where a package is installed; null where it is not, such as a build for another system.
 *
 * @param {string} name @param {string} version
 */
export function installedAt(name, version) {
  folders ??= existsSync(store) ? readdirSync(store) : [];
  const stem = `${name.replace('/', '+')}@${version}`;
  const folder = folders.find((each) => each === stem || each.startsWith(`${stem}_`));
  return folder === undefined ? null : path.join(store, folder, 'node_modules', name);
}

/**
 * What a package declares as its licence; null where it is not installed or says nothing.
 *
 * @param {string} name @param {string} version @returns {string | null}
 */
export function licenceOf(name, version) {
  const folder = installedAt(name, version);
  if (folder === null) return null;
  const { license, licenses } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (typeof license === 'string') return license;
  if (typeof license?.type === 'string') return license.type;
  const several = Array.isArray(licenses) ? licenses.map((each) => each?.type ?? each) : [];
  return several.length > 0 && several.every((each) => typeof each === 'string')
    ? several.join(' OR ')
    : null;
}

/**
 * Does this SPDX expression allow what Apache-2.0 allows? Of alternatives one has to, of licences that hold together
 * each; an exception or anything else that is not understood does not.
 *
 * @param {string} expression
 * @returns {boolean}
 */
export function isCompatible(expression) {
  const text = expression.trim().replace(/^\(([^()]*)\)$/, '$1');
  const [either, both] = [text.split(/\s+OR\s+/), text.split(/\s+AND\s+/)];
  if (/[()]/.test(text)) return false;
  if (either.length > 1) return either.some(isCompatible);
  if (both.length > 1) return both.every(isCompatible);
  return compatible.has(text);
}

/**
 * Every package that a published one needs at run time: its dependencies, the peers that it asks for, and theirs.
 *
 * @returns {{ entries: Entry[], platformed: string[], problems: string[] }} sorted by name; `platformed` are builds for
 *   single systems, of which only those for this one can be looked at
 */
export function runtimeLicences() {
  const lockfile = readLockfile();
  const names = new Set(published().map(({ manifest }) => manifest.name));
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {Set<string>} */
  const platformed = new Set();
  /** @type {string[]} */
  const problems = [];
  for (const { id, manifest } of published()) {
    const wanted = Object.keys({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    }).filter((name) => !names.has(name));
    const { components } = componentsOf(lockfile, `packages/${id}`, wanted);
    for (const { name, version, ofOnePlatform } of components.values()) {
      const licence = licenceOf(name, version);
      const isAbsent = installedAt(name, version) === null;
      if (ofOnePlatform) platformed.add(name.split('/')[0] ?? name);
      if (!(ofOnePlatform && isAbsent) && (licence === null || !isCompatible(licence)))
        problems.push(
          `${name}@${version}, needed by ${manifest.name}: ${licence ?? 'no licence that could be found'}`,
        );
      if (ofOnePlatform) continue;
      const key = `${name} ${licence}`;
      const entry = entries.get(key) ?? { name, licence, needed: [] };
      if (!entry.needed.includes(manifest.name)) entry.needed.push(manifest.name);
      entries.set(key, entry);
    }
  }
  const sorted = [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { entries: sorted, platformed: [...platformed].sort(), problems };
}

/** docs/reference/licences.md. Versions are left out: they are in the SBOM, and change more often. */
export function renderLicences() {
  const { entries, platformed } = runtimeLicences();
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { licence } of entries)
    counts.set(licence ?? 'unknown', (counts.get(licence ?? 'unknown') ?? 0) + 1);
  const summary = [...counts].sort(([, a], [, b]) => b - a).map(([licence, count]) => `${licence} ${count}`);
  return [
    '# Licences',
    '<!-- Generated by `npm run docs`: do not edit. -->',
    'Latchkey is under Apache-2.0. This is what the published packages need at run time, also through others: their ' +
      'dependencies, and the peers that an application brings, such as Express. A check fails for a licence that is ' +
      'missing or does not go with Apache-2.0. Versions are in the SBOM of each package (`npm run sbom`).',
    `${entries.length} packages: ${summary.join(', ')}.`,
    platformed.length === 0
      ? ''
      : `Builds for single systems are not listed (${platformed.join(', ')}); the check looks at those that are installed.`,
    [
      '| package | licence | needed by |',
      '| --- | --- | --- |',
      ...entries.map(({ name, licence, needed }) => `| ${name} | ${licence} | ${needed.join(', ')} |`),
    ].join('\n'),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}
