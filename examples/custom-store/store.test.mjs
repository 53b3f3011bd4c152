import { describe, it } from 'node:test';
import { tokenStoreCases } from '@latchkey/testing';
import { mapStore } from './store.mjs';

/** An empty store, and for its second connection another one: nothing of this store is shared or survives. */
const create = async () => ({ ...mapStore(), close: async () => {}, reopen: create });

describe('the Map store', () => {
  for (const { title, run } of tokenStoreCases({ rounds: 10 })) it(title, () => run(create));
});
