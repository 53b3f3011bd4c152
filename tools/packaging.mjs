// `npm run packaging`: what would be published is what works. Every package is packed, linted, installed into empty
// ESM, CommonJS and TypeScript projects outside of the repository, imported, and its README run. Needs the registry.
// LATCHKEY_KEEP=1 leaves the projects where they are.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadingProblems, readmeProblems, typeProblems } from './packaging/consume.mjs';
import { attwProblems, publintProblems } from './packaging/lint.mjs';
import { makeProject } from './packaging/projects.mjs';
import { contentProblems, packAll } from './packaging/tarballs.mjs';
import { startRedis } from './services/redis.mjs';

const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'latchkey-packaging-')));
/** @type {['esm', 'cjs', 'nodenext', 'bundler']} */
const kinds = ['esm', 'cjs', 'nodenext', 'bundler'];
const checks = ['content', 'publint', 'attw', ...kinds, 'readme'];

/** Problems by check and package. @type {Map<string, string[]>} */
const found = new Map();
/** Checks that were made of a package. @type {Set<string>} */
const made = new Set();

/** @param {string} check @param {string} name @param {readonly string[]} problems */
function record(check, name, problems) {
  made.add(`${check} ${name}`);
  for (const problem of problems) console.error(`✗ ${name}, ${check}: ${problem}`);
  found.set(`${check} ${name}`, [...(found.get(`${check} ${name}`) ?? []), ...problems]);
}

/** Says what begins and how long it took. @template T @param {string} title @param {() => Promise<T> | T} work */
async function step(title, work) {
  const start = performance.now();
  const result = await work();
  console.log(`${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/** Does the same to each, two at a time. @template T @param {readonly T[]} all @param {(each: T) => Promise<void>} work */
async function inPairs(all, work) {
  const waiting = [...all];
  const worker = async () => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) await work(each);
  };
  await Promise.all([worker(), worker()]);
}

async function everything() {
  const tarballs = await step('packed', () => packAll(scratch));
  const names = tarballs.map(({ manifest }) => manifest.name);
  const importable = tarballs
    .filter(({ manifest }) => manifest.exports !== undefined)
    .map(({ manifest }) => manifest.name);
  for (const tarball of tarballs) record('content', tarball.manifest.name, contentProblems(tarball));
  await step('publint and are-the-types-wrong', () =>
    inPairs(tarballs, async (tarball) => {
      record('publint', tarball.manifest.name, await publintProblems(tarball));
      if (tarball.manifest.exports !== undefined)
        record('attw', tarball.manifest.name, await attwProblems(tarball));
    }),
  );

  const redis = await startRedis();
  try {
    /** @param {string} kind */
    const folderOf = (kind) => path.join(scratch, kind);
    await step('installed four times', () =>
      inPairs(kinds, (kind) => makeProject(folderOf(kind), kind, tarballs, redis.url)),
    );
    await step('imported and required', async () => {
      const loading = await loadingProblems(folderOf('esm'), folderOf('cjs'));
      for (const kind of /** @type {const} */ (['esm', 'cjs'])) {
        for (const name of importable) record(kind, name, []);
        for (const { package: name, problem } of loading[kind]) record(kind, name, [problem]);
      }
    });
    await step('READMEs run', async () => {
      const { problems, ran } = await readmeProblems(folderOf('esm'), redis.url);
      for (const name of ran) record('readme', name, []);
      for (const { package: name, problem } of problems) record('readme', name, [problem]);
      for (const name of names.filter((each) => !ran.includes(each)))
        record('readme', name, ['the README has nothing that runs']);
    });
    for (const kind of /** @type {const} */ (['nodenext', 'bundler']))
      await step(`types under ${kind}`, async () => {
        const { problems, foreign } = await typeProblems(folderOf(kind));
        for (const name of importable) record(kind, name, []);
        for (const { package: name, problem } of problems) record(kind, name, [problem]);
        if (foreign > 0) console.log(`${kind}: ${foreign} errors inside of packages of others, left out`);
      });
  } finally {
    await redis.stop();
  }

  console.log(
    `\n| package | kB | ${checks.join(' | ')} |\n| --- | --- | ${checks.map(() => '---').join(' | ')} |`,
  );
  for (const { manifest, bytes } of tarballs) {
    const marks = checks.map((check) => {
      const key = `${check} ${manifest.name}`;
      if (!made.has(key)) return '–';
      return (found.get(key) ?? []).length === 0 ? '✓' : '✗';
    });
    console.log(`| ${manifest.name} | ${(bytes / 1000).toFixed(1)} | ${marks.join(' | ')} |`);
  }
}

try {
  await everything();
} finally {
  if (process.env.LATCHKEY_KEEP === undefined) rmSync(scratch, { recursive: true, force: true });
  else console.log(`kept in ${scratch}`);
}
const problems = [...found.values()].reduce((sum, each) => sum + each.length, 0);
console.log(`\npackaging: ${made.size} checks, ${problems} problems`);
process.exitCode = problems > 0 || made.size === 0 ? 1 : 0;
