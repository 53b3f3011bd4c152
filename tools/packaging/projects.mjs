// Empty projects outside of the repository, as somebody would begin one: the tarballs are installed into them with what
// each package asks its application for. npm lays packages flat; pnpm lets each see only what it declares.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../../scripts/pnpm.mjs';
import { published, specifiersOf } from './published.mjs';
import { programsIn, readmeOf } from './snippets.mjs';

/**
 * @typedef {import('./tarballs.mjs').Tarball} Tarball
 * @typedef {{ code: number | null, output: string, errors: string }} Outcome
 * @typedef {'esm' | 'cjs' | 'nodenext' | 'bundler'} Kind
 */

/** The Redis that READMEs name, and the one that they get. */
const redisOfReadmes = 'redis://127.0.0.1:6379';

/** What npm tells the scripts that it runs says nothing about another project. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle)_|^npm_config_local_prefix$|^INIT_CWD$/.test(name),
  ),
);

/**
 * Runs a program to its end, at the most for a time.
 *
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd: string, env?: Record<string, string>, seconds?: number }} options
 * @returns {Promise<Outcome>}
 */
export async function run(command, args, { cwd, env = {}, seconds = 60 }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && !path.isAbsolute(command),
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(timer);
  return { code, output, errors: code === null ? `${errors}\nended after ${seconds} seconds` : errors };
}

/** 'hono/cors' → 'hono'. @param {string} specifier */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** What an application adds by itself: the peers, and what the READMEs import; in the versions of this workspace. */
function companions() {
  const all = published();
  const own = new Set(all.map(({ manifest }) => manifest.name));
  const imported = all.flatMap(({ folder }) =>
    programsIn(readmeOf(folder)).flatMap(({ code }) =>
      [...code.matchAll(/ from '([^'.]+)'/g)].map(([, specifier = '']) => packageOf(specifier)),
    ),
  );
  const peers = all.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
  const pins = Object.assign({}, ...all.map(({ manifest }) => manifest.devDependencies));
  /** @type {Record<string, string>} */
  const found = { '@types/node': '20.19.43' };
  for (const name of new Set([...peers, ...imported])) {
    if (own.has(name) || name.startsWith('node:')) continue;
    if (pins[name] === undefined)
      throw new Error(`no package of the workspace says which ${name} it is tested with`);
    found[name] = pins[name];
  }
  return found;
}

/** The programs of all READMEs, each with the name of its file. @param {string} redis */
export const readmePrograms = (redis) =>
  published().flatMap(({ manifest, id, folder }) =>
    programsIn(readmeOf(folder)).map((program, index) => ({
      ...program,
      code: program.code.replaceAll(redisOfReadmes, redis),
      package: manifest.name,
      file: `readme-${id}-${index + 1}.mjs`,
    })),
  );

/** Every specifier of every library. */
export const libraries = () =>
  published().flatMap(({ manifest }) =>
    specifiersOf(manifest).map(({ specifier }) => ({ specifier, package: manifest.name })),
  );

/** Programs that print the names of every library as JSON, in both worlds. */
function nameProgram(/** @type {'esm' | 'cjs'} */ kind) {
  const load = kind === 'esm' ? 'await import(name)' : 'require(name)';
  const names = JSON.stringify(libraries().map(({ specifier }) => specifier));
  return `const found = {};
for (const name of ${names}) {
  try {
    found[name] = Object.keys(${load}).filter((each) => each !== 'module.exports').sort();
  } catch (error) {
    found[name] = String(error);
  }
}
console.log(JSON.stringify(found));
`;
}

/** An application in CommonJS, which has a request allowed. */
const application = `const { createLatchkey, defaultSettings, hosts } = require('@latchkey/core');
const { latchkey, nodePlatform } = require('@latchkey/node');
const { memoryStore } = require('@latchkey/store-memory');
const { createServer, get } = require('node:http');

const host = hosts.generic;
const ada = { id: 'ada', active: true, administrator: false, groups: [] };
const directory = { find: async () => ada };
const { tokens } = memoryStore();
const engine = createLatchkey({ ...nodePlatform, host, settings: defaultSettings(host), tokens, directory });
const guard = latchkey(engine);
const server = createServer((req, res) => guard(req, res, () => res.end(req.latchkey.principal.subject)));
server.listen(0, '127.0.0.1', async () => {
  const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'build', scope: 'read-only' });
  const headers = { Authorization: 'Bearer ' + issued.value.text };
  get({ host: '127.0.0.1', port: server.address().port, path: '/api/x', headers, agent: false }, (reply) => {
    reply.setEncoding('utf8').on('data', (text) => console.log(reply.statusCode, text));
    reply.on('end', () => server.close(() => engine.close()));
  });
});
`;

/** @param {Kind} kind */
const tsconfig = (kind) => ({
  compilerOptions: {
    target: 'ES2022',
    // What is bundled usually runs in a browser's world, too.
    lib: kind === 'nodenext' ? ['ES2023'] : ['ES2023', 'DOM', 'DOM.Iterable'],
    ...(kind === 'nodenext' ? { module: 'NodeNext' } : { module: 'ESNext', moduleResolution: 'bundler' }),
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  },
  include: ['*'],
});

/** Sources that import everything, once as ESM and for Node once as CommonJS. @param {Kind} kind */
function importers(kind) {
  const all = libraries();
  const used = `export const all = [${all.map((_, index) => `m${index}`).join(', ')}];\n`;
  const esm = all.map(({ specifier }, index) => `import * as m${index} from '${specifier}';\n`).join('');
  const cjs = all.map(({ specifier }, index) => `import m${index} = require('${specifier}');\n`).join('');
  return kind === 'nodenext'
    ? { 'everything.mts': esm + used, 'everything.cts': cjs + used }
    : { 'everything.ts': esm + used };
}

/** @param {Kind} kind @param {string} redis @returns {Record<string, string>} */
function filesOf(kind, redis) {
  if (kind === 'cjs') return { 'names.cjs': nameProgram('cjs'), 'application.cjs': application };
  const readmes = Object.fromEntries(readmePrograms(redis).map(({ file, code }) => [file, code]));
  if (kind === 'esm') return { ...readmes, 'names.mjs': nameProgram('esm') };
  return { ...readmes, ...importers(kind), 'tsconfig.json': JSON.stringify(tsconfig(kind), null, 2) };
}

/**
 * Makes one project and installs everything into it.
 *
 * @param {string} folder @param {Kind} kind @param {readonly Tarball[]} tarballs @param {string} redis
 */
export async function makeProject(folder, kind, tarballs, redis) {
  mkdirSync(folder, { recursive: true });
  const own = Object.fromEntries(tarballs.map(({ manifest, file }) => [manifest.name, `file:${file}`]));
  const flat = kind === 'esm' || kind === 'cjs';
  const manifest = {
    name: `consumer-${kind}`,
    private: true,
    ...(kind === 'cjs' ? {} : { type: 'module' }),
    dependencies: { ...own, ...companions() },
    // No registry has these versions yet; npm finds the installed ones by itself.
    ...(flat ? {} : { pnpm: { overrides: own } }),
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  for (const [name, content] of Object.entries(filesOf(kind, redis)))
    writeFileSync(path.join(folder, name), content);
  const pnpm = path.join(root, 'scripts', 'pnpm.mjs');
  const { code, output, errors } = flat
    ? await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'], {
        cwd: folder,
        seconds: 300,
      })
    : await run(
        process.execPath,
        [pnpm, '--dir', folder, 'install', '--prefer-offline', '--ignore-scripts'],
        { cwd: folder, seconds: 300 },
      );
  if (code !== 0) throw new Error(`the ${kind} project could not be installed:\n${output}\n${errors}`);
}
