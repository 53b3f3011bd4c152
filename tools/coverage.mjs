// `npm run coverage`: whether core's own tests, and those of its operations, run every line and branch of core.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { root } from '../scripts/pnpm.mjs';

/** Tests that measure time prove nothing here, and code that is watched runs slower. */
const timed = ['**/linear.test.ts', '**/timing.test.ts'];

const env = { ...process.env };
// `npm test` counts the tests of its own run only.
delete env.LATCHKEY_TALLY;

const { status } = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...['--config', 'vitest.workspace.ts', '--project', 'core', '--project', 'testing', '--coverage'],
    ...timed.flatMap((pattern) => ['--exclude', pattern]),
    ...['packages/core/test', 'packages/testing/test/operation'],
  ],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env },
);
process.exitCode = status ?? 1;
