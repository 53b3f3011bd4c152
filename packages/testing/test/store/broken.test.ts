import { memoryStore } from '@latchkey/store-memory';
import { describe, expect, it } from 'vitest';
import { brokenStores, type StoreFactory, tokenStoreCases } from '../../src/index.ts';
import { catches } from './catches.ts';

const cases = tokenStoreCases({ rounds: 3, sequences: 60 });
const create: StoreFactory = async () => ({ ...memoryStore(), close: async () => {}, reopen: create });

describe('stores broken on purpose', () => {
  it('ST-4 every case and every broken store has its counterpart', () => {
    expect(Object.keys(catches).sort()).toEqual(cases.map(({ id }) => id).sort());
    const caught = new Set(Object.values(catches).flat());
    expect([...caught].sort()).toEqual(brokenStores.map(({ id }) => id).sort());
    expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  });

  for (const { id, title, run } of cases)
    for (const name of catches[id] ?? [])
      it(`${title.split(' ')[0]} ${id} catches ${name}`, async () => {
        const store = brokenStores.find((broken) => broken.id === name);
        if (store === undefined) throw new Error(`there is no broken store ${name}, for ${title}`);
        await expect(run(store.wrap(create)), store.title).rejects.toThrow();
      });
});
