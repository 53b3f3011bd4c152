import { defineProject } from 'vitest/config';

export default defineProject({
  ssr: { resolve: { conditions: ['@latchkey/source', 'node', 'module', 'default'] } },
  test: { name: 'cli', include: ['test/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
