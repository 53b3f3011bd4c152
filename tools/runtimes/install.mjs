// Installs the runtimes: into a temporary folder, because no other command needs them and they are large.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from '../../scripts/pnpm.mjs';

const list = path.join(root, 'tools', 'runtimes', 'package.json');

/**
 * The installed runtimes.
 *
 * @typedef {object} Runtimes
 * @property {string} scratch A folder for what a run makes; it goes with the run.
 * @property {(name: string) => string} program Where the program of a runtime is.
 * @property {{ build(options: object): Promise<unknown> }} esbuild
 * @property {() => void} remove
 */

/** Installs what is missing. LATCHKEY_RUNTIMES names a folder that is kept between runs. @returns {Runtimes} */
export function installRuntimes() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'latchkey-runtimes-'));
  const folder = process.env['LATCHKEY_RUNTIMES'] ?? path.join(scratch, 'installed');
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  const copy = path.join(folder, 'package.json');
  const isCurrent = existsSync(copy) && readFileSync(copy, 'utf8') === readFileSync(list, 'utf8');
  if (!isCurrent) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(list, copy);
    const options = ['--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    const { status } = spawnSync('npm', ['install', ...options], { cwd: folder, stdio: 'inherit' });
    if (status !== 0) {
      rmSync(copy);
      remove();
      throw new Error('the runtimes could not be installed');
    }
  }
  const modules = path.join(folder, 'node_modules');
  const program = (/** @type {string} */ name) =>
    name.startsWith('node-') ? path.join(modules, name, 'bin', 'node') : path.join(modules, '.bin', name);
  return { scratch, program, esbuild: createRequire(copy)('esbuild'), remove };
}
