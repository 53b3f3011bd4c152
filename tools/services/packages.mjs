// Finds the programs that tests start, and installs their Debian package where that is possible.
import { accessSync, constants, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { run } from './process.mjs';

/**
 * @typedef {object} Program
 * @property {string} name The file to look for.
 * @property {string} debian The Debian package that brings it.
 * @property {readonly string[]} [folders] Where to look beside PATH, in this order and before it. A `*` as a whole
 *   part of the path stands for any name; the highest number wins.
 */

/** @param {string} file */
const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The folders that a pattern stands for, the highest version first. @param {string} pattern @returns {string[]} */
function expand(pattern) {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return [pattern];
  try {
    const names = readdirSync(before).sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a));
    return names.map((name) => path.join(before, name, after));
  } catch {
    return [];
  }
}

/** Where a program is on this machine, or null. @param {Program} program */
export function findProgram({ name, folders = [] }) {
  const searched = [
    ...folders.flatMap(expand),
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/sbin',
    '/sbin',
  ];
  return searched.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

/** True where this process may install packages by itself. */
const mayInstall = () => process.getuid?.() === 0 && findProgram({ name: 'apt-get', debian: 'apt' }) !== null;

/** One installation at a time in this process; `flock` sees to other processes. @type {Promise<unknown>} */
let installing = Promise.resolve();

/** @param {string} debian */
function install(debian) {
  const apt = 'apt-get -o DPkg::Lock::Timeout=300';
  const script = `${apt} install -y --no-install-recommends "$1" || { ${apt} update && ${apt} install -y --no-install-recommends "$1"; }`;
  const next = installing.then(() =>
    run('flock', ['-w', '600', path.join(tmpdir(), 'latchkey-apt.lock'), 'sh', '-c', script, 'sh', debian], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: 900_000,
    }),
  );
  installing = next.catch(() => undefined);
  return next;
}

/**
 * Where a program is, after installing its package if need be; throws with what to install where that is not possible.
 *
 * @param {Program} program @returns {Promise<string>}
 */
export async function requireProgram(program) {
  const found = findProgram(program);
  if (found !== null) return found;
  const wanted = `The tests start a real ${program.name}, which is not on this machine. Install it`;
  if (!mayInstall()) {
    throw new Error(
      `${wanted}: apt-get install ${program.debian} (Debian, Ubuntu), or the like of another system.`,
    );
  }
  try {
    await install(program.debian);
  } catch (error) {
    throw new Error(
      `${wanted}: apt-get install ${program.debian}. Tried, and failed: ${/** @type {Error} */ (error).message}`,
    );
  }
  const installed = findProgram(program);
  if (installed === null) throw new Error(`The package ${program.debian} brought no ${program.name}.`);
  return installed;
}
