// The pinned pnpm, fetched once with npm into .tools/, so that a clone needs Node and npm and nothing else.
// Run directly, it hands its arguments on: `npm run pnpm -- add -D something`.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMain } from './main.mjs';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const toolsFolder = path.join(root, '.tools');
/** @type {{ packageManager: string, engines: { node: string } }} */
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
// pnpm replaces itself by the version in `packageManager` when they differ, so that field is the only pin.
const [pin = ''] = manifest.packageManager.split('+');
const home = path.join(toolsFolder, pin.replace('@', '-'));
const entry = path.join(home, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');

/**
 * Ends the process with one readable reason.
 *
 * @param {string} message
 * @returns {never}
 */
export function stop(message) {
  console.error(`\nlatchkey setup: ${message}\n`);
  process.exit(1);
}

/** Ends the process when this Node is older than the workspace supports. */
export function requireNode() {
  const wanted = manifest.engines.node.replace('>=', '');
  const order = process.versions.node.localeCompare(wanted, 'en', { numeric: true });
  if (order < 0)
    stop(`Node ${wanted} or newer is needed, this is ${process.versions.node}: see https://nodejs.org`);
}

/** @param {string} folder */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The environment for npm and pnpm: caches move into .tools/ when the home folder cannot be written to. */
function environment() {
  const user = homedir();
  const caches = ['.npm', '.cache', '.local', path.join('.local', 'share')].map((name) =>
    path.join(user, name),
  );
  if (isWritable(user) && caches.every((folder) => !existsSync(folder) || isWritable(folder)))
    return process.env;
  const substitute = path.join(toolsFolder, 'home');
  mkdirSync(substitute, { recursive: true });
  /** @type {NodeJS.ProcessEnv} */
  const changed = { ...process.env, HOME: substitute, npm_config_cache: path.join(substitute, '.npm') };
  // npm exports the user's own folders to its children; they would win over HOME.
  for (const name of ['XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'PNPM_HOME']) {
    delete changed[name];
  }
  return changed;
}

/**
 * Runs a program in the root of the workspace and gives its exit code.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {'ignore' | 'inherit'} stdin
 */
function run(program, args, stdin) {
  const outcome = spawnSync(program, args, {
    cwd: root,
    env: environment(),
    stdio: [stdin, 'inherit', 'inherit'],
    // Windows starts npm.cmd through a shell only.
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (outcome.error !== undefined) {
    if ('code' in outcome.error && outcome.error.code === 'ENOENT')
      stop(`"${program}" was not found; npm comes with Node, see https://nodejs.org`);
    throw outcome.error;
  }
  return outcome.status ?? 1;
}

/** Installs the pinned pnpm unless it is there; the only step that calls npm. */
export function ensurePnpm() {
  if (existsSync(entry)) return;
  // Installed beside and then renamed: an interrupted download never looks complete.
  const staging = `${home}.partial`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const args = ['install', '--prefix', staging, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  args.push('--loglevel=error', pin);
  const cli = process.env.npm_execpath ?? '';
  const code = path.basename(cli).startsWith('npm')
    ? run(process.execPath, [cli, ...args], 'ignore')
    : run('npm', args, 'ignore');
  if (code !== 0) {
    rmSync(staging, { recursive: true, force: true });
    stop(`npm could not fetch ${pin} (exit code ${code}); the first run needs a package registry`);
  }
  rmSync(home, { recursive: true, force: true });
  renameSync(staging, home);
}

/**
 * Runs pnpm in the root of the workspace and gives its exit code.
 *
 * @param {readonly string[]} args
 * @param {{ stdin?: 'ignore' | 'inherit' }} options
 */
export function pnpm(args, { stdin = 'ignore' } = {}) {
  return run(process.execPath, [entry, ...args], stdin);
}

if (isMain(import.meta.url)) {
  requireNode();
  ensurePnpm();
  process.exit(pnpm(process.argv.slice(2), { stdin: 'inherit' }));
}
