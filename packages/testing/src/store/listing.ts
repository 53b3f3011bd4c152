import type { TokenId, TokenQuery } from '@latchkey/core';
import { same } from './assertion.ts';
import { type StoreCase, type StoreUnderTest, storeCase } from './case.ts';
import { fill, idOf, recordOf } from './sample.ts';

type Filter = Omit<TokenQuery, 'after' | 'limit'>;

/** Which numbers a listing shows, in its order. */
async function expectNumbers(
  store: StoreUnderTest,
  filter: Filter,
  numbers: readonly number[],
): Promise<void> {
  const listed = await store.tokens.list({ ...filter, after: null, limit: 1000 });
  const ids: readonly TokenId[] = listed.map(({ id }) => id);
  same(ids, numbers.map(idOf), `the listing by ${JSON.stringify(filter)}`);
}

/** Labels, and the numbers of those that contain a text without regard to case, newest first. */
const labels = [
  'Deploy 100%',
  'deploy_100',
  'deploy-100',
  'C:\\temp',
  'ÄRGER Über',
  'ПРИВЕТ',
  '🔑 key',
  "it's",
  '*?[a]',
  'deploy 1000',
];
const searches: readonly (readonly [string, readonly number[]])[] = [
  ['deploy', [9, 2, 1, 0]],
  ['DEPLOY', [9, 2, 1, 0]],
  ['100', [9, 2, 1, 0]],
  ['100%', [0]],
  ['%', [0]],
  ['_', [1]],
  ['y_1', [1]],
  ['y%1', []],
  ['\\', [3]],
  ['\\t', [3]],
  ['\\%', []],
  ['ärger', [4]],
  ['ÜBER', [4]],
  ['привет', [5]],
  ['🔑', [6]],
  ['🔒', []],
  ["'", [7]],
  ["'s", [7]],
  ['*', [8]],
  ['?', [8]],
  ['[a]', [8]],
  ['a]', [8]],
  ['.', []],
  ['y 1', [9, 0]],
  [' ', [9, 6, 4, 0]],
  ['', [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
];

/** Order and filters of a listing. */
export const listingCases: readonly StoreCase[] = [
  storeCase('list-empty', 'TK-5 an empty store lists nothing', async (store) => {
    await expectNumbers(store, {}, []);
    await expectNumbers(store, { subject: 'ada' }, []);
  }),
  storeCase(
    'list-order',
    'ST-6 newest first; of those created together the greater id first',
    async (store) => {
      const createdAt = [20, 3, 20, 100, 20, 1000, 9];
      await fill(
        store,
        createdAt.map((at, number) => recordOf(number, { createdAt: at })),
      );
      await expectNumbers(store, {}, [5, 3, 4, 2, 0, 6, 1]);
      await expectNumbers(store, { subject: 'ada' }, [5, 3, 4, 2, 0, 6, 1]);
    },
  ),
  storeCase(
    'list-order-of-ids',
    'ST-6 ids are ordered by their characters: digits, capitals, small letters',
    async (store) => {
      const ids = ['a', 'B', '9', 'b', 'A', 'Z', 'z', '0'].map((last) => last.padStart(16, '5'));
      await fill(
        store,
        ids.map((id, number) => recordOf(number, { id, createdAt: 7 })),
      );
      const listed = await store.tokens.list({ after: null, limit: 100 });
      same(listed.map(({ id }) => id.slice(-1)).join(''), 'zbaZBA90', 'the last characters');
    },
  ),
  storeCase('list-limit', 'ST-6 a page has at most its limit', async (store) => {
    await fill(
      store,
      [1, 2, 3].map((number) => recordOf(number)),
    );
    for (const limit of [1, 2, 3, 4])
      same(
        (await store.tokens.list({ after: null, limit })).length,
        Math.min(3, limit),
        `a page of ${limit}`,
      );
  }),
  storeCase('list-whole-record', 'TK-5 a listing shows whole records', async (store) => {
    const record = recordOf(1, {
      keyVersion: 'k',
      expiresAt: 9,
      lastUsedAt: 2,
      revokedAt: 3,
      revokedBy: 'root',
      replaces: idOf(4),
    });
    await fill(store, [record, recordOf(2)]);
    same(await store.tokens.list({ after: null, limit: 9 }), [recordOf(2), record], 'the listing');
  }),
  storeCase(
    'list-ended',
    'ST-2 a listing does not judge: expired and revoked tokens are in it',
    async (store) => {
      await fill(store, [recordOf(1, { expiresAt: 1 }), recordOf(2, { revokedAt: 1, revokedBy: 'root' })]);
      await expectNumbers(store, {}, [2, 1]);
    },
  ),
  storeCase('list-by-subject', 'TK-5 the filter by subject is exact', async (store) => {
    const subjects = ['ada', 'Ada', 'ada ', 'ad', 'bob'];
    await fill(
      store,
      subjects.map((subject, number) => recordOf(number, { subject })),
    );
    for (const [number, subject] of subjects.entries()) await expectNumbers(store, { subject }, [number]);
    await expectNumbers(store, { subject: 'nobody' }, []);
    await expectNumbers(store, { subject: 'a%' }, []);
  }),
  storeCase(
    'list-by-issuer',
    'TK-5 the filter by subject asks whom a token acts as, not who issued it',
    async (store) => {
      await fill(store, [recordOf(1, { issuedBy: 'bob' }), recordOf(2, { subject: 'bob', issuedBy: 'ada' })]);
      await expectNumbers(store, { subject: 'bob' }, [2]);
    },
  ),
  storeCase('list-by-scope', 'TK-5 the filter by scope', async (store) => {
    await fill(store, [recordOf(1), recordOf(2, { scope: 'read-only' })]);
    await expectNumbers(store, { scope: 'read-only' }, [2]);
    await expectNumbers(store, { scope: 'read-write' }, [1]);
  }),
  storeCase(
    'list-by-label',
    'TK-5 the filter by label finds a part, whatever its case, and takes no character for a wildcard',
    async (store) => {
      await fill(
        store,
        labels.map((label, number) => recordOf(number, { label })),
      );
      for (const [label, numbers] of searches) await expectNumbers(store, { label }, numbers);
    },
  ),
  storeCase('list-by-created', 'TK-5 a range of creation has its start and not its end', async (store) => {
    await fill(
      store,
      [10, 11, 12, 13].map((number) => recordOf(number)),
    );
    await expectNumbers(store, { created: { from: 11, before: 13 } }, [12, 11]);
    await expectNumbers(store, { created: { from: 12 } }, [13, 12]);
    await expectNumbers(store, { created: { before: 12 } }, [11, 10]);
    await expectNumbers(store, { created: { from: 12, before: 12 } }, []);
    await expectNumbers(store, { created: { from: 13, before: 10 } }, []);
    await expectNumbers(store, { created: {} }, [13, 12, 11, 10]);
  }),
  ...(['used', 'expires'] as const).map((range) => {
    const field = range === 'used' ? 'lastUsedAt' : 'expiresAt';
    const [what, without] =
      range === 'used' ? ['last use', 'never-used tokens'] : ['expiry', 'endless tokens'];
    return storeCase(
      `list-by-${range}`,
      `TK-5 a range of ${what} has its start and not its end, and no ${without}`,
      async (store) => {
        await fill(store, [
          recordOf(1, { [field]: 50 }),
          recordOf(2),
          recordOf(3, { [field]: 51 }),
          recordOf(4, { [field]: 0 }),
        ]);
        await expectNumbers(store, { [range]: { from: 50, before: 51 } }, [1]);
        await expectNumbers(store, { [range]: { from: 51 } }, [3]);
        await expectNumbers(store, { [range]: { before: 50 } }, [4]);
        await expectNumbers(store, { [range]: { before: 52 } }, [4, 3, 1]);
        await expectNumbers(store, { [range]: { from: 0 } }, [4, 3, 1]);
        await expectNumbers(store, { [range]: {} }, [4, 3, 1]);
      },
    );
  }),
  storeCase(
    'list-by-used-after-touch',
    'TK-6 a use that was noted moves the token in the range of last use',
    async (store) => {
      await fill(store, [recordOf(1), recordOf(2, { lastUsedAt: 5 })]);
      await store.tokens.touch([
        { id: idOf(1), at: 8 },
        { id: idOf(2), at: 9 },
      ]);
      await expectNumbers(store, { used: { from: 0, before: 8 } }, []);
      await expectNumbers(store, { used: { from: 8, before: 9 } }, [1]);
      await expectNumbers(store, { used: { from: 9 } }, [2]);
    },
  ),
  storeCase('list-by-all', 'TK-5 several filters hold together', async (store) => {
    const wanted = {
      subject: 'bob',
      label: 'Build',
      scope: 'read-only',
      createdAt: 50,
      lastUsedAt: 60,
      expiresAt: 70,
    } as const;
    await fill(store, [
      recordOf(1, wanted),
      recordOf(2, { ...wanted, subject: 'ada' }),
      recordOf(3, { ...wanted, label: 'Deploy' }),
      recordOf(4, { ...wanted, scope: 'read-write' }),
      recordOf(5, { ...wanted, createdAt: 49 }),
      recordOf(6, { ...wanted, lastUsedAt: null }),
      recordOf(7, { ...wanted, expiresAt: 71 }),
      recordOf(8, wanted),
    ]);
    const [created, used, expires] = [{ from: 50 }, { before: 61 }, { from: 70, before: 71 }];
    const filter: Filter = { subject: 'bob', label: 'build', scope: 'read-only', created, used, expires };
    await expectNumbers(store, filter, [8, 1]);
    const behind = await store.tokens.list({ ...filter, after: { createdAt: 50, id: idOf(8) }, limit: 9 });
    same(behind, [recordOf(1, wanted)], 'the listing behind the first');
  }),
];
