// `npm run release`: publishes what has a new version, with provenance. It runs in the release workflow alone, because
// only there can be proven which commit and which workflow made a package.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMain } from '../scripts/main.mjs';
import { root } from '../scripts/pnpm.mjs';
import { published } from './packaging/published.mjs';

/**
 * The manifest with the repository that the workflow runs in: npm compares it with the provenance. It is not kept in the
 * sources, so that a fork or a move publishes nothing untrue.
 *
 * @param {import('./packaging/published.mjs').Manifest} manifest
 * @param {string} id the folder below packages/
 * @param {{ server: string, repository: string }} place such as `https://github.com` and `owner/name`
 */
export const withRepository = (manifest, id, { server, repository }) => ({
  ...manifest,
  repository: { type: 'git', url: `git+${server}/${repository}.git`, directory: `packages/${id}` },
  homepage: `${server}/${repository}/tree/main/packages/${id}#readme`,
  bugs: `${server}/${repository}/issues`,
});

/** What the environment lacks for a release. @param {Readonly<Record<string, string | undefined>>} env @returns {string[]} */
export const missing = (env) => [
  ...['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'NPM_TOKEN'].filter(
    (name) => (env[name] ?? '') === '',
  ),
  ...(env.NPM_CONFIG_PROVENANCE === 'true' ? [] : ['NPM_CONFIG_PROVENANCE=true']),
];

/** Fills in the repository and hands over to changesets; gives the exit code. */
function release() {
  const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: repository = '' } = process.env;
  for (const { id, folder, manifest } of published()) {
    const filled = withRepository(manifest, id, { server, repository });
    writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(filled, null, 2)}\n`);
  }
  const changeset = path.join(root, 'node_modules', '@changesets', 'cli', 'bin.js');
  return spawnSync(process.execPath, [changeset, 'publish'], { cwd: root, stdio: 'inherit' }).status ?? 1;
}

if (isMain(import.meta.url)) {
  const lacks = missing(process.env);
  if (lacks.length > 0)
    console.error(`release: the environment lacks ${lacks.join(', ')}; see .github/workflows/release.yml`);
  process.exitCode = lacks.length > 0 ? 1 : release();
}
