import { defineProject } from 'vitest/config';

export default defineProject({
  // Without `import`: it would also hold for what pg requires, which then is not what pg expects.
  ssr: { resolve: { conditions: ['@latchkey/source', 'node', 'module', 'default'] } },
  test: { name: 'store-sql', include: ['test/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
