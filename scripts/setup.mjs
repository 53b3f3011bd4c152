// Makes a clone ready: `node scripts/setup.mjs [--build]`. Needs Node and npm; run again, it does nothing and needs
// no network. With --build it also builds the packages whose sources changed since their last build.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { ensurePnpm, pnpm, requireNode, root, stop } from './pnpm.mjs';
import { buildHashes, installationHash, packages } from './workspace.mjs';

// The stamps lie inside node_modules: whoever deletes that folder gets a full setup.
const stampFolder = path.join(root, 'node_modules', '.latchkey');
const installedStamp = path.join(stampFolder, 'installed');
const builtStamp = path.join(stampFolder, 'built.json');

/** @param {string} file */
const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** @param {string} file @param {string} text */
function writeStamp(file, text) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(file, text);
}

/** True while every package that depends on something still has its links. */
const isLinked = () =>
  packages().every(
    ({ folder, manifest }) =>
      Object.keys(manifest.dependencies ?? {}).length === 0 || existsSync(path.join(folder, 'node_modules')),
  );

function install() {
  const wanted = installationHash();
  if (readStamp(installedStamp) === wanted && isLinked()) return;
  ensurePnpm();
  // Without a terminal pnpm would rather stop than ask whether it may replace node_modules.
  const code = pnpm([
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--config.confirmModulesPurge=false',
    '--reporter=append-only',
  ]);
  if (code !== 0) {
    stop(
      `the installation failed (exit code ${code}). If a package.json changed, run: npm run pnpm -- install`,
    );
  }
  writeStamp(installedStamp, wanted);
}

/**
 * Hashes of the last successful builds, by package; empty when there were none or the file is damaged.
 *
 * @returns {Record<string, string>}
 */
function lastBuilds() {
  try {
    return JSON.parse(readStamp(builtStamp));
  } catch {
    return {};
  }
}

function build() {
  const wanted = buildHashes();
  const last = lastBuilds();
  const stale = [...wanted].filter(
    ([name, { folder, hash }]) => last[name] !== hash || !existsSync(path.join(folder, 'dist')),
  );
  if (stale.length === 0) return;
  ensurePnpm();
  // A build that fails leaves half a dist behind, so what is about to be built does not count as built.
  const fresh = [...wanted].filter(([name]) => !stale.some(([other]) => other === name));
  /** @param {[string, { hash: string }][]} builds */
  const stampOf = (builds) =>
    JSON.stringify(Object.fromEntries(builds.map(([name, { hash }]) => [name, hash])));
  writeStamp(builtStamp, stampOf(fresh));
  const filters = stale.map(([name]) => `--filter=${name}`);
  const code = pnpm([
    '--recursive',
    ...filters,
    '--reporter=append-only',
    '--aggregate-output',
    'run',
    'build',
  ]);
  if (code !== 0) stop(`the build failed (exit code ${code})`);
  writeStamp(builtStamp, stampOf([...wanted]));
}

requireNode();
withLock(path.join(root, '.tools', 'setup.lock'), () => {
  install();
  if (process.argv.includes('--build')) build();
});
