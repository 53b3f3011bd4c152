// What a project does with the packages that were installed into it: imports them, runs the READMEs, checks the types.
import path from 'node:path';
import { root } from '../../scripts/pnpm.mjs';
import { libraries, readmePrograms, run } from './projects.mjs';
import { published } from './published.mjs';
import { callsIn, readmeOf } from './snippets.mjs';

/**
 * @typedef {{ package: string, problem: string }} Problem
 * @typedef {Record<string, string[] | string>} Names The names that each library exports, or why it cannot be loaded.
 */

/** @param {string} cwd @param {readonly string[]} args @returns {Promise<Names>} */
async function namesOf(cwd, args) {
  const { code, output, errors } = await run(process.execPath, args, { cwd });
  if (code !== 0) throw new Error(`the libraries could not be loaded by ${args.join(' ')}:\n${errors}`);
  return JSON.parse(output);
}

/**
 * Every library can be imported, and required without a Node that requires ESM; both give the same names.
 *
 * @param {string} esm @param {string} cjs folders of the projects
 * @returns {Promise<{ esm: Problem[], cjs: Problem[] }>}
 */
export async function loadingProblems(esm, cjs) {
  const imported = await namesOf(esm, ['names.mjs']);
  const required = await namesOf(cjs, ['--no-experimental-require-module', 'names.cjs']);
  /** @type {{ esm: Problem[], cjs: Problem[] }} */
  const problems = { esm: [], cjs: [] };
  for (const { specifier, package: name } of libraries()) {
    const [byImport, byRequire] = [imported[specifier] ?? [], required[specifier] ?? []];
    if (typeof byImport === 'string' || byImport.length === 0)
      problems.esm.push({ package: name, problem: `import of ${specifier}: ${byImport}` });
    if (typeof byRequire === 'string' || `${byImport}` !== `${byRequire}`)
      problems.cjs.push({
        package: name,
        problem: `require of ${specifier}: ${byRequire}, by import ${byImport}`,
      });
  }
  const { code, output, errors } = await run(
    process.execPath,
    ['--no-experimental-require-module', 'application.cjs'],
    { cwd: cjs },
  );
  if (code !== 0 || output.trim() !== '200 ada')
    problems.cjs.push({ package: '@latchkey/node', problem: `a CommonJS server: ${output}${errors}` });
  return problems;
}

/**
 * The programs of the READMEs run and print what they say; servers answer as their `curl` line asks; calls of the command
 * line print what is shown.
 *
 * @param {string} folder of the ESM project
 * @param {string} redis
 * @returns {Promise<{ problems: Problem[], ran: string[] }>} `ran` holds a name for each thing that was run
 */
export async function readmeProblems(folder, redis) {
  const probe = path.join(root, 'tools', 'packaging', 'probe.mjs');
  /** @type {Problem[]} */
  const problems = [];
  /** @type {string[]} */
  const ran = [];
  for (const { package: name, file, prints, serves } of readmePrograms(redis)) {
    const args = serves === null ? [file] : ['--import', probe, file];
    const env = serves === null ? {} : { PROBE_TARGET: serves };
    const { code, output, errors } = await run(process.execPath, args, { cwd: folder, env });
    const wrong = prints.length > 0 && output.trim() !== prints.join('\n');
    if (code !== 0 || wrong) problems.push({ package: name, problem: `${file}: ${output}${errors}` });
    ran.push(name);
  }
  for (const { manifest, folder: source } of published()) {
    for (const { command, prints } of callsIn(readmeOf(source))) {
      const [shell, flag] = process.platform === 'win32' ? ['cmd', '/c'] : ['sh', '-c'];
      const line = command.replace(/^npx /, 'npx --no-install ');
      const { code, output, errors } = await run(shell, [flag, line], { cwd: folder });
      if (code !== 0 || output.trim() !== prints)
        problems.push({ package: manifest.name, problem: `${command}: ${output}${errors}` });
      ran.push(manifest.name);
    }
    for (const bin of Object.keys(manifest.bin ?? {})) {
      const { output, errors } = await run('npx', ['--no-install', bin, '--version'], { cwd: folder });
      if (output.trim() !== manifest.version)
        problems.push({ package: manifest.name, problem: `${bin} --version: ${output}${errors}` });
    }
  }
  return { problems, ran };
}

/**
 * The types of every library and of the READMEs hold in a strict project that checks its libraries too. Errors inside of
 * packages of others are counted and not held against us.
 *
 * @param {string} folder
 * @returns {Promise<{ problems: Problem[], foreign: number }>}
 */
export async function typeProblems(folder) {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output, errors } = await run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    seconds: 300,
  });
  const lines = output.split('\n').filter((line) => /error TS\d+/.test(line));
  if (code !== 0 && lines.length === 0) throw new Error(`tsc failed: ${output}${errors}`);
  /** @param {string} line */
  const isForeign = (line) => {
    const [file = ''] = line.split('(');
    return file.includes('node_modules/') && !/node_modules\/(@latchkey\/|latchkey\/)/.test(file);
  };
  const names = published().map(({ manifest, id }) => ({ name: manifest.name, id }));
  const problems = lines
    .filter((line) => !isForeign(line))
    .map((line) => {
      const owner = names.find(
        ({ name, id }) => line.startsWith(`readme-${id}-`) || line.includes(`node_modules/${name}/`),
      );
      const mentioned = names.find(({ name }) => line.includes(`'${name}'`));
      return { package: owner?.name ?? mentioned?.name ?? 'every package', problem: line };
    });
  return { problems, foreign: lines.length - problems.length };
}
