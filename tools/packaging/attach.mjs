// In the release workflow: adds the bill of materials of each published package to its release on GitHub.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../../scripts/pnpm.mjs';
import { published } from './published.mjs';

/** @type {{ name: string, version: string }[]} */
const released = JSON.parse(process.env.PUBLISHED ?? '[]');
const ids = new Map(published().map(({ manifest, id }) => [manifest.name, id]));

for (const { name, version } of released) {
  const bom = path.join(root, 'reports', 'sbom', `${ids.get(name)}.cdx.json`);
  const { status } = spawnSync('gh', ['release', 'upload', `${name}@${version}`, bom, '--clobber'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
console.log(`attach: ${released.length} releases`);
