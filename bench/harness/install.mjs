// Installs bench/ by its own lockfile, apart from the workspace; does nothing where that was done before.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensurePnpm, pnpm, stop } from '../../scripts/pnpm.mjs';

const folder = path.dirname(import.meta.dirname);
const stamp = path.join(folder, 'node_modules', '.latchkey-bench');

/** Installs what is measured beside Latchkey; ends the process with a reason where that fails. */
export function installBench() {
  const hash = createHash('sha256').update(process.version);
  for (const name of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(path.join(folder, name)));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  ensurePnpm();
  const code = pnpm(['--dir', folder, 'install', '--frozen-lockfile', '--reporter=append-only']);
  if (code !== 0) stop(`the installation of bench/ failed (exit code ${code})`);
  writeFileSync(stamp, wanted);
}
