import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../scripts/pnpm.mjs';
import { readSurface, renderSurface } from '../api.mjs';
import { bomOf } from '../packaging/bom.mjs';
import { isCompatible, licenceOf } from '../packaging/licences.mjs';
import { componentsOf, readLockfile } from '../packaging/lockfile.mjs';
import { manifestProblems, withoutSource } from '../packaging/manifests.mjs';
import { published } from '../packaging/published.mjs';
import { callsIn, programsIn } from '../packaging/snippets.mjs';
import { contentProblems } from '../packaging/tarballs.mjs';
import { missing, withRepository } from '../release.mjs';

const targets = {
  '@latchkey/source': './src/index.ts',
  import: { types: './dist/index.d.ts', default: './dist/index.js' },
  require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
};
const sound = {
  name: '@latchkey/sample',
  version: '1.0.0',
  description: 'A package that is as it should be',
  keywords: ['a', 'b', 'c'],
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  exports: { '.': targets },
  files: ['dist'],
  engines: { node: '>=20' },
  publishConfig: { access: 'public', exports: { '.': { import: targets.import, require: targets.require } } },
  dependencies: { '@latchkey/core': 'workspace:^', other: '^1.0.0' },
};
const names = new Set(['@latchkey/core', '@latchkey/sample']);

test('a sound manifest has no problem', () => {
  expect(manifestProblems('sample', sound, names, '>=20')).toEqual([]);
});

test.each([
  ['no description', { description: '' }, /description/],
  ['another licence', { license: 'MIT' }, /Apache/],
  ['side effects', { sideEffects: true }, /side effects/],
  ['an older Node', { engines: { node: '>=18' } }, /engines/],
  ['the source condition in what is published', { publishConfig: { access: 'public' } }, /publishConfig/],
  ['a pinned dependency', { dependencies: { other: '1.0.0' } }, /pinned/],
  ['a pinned neighbour', { dependencies: { '@latchkey/core': 'workspace:*' } }, /workspace:\^/],
  ['a script at installation', { scripts: { postinstall: 'node x.js' } }, /postinstall/],
  [
    'types behind code',
    {
      exports: { '.': { import: { default: './a.js', types: './a.d.ts' }, require: targets.require } },
      publishConfig: {
        access: 'public',
        exports: { '.': { import: { default: './a.js', types: './a.d.ts' }, require: targets.require } },
      },
    },
    /types come first/,
  ],
])('a manifest with %s is found out', (_what, change, problem) => {
  const problems = manifestProblems('sample', { ...sound, ...change }, names, '>=20');
  expect(problems).toEqual([expect.stringMatching(problem)]);
});

test('core may need three packages and no other', () => {
  const three = { '@noble/hashes': '^2.4.0', 'ipaddr.js': '^2.5.0', zod: '^4.6.7' };
  expect(manifestProblems('core', { ...sound, dependencies: three }, names, '>=20')).toEqual([]);
  for (const dependencies of [{ ...three, more: '^1.0.0' }, { zod: '^4.6.7' }])
    expect(manifestProblems('core', { ...sound, dependencies }, names, '>=20')).toHaveLength(1);
});

test('exports lose the condition of this workspace at every depth', () => {
  expect(
    withoutSource({ '.': { '@latchkey/source': 'x', import: { '@latchkey/source': 'x', a: 'y' } } }),
  ).toEqual({ '.': { import: { a: 'y' } } });
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT AND ISC', true],
  ['MIT AND GPL-3.0-only', false],
  ['GPL-3.0-only', false],
  ['LGPL-2.1-or-later', false],
  ['Apache-2.0 WITH LLVM-exception', false],
  ['(MIT AND (ISC OR GPL-3.0-only))', false],
  ['SEE LICENSE IN LICENSE', false],
  ['UNLICENSED', false],
  ['', false],
])('the licence %j is compatible: %s', (licence, expected) => {
  expect(isCompatible(licence)).toBe(expected);
});

test('a package that is not installed has no licence', () => {
  expect(licenceOf('@noble/hashes', '0.0.0')).toBeNull();
});

test('the lockfile says what comes along with core, and refuses what it does not know', () => {
  const lockfile = readLockfile();
  const { direct, components } = componentsOf(lockfile, 'packages/core', ['zod', 'ipaddr.js']);
  expect(direct.map((id) => id.replace(/@[^@]*$/, ''))).toEqual(['ipaddr.js', 'zod']);
  expect([...components.values()].every(({ integrity }) => integrity.startsWith('sha512-'))).toBe(true);
  expect(() => componentsOf(lockfile, 'packages/core', ['absent'])).toThrow('absent is not in the lockfile');
});

test('every bill of materials is CycloneDX, whole, and the same each time', async () => {
  const [all, lockfile] = [published(), readLockfile()];
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  for (const each of all) {
    const bom = bomOf(each, all, lockfile);
    expect(await validator.validate(JSON.stringify(bom))).toBeNull();
    expect(bomOf(each, all, lockfile)).toEqual(bom);
    const refs = new Set(bom.dependencies.map(({ ref }) => ref));
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual(
      [],
    );
    expect(refs.size).toBe(bom.components.length + 1);
  }
  expect(
    await validator.validate('{"bomFormat":"CycloneDX","specVersion":"1.6","components":1}'),
  ).not.toBeNull();
});

test('the API report shows names with signatures, and what they refer to, without comments', () => {
  const surface = readSurface(`
    import { Other } from 'elsewhere';
    /** Inner words. */
    interface Hidden { readonly x: Other }
    interface Unused { readonly y: number }
    /** Words. */
    declare function open(where: string): Hidden;
    declare const inner: number;
    type Way = 'in' | 'out';
    declare module 'host' { interface Request { way?: Way } }
    export { open, inner as depth, type Way };
  `);
  const report = renderSurface(surface).join('\n');
  expect(report).not.toMatch(/[wW]ords/);
  expect(report).not.toContain('Unused');
  for (const part of [
    'declare function open(where: string): Hidden;',
    '// exported as depth\ndeclare const inner: number;',
    "type Way = 'in' | 'out';",
    "### What it adds to the types of others\n```ts\ndeclare module 'host'",
    '### Referred to, and not exported\n```ts\ninterface Hidden',
  ])
    expect(report).toContain(part);
});

test('an export that cannot be followed is an error, not a gap', () => {
  expect(() => readSurface("export * from './other.js';")).toThrow('names nothing of its own');
  expect(() => renderSurface(readSurface('export { ghost };'))).toThrow('declared nowhere');
});

test('a README says what runs, what that prints and how its server is called', () => {
  const markdown = [
    '```js\nconsole.log(1); // → 1\nconsole.log(2); // → 2\n```',
    '```js\nlisten();\n// curl -H "A: $B" http://127.0.0.1:8081/api/x\n```',
    '```ts\nignored();\n```',
    '```console\n$ npx a b\nout\n  put\n$ npx c\nmore\n```\n',
  ].join('\n');
  expect(programsIn(markdown)).toMatchObject([
    { prints: ['1', '2'], serves: null },
    { prints: [], serves: '/api/x' },
  ]);
  expect(callsIn(markdown)).toEqual([
    { command: 'npx a b', prints: 'out\n  put' },
    { command: 'npx c', prints: 'more' },
  ]);
});

test('what must not be published is found in a tarball', () => {
  const unpacked = mkdtempSync(path.join(tmpdir(), 'latchkey-tarball-'));
  try {
    /** @param {string} file @param {string} text */
    const put = (file, text) => {
      mkdirSync(path.dirname(path.join(unpacked, file)), { recursive: true });
      writeFileSync(path.join(unpacked, file), text);
    };
    const manifest = { name: 'x', version: '1.0.0', dependencies: { y: '^1.0.0' } };
    const look = (/** @type {object} */ change = {}) =>
      contentProblems({ id: 'x', file: '', bytes: 0, unpacked, manifest: { ...manifest, ...change } });
    put('package.json', '{}');
    put('README.md', 'x');
    put('LICENSE', readFileSync(path.join(root, 'LICENSE'), 'utf8'));
    put('dist/index.js', 'export {};');
    expect(look()).toEqual([]);
    expect(look({ dependencies: { y: 'workspace:^' } })).toEqual(['package.json still says workspace:']);
    put('src/index.ts', '');
    put('dist/index.cjs', `'${root}'`);
    const sources = ['../node_modules/.pnpm/@noble+hashes@2.4.0/node_modules/@noble/hashes/sha2.js'];
    put('dist/index.cjs.map', JSON.stringify({ sources, sourcesContent: ['x'] }));
    put('LICENSE', 'another');
    expect(look()).toEqual([
      'dist/index.cjs names a folder of this machine',
      'src/index.ts should not be published',
      'LICENSE is not the one of the project',
      'dist/index.cjs.map holds code of @noble/hashes, whose licence is not sent along',
    ]);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
});

test('a release needs its workflow, and names the repository that it runs in', () => {
  expect(missing({})).toHaveLength(5);
  expect(
    missing({
      GITHUB_SERVER_URL: 'https://forge.example',
      GITHUB_REPOSITORY: 'owner/name',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'x',
      NPM_TOKEN: 'x',
      NPM_CONFIG_PROVENANCE: 'true',
    }),
  ).toEqual([]);
  expect(
    withRepository(sound, 'sample', { server: 'https://forge.example', repository: 'owner/name' }),
  ).toMatchObject({
    repository: { url: 'git+https://forge.example/owner/name.git', directory: 'packages/sample' },
  });
});

test('the release workflow checks first, may sign, and names its actions by version', () => {
  const [ci, release] = ['ci', 'release'].map((name) =>
    parse(readFileSync(path.join(root, '.github', 'workflows', `${name}.yml`), 'utf8')),
  );
  expect(release.jobs.release.needs).toBe('ci');
  expect(release.jobs.ci.uses).toBe('./.github/workflows/ci.yml');
  expect(release.jobs.release.permissions['id-token']).toBe('write');
  const steps = [ci.jobs.test, ci.jobs.packaging, release.jobs.release].flatMap((job) => job.steps);
  const publishing = steps.find((step) => step.with?.publish !== undefined);
  expect(publishing.env.NPM_CONFIG_PROVENANCE).toBe('true');
  for (const { uses } of steps.filter((step) => step.uses !== undefined))
    expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+/);
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const commands = steps.flatMap(({ run = '', with: inputs = {} }) => [run, inputs.publish, inputs.version]);
  for (const [, script = ''] of commands.join('\n').matchAll(/npm run ([\w-]+)/g))
    expect(Object.keys(scripts)).toContain(script);
});
