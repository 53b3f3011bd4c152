import { describe, it } from 'vitest';
import { modelStore, tokenStoreCases } from '../../src/index.ts';

describe('the slow reference store', () => {
  for (const { title, run } of tokenStoreCases()) it(title, () => run(async () => modelStore()));
});
