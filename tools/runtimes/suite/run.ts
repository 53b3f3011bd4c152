import { files } from 'virtual:suite';
import { startTests } from 'vitest/internal/browser';

/** What became of one test, or of a whole file that could not be loaded. */
export interface Outcome {
  readonly file: string;
  /** The titles from the outermost inwards. */
  readonly titles: readonly string[];
  readonly state: string;
  readonly problem: string | null;
}

type Runner = Parameters<typeof startTests>[1];
type Task = Awaited<ReturnType<typeof startTests>>[number]['tasks'][number];

const all: typeof files = { canary: () => import('./canary.ts'), ...files };

/** What Vitest's runner asks for; the values are Vitest's own defaults, and core's limit of time for a test. */
const runner: Runner = {
  config: {
    root: '/',
    name: undefined,
    setupFiles: [],
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  },
  importFile: (file) => all[file]?.(),
};

/** What `expect` looks for at a worker of Vitest. */
const worker = { config: { snapshotOptions: {}, expect: {} }, filepath: '' };

function* outcomesOf(file: string, tasks: readonly Task[], above: readonly string[]): Generator<Outcome> {
  for (const task of tasks) {
    const titles = [...above, task.name];
    const problem = task.result?.errors?.[0]?.message ?? null;
    if (task.type === 'test') yield { file, titles, state: task.result?.state ?? task.mode, problem };
    else {
      if (problem !== null) yield { file, titles, state: 'fail', problem };
      yield* outcomesOf(file, task.tasks, titles);
    }
  }
}

/** Runs the tests of core in this runtime, file after file, and reports what became of each file's. */
export async function runSuite(report: (outcomes: readonly Outcome[]) => Promise<void>): Promise<void> {
  Object.assign(globalThis, { __vitest_worker__: worker });
  for (const name of Object.keys(all)) {
    const [file] = await startTests([name], runner);
    const broken = file?.result?.errors?.map(({ stack, message }) => stack ?? message) ?? [];
    await report([
      ...broken.map((problem) => ({ file: name, titles: [], state: 'fail', problem })),
      ...outcomesOf(name, file?.tasks ?? [], []),
    ]);
  }
}

/** What a runtime calls itself. */
export const told = (): string =>
  (globalThis as { navigator?: { userAgent: string } }).navigator?.userAgent ?? 'nothing';
