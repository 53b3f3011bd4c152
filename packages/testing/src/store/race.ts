import type { TokenRecord } from '@latchkey/core';
import { assert, same } from './assertion.ts';
import { type StoreCase, type StoreCaseOptions, type StoreUnderTest, sharedCase } from './case.ts';
import { eventOf, eventsOf, fill, found, idOf, recordOf, roomy, settingsOf } from './sample.ts';

/** One run of a race: two connections, which may be one, and four numbers that no other round uses. */
interface Round {
  readonly one: StoreUnderTest;
  readonly other: StoreUnderTest;
  readonly numbers: readonly [number, number, number, number];
  readonly subject: string;
}

const kindsOf = async (store: StoreUnderTest, id: string) =>
  (await eventsOf(store, id)).map(({ kind }) => kind);
const count = <T>(list: readonly T[], value: T): number => list.filter((one) => one === value).length;

function replace({ tokens }: StoreUnderTest, old: TokenRecord, successor: TokenRecord, endsAt: number) {
  const event = eventOf.rotated(old.id, successor, endsAt);
  return tokens.replace({ id: old.id, expectedEnd: old.expiresAt, endsAt }, successor, event, roomy);
}
const revoke = ({ tokens }: StoreUnderTest, id: string, at: number, by = 'root') =>
  tokens.revoke(id, at, by, eventOf.revoked(id, by));
const purge = ({ tokens }: StoreUnderTest, ids: readonly string[], before: number) =>
  tokens.remove(ids, before, eventOf.purged(ids, before));

async function revokeAgainstTouch({ one, other, numbers: [number] }: Round): Promise<void> {
  const record = recordOf(number);
  await fill(one, [record]);
  const touches = [10, 30, 20].map((at) => other.tokens.touch([{ id: record.id, at }]));
  const [word] = await Promise.all([revoke(one, record.id, 25), ...touches]);
  same(word, 'revoked', 'revoke');
  const after = await found(one, record.id);
  const expected = { ...record, revokedAt: 25, revokedBy: 'root', lastUsedAt: after?.lastUsedAt };
  same(after, expected, 'the record after both');
  assert(
    [null, 10, 20, 30].includes(after?.lastUsedAt ?? null),
    `last use is ${after?.lastUsedAt}, which nobody noted`,
  );
  await other.tokens.touch([{ id: record.id, at: 99 }]);
  same(await found(one, record.id), after, 'the record after a touch that came later');
}

async function revokeAgainstRelabel({ one, other, numbers: [number] }: Round): Promise<void> {
  const record = recordOf(number);
  await fill(one, [record]);
  const relabel = (store: StoreUnderTest, label: string) =>
    store.tokens.relabel(record.id, label, eventOf.relabelled(record.id));
  const words = await Promise.all([relabel(other, 'x'), revoke(one, record.id, 25), relabel(other, 'x')]);
  same(words, ['relabelled', 'revoked', 'relabelled'], 'the words');
  same(
    await found(one, record.id),
    { ...record, label: 'x', revokedAt: 25, revokedBy: 'root' },
    'the record',
  );
}

async function revokeAgainstReplace({ one, other, numbers: [number, next] }: Round): Promise<void> {
  const [old, successor] = [recordOf(number, { expiresAt: 900 }), recordOf(next)];
  await fill(one, [old]);
  const replacing = replace(other, old, successor, 60);
  const [revoked, replaced] = await Promise.all([revoke(one, old.id, 25), replacing]);
  same(revoked, 'revoked', 'revoke');
  const isReplaced = replaced === 'replaced';
  same(replaced, isReplaced ? 'replaced' : 'changed', 'replace');
  const end = { revokedAt: 25, revokedBy: 'root', expiresAt: isReplaced ? 60 : 900 };
  same(await found(one, old.id), { ...old, ...end }, 'the old record');
  same(await found(one, successor.id), isReplaced ? successor : null, 'the successor');
  // A replacement is only possible before the revocation, and the log has to tell it so.
  same(await kindsOf(one, old.id), [...(isReplaced ? ['token-rotated'] : []), 'token-revoked'], 'the log');
}

async function revokeTwice({ one, other, numbers: [number] }: Round): Promise<void> {
  const record = recordOf(number);
  await fill(one, [record]);
  const by = ['ada', 'bob', 'root', 'eve'];
  const words = await Promise.all(
    by.map((who, place) => revoke(place % 2 ? one : other, record.id, place, who)),
  );
  same([count(words, 'revoked'), count(words, 'already-revoked')], [1, 3], 'how many revoked');
  const first = words.indexOf('revoked');
  same(await found(one, record.id), { ...record, revokedAt: first, revokedBy: by[first] }, 'the record');
  same(await eventsOf(one, record.id), [eventOf.revoked(record.id, by[first])], 'the log');
}

async function insertTwice({ one, other, numbers: [number] }: Round): Promise<void> {
  const records = ['a', 'b', 'c', 'd'].map((label) =>
    recordOf(number, { label, subject: `${label} ${number}` }),
  );
  const insert = (record: TokenRecord, place: number) =>
    (place % 2 ? one : other).tokens.insert(record, eventOf.issued(record), roomy);
  const words = await Promise.all(records.map(insert));
  same([count(words, 'inserted'), count(words, 'duplicate')], [1, 3], 'how many were inserted');
  const winner = records[words.indexOf('inserted')];
  same(await found(one, idOf(number)), winner, 'the record');
  same((await eventsOf(one, idOf(number))).length, 1, 'how many events');
  for (const { subject } of records) {
    const listed = await one.tokens.list({ subject, after: null, limit: 9 });
    same(listed, subject === winner?.subject ? [winner] : [], `the listing of ${subject}`);
  }
}

async function insertsAgainstLimit({ one, other, numbers, subject }: Round): Promise<void> {
  const insert = (number: number, place: number) => {
    const record = recordOf(number, { subject });
    return (place % 2 ? one : other).tokens.insert(record, eventOf.issued(record), { live: 3, at: 0 });
  };
  const words = await Promise.all([...numbers, ...numbers.map((number) => number + 1_000_000)].map(insert));
  same([count(words, 'inserted'), count(words, 'limit-reached')], [3, 5], 'how many were inserted');
  same((await one.tokens.list({ subject, after: null, limit: 99 })).length, 3, 'how many there are');
}

async function replaceAgainstLimit({ one, other, numbers: [a, b, c, d], subject }: Round): Promise<void> {
  const [old, successor] = [recordOf(a, { subject, expiresAt: 50 }), recordOf(b, { subject })];
  await fill(one, [old, recordOf(a + 1_000_000, { subject })]);
  const limit = { live: 2, at: 100 };
  const insert = (number: number) => {
    const record = recordOf(number, { subject });
    return other.tokens.insert(record, eventOf.issued(record), limit);
  };
  const change = { id: old.id, expectedEnd: 50, endsAt: 40 };
  const replacing = one.tokens.replace(change, successor, eventOf.rotated(old.id, successor, 40), limit);
  const words = await Promise.all([replacing, insert(c), insert(d)]);
  // The old token ended before, so that all three compete for one place.
  same(count<string>(words, 'limit-reached'), 2, `how many of ${words} came too late`);
  const listed = await one.tokens.list({ subject, after: null, limit: 9 });
  same(listed.filter(({ expiresAt }) => expiresAt === null).length, 2, `how many are live after ${words}`);
}

async function replaceTwice({ one, other, numbers: [number, ...next] }: Round): Promise<void> {
  const old = recordOf(number);
  await fill(one, [old]);
  const successors = next.map((place) => recordOf(place));
  const attempt = (successor: TokenRecord, place: number) =>
    replace(place % 2 ? one : other, old, successor, 50 + place);
  const words = await Promise.all(successors.map(attempt));
  same([count(words, 'replaced'), count(words, 'changed')], [1, 2], 'how many replaced');
  const winner = words.indexOf('replaced');
  same(await found(one, old.id), { ...old, expiresAt: 50 + winner }, 'the old record');
  for (const [place, successor] of successors.entries())
    same(await found(one, successor.id), place === winner ? successor : null, `successor ${place}`);
  same((await eventsOf(one, old.id)).length, 1, 'how many events');
}

async function purgeAgainstReplace({ one, other, numbers: [number, next] }: Round): Promise<void> {
  const [old, successor] = [recordOf(number, { expiresAt: 100 }), recordOf(next)];
  await fill(one, [old]);
  const [removed, word] = await Promise.all([purge(one, [old.id], 200), replace(other, old, successor, 300)]);
  // With its new end the old token did not end before 200, so one of the two comes too late.
  same([removed, word], removed === 1 ? [1, 'changed'] : [0, 'replaced'], 'the answers');
  same(await found(one, old.id), removed === 1 ? null : { ...old, expiresAt: 300 }, 'the old record');
  same(await found(one, successor.id), removed === 1 ? null : successor, 'the successor');
  same(await kindsOf(one, old.id), [removed === 1 ? 'tokens-purged' : 'token-rotated'], 'the log');
}

async function purgeAgainstWrites({ one, other, numbers: [number], subject }: Round): Promise<void> {
  const old = recordOf(number, { expiresAt: 100, subject });
  await fill(one, [old]);
  const writing = [
    other.tokens.relabel(old.id, 'x', eventOf.relabelled(old.id)),
    other.tokens.touch([{ id: old.id, at: 30 }]),
    revoke(other, old.id, 25),
  ];
  const [removed, ...words] = await Promise.all([purge(one, [old.id], 200), ...writing]);
  same(removed, 1, 'how many were removed');
  same(await found(one, old.id), null, `the record after ${words}`);
  same(await one.tokens.list({ subject, after: null, limit: 9 }), [], 'the listing');
}

async function purgeTwice({ one, other, numbers }: Round): Promise<void> {
  const ids = numbers.map(idOf);
  await fill(
    one,
    numbers.map((number) => recordOf(number, { expiresAt: 100 })),
  );
  const removed = await Promise.all([
    purge(one, ids, 200),
    purge(other, [...ids].reverse(), 200),
    purge(other, ids, 200),
  ]);
  same(
    removed.reduce((sum, one) => sum + one, 0),
    ids.length,
    `how many were removed by ${removed}`,
  );
  same(
    (await eventsOf(one, ids[0] ?? '')).length,
    removed.filter((one) => one > 0).length,
    'how many events',
  );
}

async function touchTwice({ one, other, numbers: [number] }: Round): Promise<void> {
  await fill(one, [recordOf(number)]);
  const touch = (at: number) => (at % 2 ? one : other).tokens.touch([{ id: idOf(number), at }]);
  await Promise.all([3, 9, 4, 7, 2].map(touch));
  same(await found(one, idOf(number)), recordOf(number, { lastUsedAt: 9 }), 'the record');
}

async function saveTwice({ one, other, subject }: Round): Promise<void> {
  const revision = (await one.settings.load())?.revision ?? 0;
  const names = ['a', 'b', 'c', 'd'].map((name) => `${name} ${subject}`);
  const save = (name: string, place: number) =>
    (place % 2 ? one : other).settings.save(settingsOf(name), revision, eventOf.changed(revision + 1));
  const words = await Promise.all(names.map(save));
  same([count(words, 'saved'), count(words, 'conflict')], [1, 3], 'how many were saved');
  const document = settingsOf(names[words.indexOf('saved')] ?? '');
  same(await other.settings.load(), { document, revision: revision + 1 }, 'load');
  const entries = await one.audit.list({ kind: 'settings-changed', after: null, limit: 1000 });
  same(
    entries.filter(({ event }) => event.kind === 'settings-changed' && event.revision === revision + 1)
      .length,
    1,
    'how many events',
  );
}

async function saveAgainstFind({ one, other, numbers: [number] }: Round): Promise<void> {
  const revision = (await one.settings.load())?.revision ?? 0;
  let [saved, isWriting] = [revision, true];
  const write = async () => {
    try {
      for (let next = revision; next < revision + 3; next++) {
        same(await one.settings.save(settingsOf(`${next}`), next), 'saved', 'save');
        saved = next + 1;
      }
    } finally {
      isWriting = false;
    }
  };
  const read = async () => {
    for (let last = revision; ; ) {
      const [acknowledged, isLast] = [saved, !isWriting];
      const { settingsRevision } = await other.tokens.find(idOf(number));
      assert(
        settingsRevision >= Math.max(last, acknowledged),
        `revision ${settingsRevision} was found after ${last}, when ${acknowledged} was saved`,
      );
      last = settingsRevision;
      if (isLast) return;
      // A store that answers at once would leave a slower save no turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  await Promise.all([write(), read()]);
}

const races: readonly (readonly [string, string, (round: Round) => Promise<void>])[] = [
  ['race-revoke-touch', 'ST-3 a revocation stands against concurrent touches', revokeAgainstTouch],
  ['race-revoke-relabel', 'ST-3 a revocation stands against concurrent relabelling', revokeAgainstRelabel],
  ['race-revoke-replace', 'ST-3 a revocation stands against concurrent rotation', revokeAgainstReplace],
  ['race-revoke-revoke', 'ST-3 of concurrent revocations exactly one is the first', revokeTwice],
  ['race-insert-insert', 'ST-3 of concurrent inserts of an id exactly one succeeds', insertTwice],
  ['race-insert-limit', 'TK-8 concurrent inserts never exceed the limit, and reach it', insertsAgainstLimit],
  ['race-replace-limit', 'TK-8 concurrent rotations and inserts never exceed the limit', replaceAgainstLimit],
  ['race-replace-replace', 'ST-3 of concurrent rotations of a token exactly one succeeds', replaceTwice],
  ['race-purge-replace', 'ST-3 of purge and rotation one comes too late', purgeAgainstReplace],
  ['race-purge-writes', 'ST-3 no concurrent write brings a purged token back', purgeAgainstWrites],
  ['race-purge-purge', 'ST-7 concurrent purges remove each record once', purgeTwice],
  ['race-touch-touch', 'TK-6 of concurrent touches the latest use stands', touchTwice],
  ['race-save-save', 'SE-5 of concurrent saves over a revision exactly one succeeds', saveTwice],
  [
    'race-save-find',
    'ST-1 a look-up never tells a revision older than one that was acknowledged',
    saveAgainstFind,
  ],
];

/** Races, each run many times over one store. Spec: ST-3 */
export const raceCases = ({ rounds = 25 }: StoreCaseOptions): readonly StoreCase[] =>
  races.map(([id, title, race]) =>
    sharedCase(id, title, async (one, other) => {
      for (let round = 0; round < rounds; round++) {
        const first = 10 + 4 * round;
        await race({
          one,
          other,
          numbers: [first, first + 1, first + 2, first + 3],
          subject: `subject ${round}`,
        });
      }
    }),
  );
