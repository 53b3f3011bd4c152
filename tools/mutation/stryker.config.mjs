// Stryker's settings for the area that LATCHKEY_MUTATION names; `npm run mutation` names one after the other.
import process from 'node:process';
import { areaNamed } from './areas.mjs';

const name = process.env['LATCHKEY_MUTATION'];
const area = areaNamed(name);

// Everything Stryker writes goes to .tools, which no other check reads.
const folder = '.tools/mutation';

export default {
  plugins: [import.meta.resolve('./runner.mjs')],
  testRunner: 'latchkey',
  mutate: [...area.mutate],
  ignorePatterns: [
    '/*',
    '!/package.json',
    '!/tsconfig.json',
    '!/tsconfig.base.json',
    '!/packages',
    '/packages/*',
    '!/packages/core',
    '!/packages/testing',
    '!/packages/store-memory',
    '!/tools',
    '/tools/*',
    '!/tools/mutation',
    'dist',
    '*.d.ts',
    '*.js',
  ],
  coverageAnalysis: 'perTest',
  ignoreStatic: false,
  incremental: true,
  incrementalFile: `${folder}/${name}.incremental.json`,
  reporters: ['json', 'clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false, allowEmojis: false },
  jsonReporter: { fileName: `${folder}/${name}.json` },
  tempDirName: `${folder}/sandbox-${name}`,
  cleanTempDir: 'always',
  disableTypeChecks: true,
  timeoutMS: 10_000,
  timeoutFactor: 4,
  concurrency: Number(process.env['LATCHKEY_MUTATION_WORKERS'] ?? 1),
  allowEmpty: false,
  maxTestRunnerReuse: 150,
};
