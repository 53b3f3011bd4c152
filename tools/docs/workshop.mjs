// A folder in which programs run as they would where all packages of the workspace are installed.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/pnpm.mjs';

/**
 * @typedef {{ status: number, out: string, err: string }} Ended
 * @typedef {object} Workshop
 * @property {string} folder
 * @property {(name: string, text: string) => string} write answers the path of the file
 * @property {(file: string, ...args: readonly string[]) => Promise<Ended>} run runs a module to its end, or until its server has answered once
 * @property {(script: string) => Promise<Ended>} shell runs commands in the root of the repository
 * @property {() => void} close
 */

const preload = pathToFileURL(path.join(root, 'tools', 'docs', 'preload.mjs')).href;
/** How long a snippet may take. */
const longestMs = 30_000;
const program = path.join(root, 'packages', 'cli', 'bin', 'latchkey.js');

/** The folders of every package that is installed below a folder of modules, by name. @param {string} modules */
function installed(modules) {
  if (!existsSync(modules)) return [];
  const names = readdirSync(modules).filter((name) => !name.startsWith('.'));
  return names.flatMap((name) =>
    name.startsWith('@') ? readdirSync(path.join(modules, name)).map((part) => `${name}/${part}`) : [name],
  );
}

/** Makes the folder: every package of the workspace, and all that any of them has installed. @returns {Workshop} */
export function openWorkshop() {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-docs-'));
  /** @param {string} name @param {string} from */
  const link = (name, from) => {
    const to = path.join(folder, 'node_modules', name);
    if (existsSync(to)) return;
    mkdirSync(path.dirname(to), { recursive: true });
    symlinkSync(from, to, 'junction');
  };
  const packages = path.join(root, 'packages');
  for (const name of readdirSync(packages))
    link(name === 'cli' ? 'latchkey' : `@latchkey/${name}`, path.join(packages, name));
  const homes = [...readdirSync(packages).map((name) => path.join(packages, name)), root];
  for (const modules of homes.map((home) => path.join(home, 'node_modules')))
    for (const name of installed(modules)) link(name, path.join(modules, name));

  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, 'npx'),
    `#!/bin/sh\n[ "$1" = latchkey ] || { echo "only latchkey is run here" >&2; exit 127; }\nshift\nexec "${process.execPath}" "${program}" "$@"\n`,
  );
  chmodSync(path.join(bin, 'npx'), 0o755);
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');

  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...inherited } = process.env;
  const env = { ...inherited, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  /** @param {string} command @param {readonly string[]} args @param {string} cwd @returns {Promise<Ended>} */
  const ended = (command, args, cwd) =>
    new Promise((resolve) => {
      // In a group of its own, so that nothing that it started is left behind.
      const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      /** @type {string[]} */
      const out = [];
      /** @type {string[]} */
      const err = [];
      child.stdout.setEncoding('utf8').on('data', (text) => out.push(text));
      child.stderr.setEncoding('utf8').on('data', (text) => err.push(text));
      const end = () => process.kill(-(child.pid ?? 0), 'SIGKILL');
      const late = setTimeout(end, longestMs);
      child.once('error', ({ message }) => resolve({ status: 127, out: '', err: message }));
      child.once('close', (status) => {
        clearTimeout(late);
        resolve({ status: status ?? 137, out: out.join(''), err: err.join('') });
      });
    });
  return {
    folder,
    write(name, text) {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    run: (file, ...args) => ended(process.execPath, ['--import', preload, file, ...args], folder),
    shell: (script) => ended('bash', ['-euo', 'pipefail', '-c', script], root),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
