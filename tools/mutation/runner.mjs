// A test runner for Stryker that keeps core and its tests loaded: a mutant costs the tests that reach it, and nothing else.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { areaNamed, testFilesOf } from './areas.mjs';
import { bundleTests } from './bundle.mjs';
import { load } from './environment.mjs';

/**
 * @typedef {import('@stryker-mutator/api/test-runner').TestRunner} TestRunner
 * @typedef {import('@stryker-mutator/api/test-runner').MutantRunOptions} MutantRunOptions
 * @typedef {import('@stryker-mutator/api/test-runner').MutantRunResult} Outcome
 * @typedef {import('./environment.mjs').Environment} Environment
 * @typedef {import('./environment.mjs').Test} Test
 * @typedef {import('@stryker-mutator/api/core').InstrumenterContext} Space
 */

/** Where the changed code looks which mutant is active, and counts. @type {Space} */
const space = {};
Object.assign(globalThis, { __stryker__: space });

/** @param {unknown} error */
const told = (error) => (error instanceof Error ? error.message : String(error));

/** What was thrown where no test could catch it; null where nothing was. @type {string | null} */
let stray = null;
for (const name of /** @type {const} */ (['uncaughtException', 'unhandledRejection']))
  process.on(name, (/** @type {unknown} */ error) => {
    stray = `${name}: ${told(error)}`;
  });

/** What went wrong in a test or beside it; null where nothing did. @param {Test} test */
async function problemOf(test) {
  stray = null;
  try {
    await test.run();
    return stray;
  } catch (error) {
    return told(error);
  }
}

/** @implements {TestRunner} */
class Runner {
  #root = process.cwd();
  #bundle = '';
  /** What was loaded without any mutant, and serves all those that act only when called. @type {Environment | null} */
  #clean = null;
  /** How long each test took in the dry run: the quick ones are tried first. @type {Map<string, number>} */
  #times = new Map();
  #timesFile = path.join(this.#root, 'times.json');

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const area = areaNamed(process.env['LATCHKEY_MUTATION']);
    this.#bundle = await bundleTests(this.#root, testFilesOf(area, this.#root));
    if (existsSync(this.#timesFile)) this.#times = new Map(JSON.parse(readFileSync(this.#timesFile, 'utf8')));
  }

  async #environment() {
    this.#clean ??= await load(this.#bundle, this.#root);
    return this.#clean;
  }

  /** @type {TestRunner['dryRun']} */
  async dryRun() {
    const mutantCoverage = { static: {}, perTest: {} };
    space.mutantCoverage = mutantCoverage;
    delete space.currentTestId;
    const { tests, broken } = await this.#environment();
    if (broken.size > 0) return { status: DryRunStatus.Error, errorMessage: [...broken].join('\n') };
    /** @type {import('@stryker-mutator/api/test-runner').TestResult[]} */
    const results = [];
    for (const test of tests) {
      space.currentTestId = test.id;
      const from = performance.now();
      const failureMessage = await problemOf(test);
      const timeSpentMs = performance.now() - from;
      delete space.currentTestId;
      this.#times.set(test.id, timeSpentMs);
      const about = {
        id: test.id,
        name: test.name,
        timeSpentMs,
        fileName: path.resolve(this.#root, test.file),
      };
      results.push(
        failureMessage === null
          ? { ...about, status: TestStatus.Success }
          : { ...about, status: TestStatus.Failed, failureMessage },
      );
    }
    delete space.mutantCoverage;
    writeFileSync(this.#timesFile, JSON.stringify([...this.#times]));
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage };
  }

  /** @param {MutantRunOptions} options @returns {Promise<Outcome>} */
  async mutantRun({ activeMutant, hitLimit, testFilter, mutantActivation }) {
    if (hitLimit === undefined) delete space.hitLimit;
    else space.hitLimit = hitLimit;
    // What one test alone reaches may be remembered for all tests after it, so all tests are asked, from the start.
    const isOnce = mutantActivation === 'static' || testFilter?.length === 1;
    if (!isOnce) {
      const outcome = await this.#try(activeMutant.id, await this.#environment(), testFilter);
      if (outcome !== null) return outcome;
      this.#clean = null;
    }
    // The mutant is active while core loads: a static one is seen only then.
    space.activeMutant = activeMutant.id;
    space.hitCount = 0;
    try {
      const { tests, broken } = await load(this.#bundle, this.#root);
      for (const [file, failureMessage] of broken) {
        const killedBy = [[...this.#times.keys()].find((id) => id.startsWith(`${file}#`)) ?? `${file}#`];
        return { status: MutantRunStatus.Killed, killedBy, failureMessage, nrOfTests: 1 };
      }
      return await this.#run(tests, isOnce ? undefined : testFilter, testFilter?.[0]);
    } finally {
      delete space.activeMutant;
    }
  }

  /**
   * Tries a mutant in the environment that is kept; null where it broke that environment.
   *
   * @param {string} mutant @param {Environment} environment @param {string[] | undefined} testFilter
   */
  async #try(mutant, { tests }, testFilter) {
    space.activeMutant = mutant;
    space.hitCount = 0;
    const outcome = await this.#run(tests, testFilter);
    delete space.activeMutant;
    if (outcome.status !== MutantRunStatus.Killed) return outcome;
    // A test that fails without the mutant as well has been spoilt by what some mutant left behind.
    const killer = tests.find(({ id }) => id === outcome.killedBy[0]);
    return killer !== undefined && (await problemOf(killer)) === null ? outcome : null;
  }

  /**
   * Runs tests, the quick ones first, up to the first that fails.
   *
   * @param {readonly Test[]} tests @param {string[] | undefined} testFilter @param {string} [first]
   * @returns {Promise<Outcome>}
   */
  async #run(tests, testFilter, first) {
    const chosen = testFilter === undefined ? tests : tests.filter(({ id }) => testFilter.includes(id));
    /** @param {Test} test */
    const time = ({ id }) => (id === first ? -1 : (this.#times.get(id) ?? 0));
    let nrOfTests = 0;
    for (const test of [...chosen].sort((one, other) => time(one) - time(other))) {
      nrOfTests++;
      const failureMessage = await problemOf(test);
      const { hitCount = 0, hitLimit = Number.POSITIVE_INFINITY } = space;
      if (hitCount > hitLimit)
        return { status: MutantRunStatus.Timeout, reason: `reached ${hitCount} times` };
      if (failureMessage !== null)
        return { status: MutantRunStatus.Killed, killedBy: [test.id], failureMessage, nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'latchkey', () => new Runner())];
