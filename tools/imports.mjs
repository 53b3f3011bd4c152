// Imports run one way, and core stays pure: fails on every arrow, global and dependency that breaks the rules below.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMain } from '../scripts/main.mjs';
import { root } from '../scripts/pnpm.mjs';
import { readSource } from './source.mjs';

/**
 * @typedef {{ name: string, dependencies?: Record<string, string>, peerDependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string> }} Manifest
 * @typedef {{ rule: string, file: string, line: number, message: string }} Finding
 */

/**
 * The layers of core from the bottom up, each a folder or a few loose files: a file imports from its own layer and
 * from those before it.
 *
 * @type {readonly { folder?: string, files?: readonly string[] }[]}
 */
const layers = [
  { files: ['result.ts', 'errors.ts'] },
  { folder: 'parse' },
  { folder: 'net' },
  { folder: 'token' },
  { files: ['audit.ts'] },
  { folder: 'settings' },
  { folder: 'decision' },
  { files: ['ports.ts'] },
  { folder: 'operation' },
  { files: ['engine.ts', 'gate.ts', 'options.ts', 'pass.ts', 'question.ts', 'queue.ts', 'use.ts'] },
  { files: ['latchkey.ts'] },
  { files: ['index.ts'] },
];

/** The only importer of each dependency of core. @type {Readonly<Record<string, string>>} */
const importers = {
  'ipaddr.js': 'net/address.ts',
  zod: 'settings/schema.ts',
  '@noble/hashes': 'token/text.ts',
};

/** The one file of core that may wait, those that may say what waiting looks like, and those with a timer. */
const asynchronous = 'latchkey.ts';
const asynchronousTypes = new Set([asynchronous, 'ports.ts', 'engine.ts', 'pass.ts', 'operation/step.ts']);
const timed = new Set([asynchronous, 'gate.ts']);

/** Packages that put others together; all others know core and nothing else of the workspace. */
const composers = new Set(['cli', 'http', 'console']);

/** 'zod/mini' → 'zod', '@noble/hashes/sha2.js' → '@noble/hashes'. @param {string} specifier */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The layer of a file of core, by its path below src; -1 for none. @param {string} within */
const layerOf = (within) =>
  layers.findIndex(({ folder, files }) =>
    within.includes('/') ? within.startsWith(`${folder}/`) : files?.includes(within),
  );

/** Every cycle in a graph, each once, as the list of its nodes. @param {ReadonlyMap<string, readonly string[]>} graph */
export function cyclesOf(graph) {
  /** @type {string[][]} */
  const cycles = [];
  const done = new Set();
  /** @param {string} node @param {string[]} trail */
  const walk = (node, trail) => {
    const start = trail.indexOf(node);
    if (start !== -1) cycles.push(trail.slice(start));
    if (start !== -1 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return cycles;
}

/** @param {string} file */
function placeOf(file) {
  const [, folder = '', , ...rest] = file.split('/');
  return { folder, within: rest.join('/') };
}

/** Is this use of the host's doings allowed in this file of core? @param {string} kind @param {string} within */
function isAllowedInCore(kind, within) {
  if (kind === 'async') return within === asynchronous;
  if (kind === 'async-type') return asynchronousTypes.has(within);
  if (kind === 'timer') return timed.has(within);
  return false;
}

/**
 * Checks a workspace given as texts.
 *
 * @param {ReadonlyMap<string, string>} sources by path, such as `packages/core/src/index.ts`
 * @param {ReadonlyMap<string, Manifest>} manifests by folder, such as `core`
 * @returns {Finding[]}
 */
export function checkImports(sources, manifests) {
  /** @type {Finding[]} */
  const findings = [];
  /** @type {Map<string, string[]>} */
  const files = new Map();
  /** @type {Map<string, string[]>} */
  const folders = new Map([...manifests.keys()].map((folder) => [folder, []]));
  const folderOf = new Map([...manifests].map(([folder, manifest]) => [manifest.name, folder]));

  for (const [file, text] of sources) {
    const { folder, within } = placeOf(file);
    const { imports, uses } = readSource(file, text);
    /** @param {string} rule @param {number} line @param {string} message */
    const report = (rule, line, message) => findings.push({ rule, file, line, message });
    /** @type {string[]} */
    const arrows = [];
    files.set(file, arrows);
    const inCore = folder === 'core';
    if (inCore && layerOf(within) === -1) report('layer', 1, 'belongs to no layer of core');

    for (const { specifier, line } of imports) {
      if (specifier.startsWith('.')) {
        const target = path.posix.join(path.posix.dirname(file), specifier);
        if (!target.startsWith(`packages/${folder}/src/`))
          report('outside', line, `${specifier} leaves the package`);
        else if (!sources.has(target)) report('unresolved', line, `${specifier} is no source file`);
        else {
          arrows.push(target);
          const to = placeOf(target).within;
          if (inCore && layerOf(within) !== -1 && layerOf(to) > layerOf(within))
            report('upward', line, `${within} may not import ${to}`);
        }
        continue;
      }
      const name = packageOf(specifier);
      const neighbour = folderOf.get(name);
      if (inCore) {
        if (specifier.startsWith('node:')) report('node', line, `core imports ${specifier}`);
        else if (importers[name] === undefined)
          report('dependency', line, `core may not depend on ${specifier}`);
        else if (importers[name] !== within)
          report('importer', line, `only ${importers[name]} may import ${name}`);
      } else if (neighbour !== undefined) {
        folders.get(folder)?.push(neighbour);
        if (neighbour !== 'core' && !composers.has(folder))
          report('sideways', line, `${folder} may not import ${name}`);
      }
      const { dependencies, peerDependencies, optionalDependencies } = manifests.get(folder) ?? {};
      const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies };
      if (!specifier.startsWith('node:') && !Object.hasOwn(declared, name)) {
        report('undeclared', line, `${name} is no dependency in the package.json of ${folder}`);
      }
    }

    for (const { kind, what, line } of inCore ? uses : []) {
      if (!isAllowedInCore(kind, within))
        report(kind === 'async-type' ? 'async' : kind, line, `core uses ${what}`);
    }
  }

  for (const cycle of [...cyclesOf(files), ...cyclesOf(folders)]) {
    findings.push({
      rule: 'cycle',
      file: cycle[0] ?? '',
      line: 1,
      message: [...cycle, cycle[0]].join(' → '),
    });
  }
  return findings;
}

/** Reads the packages of a workspace. @param {string} root */
export function readWorkspace(root) {
  /** @type {Map<string, string>} */
  const sources = new Map();
  /** @type {Map<string, Manifest>} */
  const manifests = new Map();
  for (const folder of readdirSync(path.join(root, 'packages')).sort()) {
    const manifest = path.join(root, 'packages', folder, 'package.json');
    if (!existsSync(manifest)) continue;
    manifests.set(folder, JSON.parse(readFileSync(manifest, 'utf8')));
    const src = path.join(root, 'packages', folder, 'src');
    if (!existsSync(src)) continue;
    for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.[cm]?tsx?$/.test(name)) continue;
      const file = path.join(src, name);
      sources.set(path.relative(root, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8'));
    }
  }
  return { sources, manifests };
}

if (isMain(import.meta.url)) {
  const { sources, manifests } = readWorkspace(root);
  const findings = checkImports(sources, manifests);
  for (const { file, line, rule, message } of findings) console.error(`${file}:${line} ${rule}: ${message}`);
  console.log(`imports: ${sources.size} files, ${findings.length} findings`);
  // A check of nothing would be green for the wrong reason.
  process.exitCode = findings.length > 0 || sources.size === 0 ? 1 : 0;
}
