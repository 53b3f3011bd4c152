// What the package.json of a published package has to say; read without a build and without the network.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { published, sourceCondition, supportedNode } from './published.mjs';

/** @typedef {import('./published.mjs').Manifest} Manifest */

/** The runtime dependencies of core: nothing may join them. */
const ofCore = ['@noble/hashes', 'ipaddr.js', 'zod'];

/** Scripts that npm would run on the machine of whoever installs the package. */
const installing = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];

/** Exports without the condition that only this workspace knows. @param {unknown} exports @returns {unknown} */
export function withoutSource(exports) {
  if (typeof exports !== 'object' || exports === null) return exports;
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([condition]) => condition !== sourceCondition)
      .map(([condition, target]) => [condition, withoutSource(target)]),
  );
}

/** What is wrong with the exports of a library. @param {Manifest} manifest @returns {string[]} */
function exportProblems({ exports = {}, publishConfig = {} }) {
  const problems = [];
  for (const [entry, targets] of Object.entries(exports)) {
    if (typeof targets === 'string') continue;
    for (const condition of ['import', 'require']) {
      const [first] = Object.keys(targets[condition] ?? {});
      if (first === undefined) problems.push(`${entry} cannot be reached by ${condition}`);
      else if (first !== 'types')
        problems.push(`${entry}: types come first under ${condition}, not ${first}`);
    }
  }
  if (!isDeepStrictEqual(publishConfig.exports, withoutSource(exports)))
    problems.push(`publishConfig.exports is not exports without ${sourceCondition}`);
  return problems;
}

/**
 * What is wrong with one manifest.
 *
 * @param {string} id the folder
 * @param {Manifest} manifest
 * @param {ReadonlySet<string>} neighbours names of this workspace
 * @param {string} node the range of Node that the workspace supports
 * @returns {string[]}
 */
export function manifestProblems(id, manifest, neighbours, node) {
  /** @type {string[]} */
  const problems = [];
  /** @param {boolean} holds @param {string} problem */
  const expect = (holds, problem) => {
    if (!holds) problems.push(problem);
  };
  const isLibrary = manifest.exports !== undefined;
  expect((manifest.description ?? '').length > 10, 'has no description');
  expect((manifest.keywords ?? []).length >= 3, 'has fewer than three keywords');
  expect(manifest.license === 'Apache-2.0', 'is not under Apache-2.0');
  expect(manifest.type === 'module', 'is not of type module');
  expect(isDeepStrictEqual(manifest.engines, { node }), `engines is not node ${node} alone`);
  expect((manifest.files ?? []).includes('dist'), 'does not publish dist');
  expect(manifest.publishConfig?.access === 'public', 'is not public');
  expect(isLibrary || manifest.bin !== undefined, 'has neither exports nor bin');
  expect(!isLibrary || manifest.sideEffects === false, 'does not say that it has no side effects');
  if (isLibrary) problems.push(...exportProblems(manifest));
  for (const script of installing)
    expect(manifest.scripts?.[script] === undefined, `would run the script ${script} where it is installed`);
  const needed = { ...manifest.dependencies, ...manifest.optionalDependencies };
  for (const [name, range] of Object.entries({ ...needed, ...manifest.peerDependencies })) {
    if (neighbours.has(name)) expect(range === 'workspace:^', `${name} is not taken as workspace:^`);
    else expect(!/^\d/.test(range), `${name} is pinned to ${range}: applications could not share it`);
  }
  if (id === 'core') {
    const own = Object.keys({ ...needed, ...manifest.peerDependencies }).sort();
    expect(isDeepStrictEqual(own, ofCore), `core needs ${own.join(', ')}, not ${ofCore.join(', ')}`);
  }
  return problems;
}

/** Problems of every published package, each with the name of its package. @returns {string[]} */
export function allManifestProblems() {
  const all = published();
  const names = new Set(all.map(({ manifest }) => manifest.name));
  const node = supportedNode();
  return all.flatMap(({ id, folder, manifest }) => {
    const problems = manifestProblems(id, manifest, names, node);
    if (!existsSync(path.join(folder, 'README.md'))) problems.push('has no README.md');
    return problems.map((problem) => `${manifest.name} ${problem}`);
  });
}
