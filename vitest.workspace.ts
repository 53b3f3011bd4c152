import { defineConfig } from 'vitest/config';

/** The one list of test projects: every package brings its own. */
export default defineConfig({
  test: {
    globalSetup: ['./tools/global-setup.ts'],
    projects: ['packages/*', 'tools'],
    reporters: ['default', './tools/summary-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/core/src/**/*.ts'],
      reporter: [['text', { skipFull: true }], 'json-summary'],
      thresholds: { lines: 100, branches: 100 },
    },
  },
});
