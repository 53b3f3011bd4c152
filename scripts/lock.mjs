// One setup at a time in one clone: two `npm test` started together must not install over each other.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stop } from './pnpm.mjs';

const abandonedAfterMs = 15 * 60 * 1000;

/** @param {unknown} error */
const codeOf = (error) => (error instanceof Error && 'code' in error ? error.code : undefined);

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** True when the holder of the lock died or hangs. @param {string} file */
function isAbandoned(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const ageMs = Date.now() - statSync(file).mtimeMs;
    // An empty file is one whose holder is about to write its number.
    return ageMs > abandonedAfterMs || (pid > 0 ? !isAlive(pid) : ageMs > 5000);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Runs `work` while holding the lock file; waits for another process that holds it.
 *
 * @param {string} file
 * @param {() => void} work
 */
export function withLock(file, work) {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waits = 0; ; waits++) {
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EACCES' || code === 'EROFS') stop(`the clone cannot be written to: ${file}`);
      if (code !== 'EEXIST') throw error;
    }
    if (isAbandoned(file)) rmSync(file, { force: true });
    else if (waits === 10) console.log('Waiting for another setup of this clone to finish.');
    Atomics.wait(pause, 0, 0, 200);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}
