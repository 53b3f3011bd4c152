import { defineConfig } from 'vitest/config';

/** The one list of test projects: every package brings its own. */
export default defineConfig({
  test: {
    projects: ['packages/*'],
    reporters: ['default', './tools/summary-reporter.ts'],
  },
});
