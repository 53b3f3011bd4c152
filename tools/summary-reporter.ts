import { writeFileSync } from 'node:fs';
import process from 'node:process';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** What one run of the tests comes down to. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** The titles of each test that passed, outermost `describe` first. */
  readonly titles: string[][];
}

function titlesOf(test: TestCase): string[] {
  const titles = [test.name];
  for (let around = test.parent; around.type === 'suite'; around = around.parent) titles.unshift(around.name);
  return titles;
}

/**
 * Closes a run with the line `N passed, N failed` and, if there are any, `, N skipped`.
 *
 * On CI a skipped test counts as failed: what did not run proves nothing. With LATCHKEY_TALLY set to a file, the
 * tally is written there instead, for the check that runs more than the tests.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: errors.length, skipped: 0, titles: [] };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') {
          tally.passed++;
          tally.titles.push(titlesOf(test));
        } else if (state === 'failed') failedTests++;
        else tally.skipped++;
      }
      // A file that cannot be read, or a hook that throws, fails the file but none of its tests.
      tally.failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests;
    }
    if (isCi() && tally.skipped > 0) {
      console.error(`${tally.skipped} skipped: on CI a test that does not run is a failed one.`);
      tally.failed += tally.skipped;
      tally.skipped = 0;
      process.exitCode = 1;
    }
    const file = process.env.LATCHKEY_TALLY;
    if (file !== undefined && file !== '') writeFileSync(file, JSON.stringify(tally));
    else console.log(`\n${closingLine(tally)}`);
  }
}

const isCi = () => !['', '0', 'false'].includes(process.env.CI ?? '');

function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
