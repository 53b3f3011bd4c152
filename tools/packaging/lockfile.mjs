// What each published package brings along, read from the lockfile, so that it is the same on every machine.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../../scripts/pnpm.mjs';

/**
 * @typedef {Record<string, string>} Versions
 * @typedef {{ dependencies?: Versions, optionalDependencies?: Versions }} Snapshot
 * @typedef {{ resolution: { integrity?: string }, os?: string[], cpu?: string[], libc?: string[] }} Locked
 * @typedef {Record<string, { version: string }>} Importer
 * @typedef {{ importers: Record<string, Record<string, Importer | undefined>>, packages: Record<string, Locked>,
 *   snapshots: Record<string, Snapshot> }} Lockfile
 *
 * @typedef {object} Component A package of others, in one version.
 * @property {string} name
 * @property {string} version
 * @property {string} integrity As in the lockfile: `sha512-…`.
 * @property {boolean} ofOnePlatform Whether it is a build for one system, installed nowhere else.
 * @property {readonly string[]} dependencies Keys of components.
 *
 * @typedef {Map<string, Component>} Components By `name@version`.
 */

/** @returns {Lockfile} */
export const readLockfile = () => parse(readFileSync(path.join(root, 'pnpm-lock.yaml'), 'utf8'));

/** 'mysql2@3.24.6(@types/node@20.19.43)' → 'mysql2@3.24.6'. @param {string} key */
const withoutPeers = (key) => key.replace(/\(.*$/, '');

/**
 * The keys of the snapshots of dependencies; an alias names the package itself.
 *
 * @param {Versions} versions
 */
const snapshotKeys = (versions) =>
  Object.entries(versions)
    .filter(([, version]) => !version.startsWith('link:'))
    .map(([name, version]) => (/^@?[^@(]+@/.test(version) ? version : `${name}@${version}`));

/**
 * Everything that is installed with the given names of an importer, and with those in turn.
 *
 * @param {Lockfile} lockfile
 * @param {string} importer such as `packages/core`
 * @param {readonly string[]} names
 * @returns {{ direct: string[], components: Components }} `direct` as keys of the components
 */
export function componentsOf(lockfile, importer, names) {
  const sections = Object.values(lockfile.importers[importer] ?? {});
  const versions = Object.fromEntries(
    names.flatMap((name) => {
      const version = sections.map((section) => section?.[name]?.version).find((each) => each !== undefined);
      if (version === undefined) throw new Error(`${importer}: ${name} is not in the lockfile`);
      return [[name, version]];
    }),
  );
  const first = snapshotKeys(versions);
  /** @type {Components} */
  const components = new Map();
  const waiting = [...first];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const id = withoutPeers(key);
    if (components.has(id)) continue;
    const snapshot = lockfile.snapshots[key];
    const locked = lockfile.packages[id];
    if (snapshot === undefined || locked?.resolution.integrity === undefined)
      throw new Error(`${id} is not whole in the lockfile`);
    const next = snapshotKeys({ ...snapshot.dependencies, ...snapshot.optionalDependencies });
    const at = id.lastIndexOf('@');
    components.set(id, {
      name: id.slice(0, at),
      version: id.slice(at + 1),
      integrity: locked.resolution.integrity,
      ofOnePlatform: locked.os?.length === 1,
      dependencies: next.map(withoutPeers).sort(),
    });
    waiting.push(...next);
  }
  return { direct: first.map(withoutPeers).sort(), components };
}
