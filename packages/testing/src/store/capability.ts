import { assert, same } from './assertion.ts';
import type { StoreCase, StoreFactory, StoreUnderTest } from './case.ts';
import { eventOf, fill, found, idOf, kindsIn, recordOf, roomy, settingsOf } from './sample.ts';

const reopened = async (store: StoreUnderTest, capability: string): Promise<StoreUnderTest> => {
  assert(
    store.reopen !== undefined,
    `a store that is ${capability} has to be opened again: give the kit \`reopen\``,
  );
  return store.reopen();
};

/** A bit of everything. */
async function write(store: StoreUnderTest): Promise<void> {
  await store.tokens.insert(recordOf(1), eventOf.issued(recordOf(1)), roomy);
  await fill(store, [recordOf(2), recordOf(3), recordOf(4, { expiresAt: 5 })]);
  await store.tokens.relabel(idOf(1), 'Other', eventOf.relabelled(idOf(1)));
  await store.tokens.touch([{ id: idOf(1), at: 40 }]);
  await store.tokens.revoke(idOf(2), 50, 'root', eventOf.revoked(idOf(2)));
  const change = { id: idOf(3), expectedEnd: null, endsAt: 60 };
  await store.tokens.replace(change, recordOf(5), eventOf.rotated(idOf(3), recordOf(5), 60), roomy);
  await store.tokens.remove([idOf(4)], 10, eventOf.purged([idOf(4)], 10));
  await store.settings.save(settingsOf('one'), 0, eventOf.changed(1));
  await store.settings.save(settingsOf('two'), 1);
  await store.audit.append([eventOf.accepted('ada', idOf(1))]);
}

const contents = async (store: StoreUnderTest): Promise<unknown> => ({
  records: await store.tokens.list({ after: null, limit: 100 }),
  one: await store.tokens.find(idOf(1)),
  settings: await store.settings.load(),
  log: await store.audit.list({ after: null, limit: 100 }),
});

const nothing = { records: [], one: { record: null, settingsRevision: 0 }, settings: null, log: [] };

async function checkDurable(create: StoreFactory): Promise<void> {
  const store = await create();
  if (!store.tokens.capabilities.durable && store.reopen === undefined) return store.close();
  await write(store);
  const before = await contents(store);
  await store.close();
  const again = await reopened(store, 'durable');
  try {
    same(
      await contents(again),
      store.tokens.capabilities.durable ? before : nothing,
      'what is there after reopening',
    );
    if (store.tokens.capabilities.durable)
      same(await again.tokens.insert(recordOf(2), null, roomy), 'duplicate', 'an id that is taken');
  } finally {
    await again.close();
  }
}

async function checkShared(create: StoreFactory): Promise<void> {
  const one = await create();
  const isShared = one.tokens.capabilities.sharedAcrossProcesses;
  if (!isShared && one.reopen === undefined) return one.close();
  const other = await reopened(one, 'shared');
  try {
    if (isShared) await checkSeen(one, other);
    else {
      await write(one);
      // A durable store for one process may show its file to a second one; it only does not promise it.
      if (!one.tokens.capabilities.durable)
        same(await contents(other), nothing, 'what the other connection sees');
    }
  } finally {
    await other.close();
    await one.close();
  }
}

/** Each write is seen over the other connection at its next look-up, also what was looked up just before. */
async function checkSeen(one: StoreUnderTest, other: StoreUnderTest): Promise<void> {
  for (const [number, [writer, reader]] of [[one, other] as const, [other, one] as const].entries()) {
    const id = idOf(number);
    same(await found(reader, id), null, 'the record before');
    await fill(writer, [recordOf(number)]);
    same(await found(reader, id), recordOf(number), 'the new record');
    await writer.tokens.touch([{ id, at: 9 }]);
    same((await found(reader, id))?.lastUsedAt, 9, 'the use');
    await writer.tokens.relabel(id, 'Other', eventOf.relabelled(id));
    same((await found(reader, id))?.label, 'Other', 'the label');
    await writer.tokens.revoke(id, 50, 'root', eventOf.revoked(id));
    same((await found(reader, id))?.revokedAt, 50, 'the revocation');
    same(
      await reader.tokens.revoke(id, 51, 'ada', eventOf.revoked(id)),
      'already-revoked',
      'a second revocation',
    );
    same(await writer.settings.save(settingsOf('one'), number), 'saved', 'save');
    same((await reader.tokens.find(id)).settingsRevision, number + 1, 'the settings revision');
    same((await reader.settings.load())?.revision, number + 1, 'the settings');
    same(
      await reader.settings.save(settingsOf('two'), number),
      'conflict',
      'a save over the former revision',
    );
    same(
      await reader.tokens.list({ after: null, limit: 9 }),
      await writer.tokens.list({ after: null, limit: 9 }),
      'the listing',
    );
    same(await kindsIn(reader), await kindsIn(writer), 'the log');
    await writer.tokens.remove([id], 60, eventOf.purged([id], 60));
    same(await found(reader, id), null, 'the record after the purge');
  }
}

/** What a store declares that it can be relied on for, and what not. Spec: ST-4 */
export const capabilityCases: readonly StoreCase[] = [
  {
    id: 'capability-declared',
    title: 'ST-4 a store says of each capability whether it has it',
    async run(create) {
      const store = await create();
      const { capabilities } = store.tokens;
      await store.close();
      for (const name of ['durable', 'sharedAcrossProcesses', 'atomicAudit'] as const)
        same(typeof capabilities[name], 'boolean', `the type of ${name}`);
    },
  },
  {
    id: 'capability-durable',
    title: 'ST-4 a durable store has everything acknowledged after reopening; another has nothing',
    run: checkDurable,
  },
  {
    id: 'capability-shared',
    title: 'ST-4 a shared store shows each write to another connection at once; another does not',
    run: checkShared,
  },
];
