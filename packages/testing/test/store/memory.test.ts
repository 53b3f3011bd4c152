import { memoryStore } from '@latchkey/store-memory';
import { describe, it } from 'vitest';
import { type StoreUnderTest, tokenStoreCases } from '../../src/index.ts';

const create = async (): Promise<StoreUnderTest> => ({
  ...memoryStore(),
  close: async () => {},
  reopen: create,
});

describe('the memory store', () => {
  for (const { title, run } of tokenStoreCases()) it(title, () => run(create));
});
