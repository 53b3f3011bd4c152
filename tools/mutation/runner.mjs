// A test runner for Stryker that keeps core and its tests loaded: a mutant costs the tests that reach it, and nothing else.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { areas, testFilesOf } from './areas.mjs';
import { bundleTests } from './bundle.mjs';
import { load } from './environment.mjs';

const space = (globalThis.__stryker__ ??= {});

/** What went wrong in a test; null where nothing did. */
async function problemOf(test) {
  try {
    await test.run();
    return null;
  } catch (error) {
    return String(error?.message ?? error);
  }
}

const mutantText = (m) => `${path.relative(process.cwd(), m.fileName)}:${m.location.start.line + 1}:${m.location.start.column + 1} ${m.mutatorName} ${JSON.stringify(m.replacement)}`;

class Runner {
  #root = process.cwd();
  #files = [];
  #bundle = '';
  #clean = null;
  /** How long each test took in the dry run: the quick ones are tried first. */
  #times = new Map();
  #timesFile = '';

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    this.#files = testFilesOf(areas[process.env.LATCHKEY_MUTATION], this.#root);
    this.#bundle = await bundleTests(this.#root, this.#files);
    this.#timesFile = path.join(this.#root, 'times.json');
    if (existsSync(this.#timesFile)) this.#times = new Map(JSON.parse(readFileSync(this.#timesFile, 'utf8')));
  }

  async #environment() {
    this.#clean ??= await this.#inactive(() => load(this.#bundle, this.#root));
    return this.#clean;
  }

  /** Does something while no mutant is active. */
  async #inactive(work) {
    const { activeMutant } = space;
    space.activeMutant = undefined;
    try {
      return await work();
    } finally {
      space.activeMutant = activeMutant;
    }
  }

  async dryRun() {
    space.mutantCoverage = { static: {}, perTest: {} };
    space.currentTestId = undefined;
    const { tests, broken } = await this.#environment();
    if (broken.size > 0) return { status: 'error', errorMessage: [...broken].join('\n') };
    const results = [];
    for (const test of tests) {
      space.currentTestId = test.id;
      const from = performance.now();
      const problem = await problemOf(test);
      const timeSpentMs = performance.now() - from;
      space.currentTestId = undefined;
      const fileName = path.resolve(this.#root, test.file);
      const told = { id: test.id, name: test.name, timeSpentMs, fileName };
      results.push(problem === null ? { ...told, status: 0 } : { ...told, status: 1, failureMessage: problem });
    }
    const mutantCoverage = space.mutantCoverage;
    space.mutantCoverage = undefined;
    this.#times = new Map(results.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    writeFileSync(this.#timesFile, JSON.stringify([...this.#times]));
    return { status: 'complete', tests: results, mutantCoverage };
  }

  async mutantRun(all) {
    this.active = all.activeMutant;
    return this.mutantRun0(all);
  }

  async mutantRun0({ activeMutant, hitLimit, testFilter, mutantActivation }) {
    space.hitLimit = hitLimit;
    // What one test alone reaches may be remembered for all tests after it, so all tests are asked, from the start.
    const isOnce = mutantActivation === 'static' || testFilter?.length === 1;
    if (!isOnce) {
      const outcome = await this.#try(activeMutant.id, await this.#environment(), testFilter);
      if (outcome !== null) return outcome;
      this.#clean = null;
    }
    // Static mutants are seen only while core loads.
    space.activeMutant = activeMutant.id;
    space.hitCount = 0;
    const fresh = await load(this.#bundle, this.#root);
    for (const [file, failureMessage] of fresh.broken)
      return this.#ended({ status: 'killed', killedBy: [this.#firstOf(file)], failureMessage, nrOfTests: 1 });
    return this.#ended(await this.#run(fresh, isOnce ? undefined : testFilter, testFilter?.[0]));
  }

  /** A test of a file that could not be loaded, for the report. */
  #firstOf(file) {
    return (this.#clean?.tests ?? []).find((test) => test.file === file)?.id ?? `${file}#`;
  }

  #ended(outcome) {
    space.activeMutant = undefined;
    return outcome;
  }

  /** Tries a mutant in the environment that is kept; null where it broke that environment. */
  async #try(mutant, environment, testFilter) {
    space.activeMutant = mutant;
    space.hitCount = 0;
    const outcome = await this.#run(environment, testFilter);
    space.activeMutant = undefined;
    if (outcome.status !== 'killed') return outcome;
    // A test that fails without the mutant as well has been spoilt by what some mutant left behind.
    const killer = environment.tests.find((test) => test.id === outcome.killedBy[0]);
    return (await problemOf(killer)) === null ? outcome : null;
  }

  async #run({ tests }, testFilter, first) {
    const chosen = testFilter === undefined ? tests : tests.filter(({ id }) => testFilter.includes(id));
    const time = (test) => (test.id === first ? -1 : (this.#times.get(test.id) ?? 0));
    let nrOfTests = 0;
    for (const test of [...chosen].sort((one, other) => time(one) - time(other))) {
      nrOfTests++;
      const failureMessage = await problemOf(test);
      if (space.hitCount > space.hitLimit)
        return { status: 'timeout', reason: `reached ${space.hitCount} times` };
      if (failureMessage !== null) return { status: 'killed', killedBy: [test.id], failureMessage, nrOfTests };
    }
    appendFileSync('/tmp/mut/TRACE', `${process.env.LATCHKEY_MUTATION} ${mutantText(this.active)} ${nrOfTests}\n`);
    return { status: 'survived', nrOfTests };
  }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'latchkey', () => new Runner())];
