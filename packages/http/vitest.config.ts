import { defineProject } from 'vitest/config';

export default defineProject({
  ssr: { resolve: { conditions: ['@latchkey/source', 'node', 'default'] } },
  test: { name: 'http', include: ['test/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
