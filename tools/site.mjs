// Builds the documentation as a site: `npm run site`. VitePress is installed for it alone, in docs/site, from a lockfile
// of its own, so that neither `npm test` nor the packages have anything to do with it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensurePnpm, pnpm, root } from '../scripts/pnpm.mjs';
import { pages } from './docs/markdown.mjs';

const folder = path.join(root, 'docs', 'site');
const program = path.join(folder, 'node_modules', 'vitepress', 'bin', 'vitepress.js');

ensurePnpm();
const installed = pnpm([
  '--dir',
  folder,
  'install',
  '--ignore-workspace',
  '--frozen-lockfile',
  '--prefer-offline',
]);
if (installed !== 0 || !existsSync(program)) process.exit(installed || 1);
const copies = path.join(folder, 'pages');
rmSync(copies, { recursive: true, force: true });
const pictures = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.svg') && !file.startsWith('site'))
  .map((file) => path.join('docs', file));
for (const file of [...pages(), ...pictures]) cpSync(path.join(root, file), path.join(copies, file));

const { status } = spawnSync(
  process.execPath,
  [program, ...(process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['build'])],
  {
    cwd: folder,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
// A build that fails leaves its half-made modules behind, which nobody should check or keep.
rmSync(path.join(folder, '.vitepress', '.temp'), { recursive: true, force: true });
