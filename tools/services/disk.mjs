// Takes the room on the disk away from a running server, and gives it back.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { run, tree } from './process.mjs';

/** Ignores the signal of a file that may not grow, as no full disk sends one. */
const deaf = 'trap "" XFSZ; exec "$0" "$@"';

/**
 * A command line whose process is told by an error alone, and not by a signal, that a file may not grow.
 *
 * @param {string} command @param {readonly string[]} args
 */
export const deafToFileSize = (command, args) => ({
  command: '/bin/sh',
  args: ['-c', deaf, command, ...args],
});

/**
 * Sets how long a file may get by what a server writes; null for any length. It needs no right over the machine, and
 * what a server starts or restarts as a child has the same limit. A write across the limit is cut short and the next
 * one fails, as on a disk without room.
 *
 * @param {number} pid @param {number | null} bytes
 */
export async function limitFiles(pid, bytes) {
  for (const each of tree(pid)) {
    const file = `/proc/${each}`;
    if (!existsSync(file)) continue;
    const { uid, gid } = statSync(file);
    // Not even root may do it to another account's process where the machine holds that right back.
    const account = process.getuid?.() === 0 && uid !== 0 ? { uid, gid } : null;
    await run('prlimit', ['--pid', `${each}`, `--fsize=${bytes ?? 'unlimited'}:`], { account }).catch(
      (error) => {
        if (existsSync(file)) throw error;
      },
    );
  }
}

/** @param {readonly string[]} args */
const mount = (args) => spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
/** @param {string} folder */
const unmount = (folder) => spawnSync('umount', ['-l', folder], { stdio: 'ignore' });

/** True where this process may mount a disk of its own, which root in a container often may not. */
export function mayMount() {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-mount-'));
  const isMounted = mount(['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (isMounted) unmount(folder);
  rmdirSync(folder);
  return isMounted;
}

/**
 * Makes a folder a small disk of its own, in memory; answers what ends that. It ends with this process, too.
 *
 * @param {string} folder @param {number} bytes @param {import('./process.mjs').Account | null} account
 */
export function mountDisk(folder, bytes, account) {
  const owner = account === null ? '' : `,uid=${account.uid},gid=${account.gid}`;
  if (!mount(['-t', 'tmpfs', '-o', `size=${bytes},mode=0700${owner}`, 'tmpfs', folder]))
    throw new Error('This process may not mount a disk.');
  const end = () => void unmount(folder);
  process.once('exit', end);
  return () => {
    process.off('exit', end);
    end();
  };
}

const ballast = 'ballast';

/** Fills the disk of a folder up to its last byte. @param {string} folder */
export function fillDisk(folder) {
  const file = openSync(path.join(folder, ballast), 'a');
  const block = Buffer.alloc(65_536);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

/** Makes room again. @param {string} folder */
export const clearDisk = (folder) => rmSync(path.join(folder, ballast), { force: true });
