// Packs the published packages as `pnpm publish` would, and looks at what would be sent.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/pnpm.mjs';
import { installedAt } from './licences.mjs';
import { published, sourceCondition } from './published.mjs';

/**
 * @typedef {import('./published.mjs').Manifest} Manifest
 * @typedef {object} Tarball
 * @property {string} id The folder of the package in this workspace.
 * @property {string} file
 * @property {number} bytes
 * @property {string} unpacked The folder with its content.
 * @property {Manifest} manifest As packed.
 */

/** What may be in a tarball; sources and tests may not. */
const allowed = [
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^CHANGELOG\.md$/,
  /^THIRD-PARTY-NOTICES\.txt$/,
  /^bin\/[\w-]+\.js$/,
  /^dist\/.*\.(js|cjs|css|html|svg|d\.ts|d\.cts|json)(\.map)?$/,
];

/** Text that only this workspace understands. */
const ofWorkspace = /"(workspace|catalog|link|file|portal):/;

/**
 * Packs every published package into a folder and unpacks it beside.
 *
 * @param {string} folder
 * @returns {Tarball[]}
 */
export function packAll(folder) {
  const target = path.join(folder, 'tarballs');
  mkdirSync(target, { recursive: true });
  const pnpm = path.join(root, 'scripts', 'pnpm.mjs');
  const args = ['--recursive', '--filter=./packages/*', 'pack', '--pack-destination', target];
  const packed = spawnSync(process.execPath, [pnpm, ...args], { encoding: 'utf8' });
  if (packed.status !== 0) throw new Error(`pnpm pack failed:\n${packed.stdout}${packed.stderr}`);
  return published().map(({ id, manifest: { name, version } }) => {
    const file = path.join(target, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
    const unpacked = path.join(folder, 'unpacked', id);
    mkdirSync(unpacked, { recursive: true });
    const { status } = spawnSync('tar', ['-xzf', file, '-C', unpacked, '--strip-components=1'], {
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error(`${file} cannot be unpacked`);
    const manifest = JSON.parse(readFileSync(path.join(unpacked, 'package.json'), 'utf8'));
    return { id, file, bytes: statSync(file).size, unpacked, manifest };
  });
}

/** Every file below a folder, with `/` between folders. @param {string} folder */
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();

/** Packages of others whose code a source map names. @param {string[]} sources @returns {[string, string][]} */
function bundled(sources) {
  const found = sources.flatMap((source) => {
    const match = /\.pnpm\/[^/]+\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source);
    const version = /\.pnpm\/((?:@[^+/]+\+)?[^@/]+)@([^_/]+)/.exec(source)?.[2];
    return match?.[1] === undefined || version === undefined ? [] : [`${match[1]} ${version}`];
  });
  return [...new Set(found)].map((each) => {
    const [name = '', version = ''] = each.split(' ');
    return [name, version];
  });
}

/** Is the licence of every bundled package sent along, word for word? @param {string} unpacked @param {string[]} files */
function bundleProblems(unpacked, files) {
  const notices = path.join(unpacked, 'THIRD-PARTY-NOTICES.txt');
  const text = existsSync(notices) ? readFileSync(notices, 'utf8') : '';
  /** @type {string[]} */
  const problems = [];
  for (const file of files.filter((each) => each.endsWith('.map'))) {
    const { sources = [], sourcesContent } = JSON.parse(readFileSync(path.join(unpacked, file), 'utf8'));
    if (!Array.isArray(sourcesContent) || sourcesContent.length !== sources.length)
      problems.push(`${file} points to sources that it does not hold`);
    for (const [name, version] of bundled(sources)) {
      const folder = installedAt(name, version);
      const licence = folder === null ? null : path.join(folder, 'LICENSE');
      const isTold =
        licence !== null && existsSync(licence) && text.includes(readFileSync(licence, 'utf8').trim());
      if (!isTold) problems.push(`${file} holds code of ${name}, whose licence is not sent along`);
    }
  }
  return problems;
}

/** What is wrong with the content of one tarball. @param {Tarball} tarball @returns {string[]} */
export function contentProblems({ unpacked, manifest }) {
  const files = filesOf(unpacked);
  /** @type {string[]} */
  const problems = [];
  for (const file of files) {
    const text = readFileSync(path.join(unpacked, file), 'utf8');
    if (!allowed.some((pattern) => pattern.test(file))) problems.push(`${file} should not be published`);
    if (text.includes(root)) problems.push(`${file} names a folder of this machine`);
    if (!file.endsWith('.map') && text.includes(sourceCondition))
      problems.push(`${file} knows ${sourceCondition}`);
  }
  for (const needed of ['LICENSE', 'README.md'])
    if (!files.includes(needed)) problems.push(`has no ${needed}`);
  const licence = path.join(unpacked, 'LICENSE');
  if (existsSync(licence) && !readFileSync(licence).equals(readFileSync(path.join(root, 'LICENSE'))))
    problems.push('LICENSE is not the one of the project');
  const unresolved = ofWorkspace.exec(JSON.stringify(manifest));
  if (unresolved !== null) problems.push(`package.json still says ${unresolved[1]}:`);
  return [...problems, ...bundleProblems(unpacked, files)];
}
