import { defineProject } from 'vitest/config';

export default defineProject({
  ssr: { resolve: { conditions: ['@latchkey/source', 'node', 'import', 'module', 'default'] } },
  test: { name: 'store-redis', include: ['test/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
