import type { AuditEvent } from '@latchkey/core';
import { assert, failureOf, same } from './assertion.ts';
import { type StoreCase, type StoreUnderTest, storeCase } from './case.ts';
import { eventOf, fill, idOf, kindsIn, recordOf, roomy, settingsOf } from './sample.ts';

/** Every operation that writes an event, on a store that `prepare` made ready. */
const operations: readonly {
  readonly name: string;
  readonly kind: AuditEvent['kind'];
  run(store: StoreUnderTest, change: (event: AuditEvent) => AuditEvent): Promise<unknown>;
}[] = [
  {
    name: 'insert',
    kind: 'token-issued',
    run: ({ tokens }, change) => tokens.insert(recordOf(9), change(eventOf.issued(recordOf(9))), roomy),
  },
  {
    name: 'relabel',
    kind: 'token-relabelled',
    run: ({ tokens }, change) => tokens.relabel(idOf(1), 'Other', change(eventOf.relabelled(idOf(1)))),
  },
  {
    name: 'revoke',
    kind: 'token-revoked',
    run: ({ tokens }, change) => tokens.revoke(idOf(1), 50, 'root', change(eventOf.revoked(idOf(1)))),
  },
  {
    name: 'replace',
    kind: 'token-rotated',
    run: ({ tokens }, change) => {
      const [old, successor] = [{ id: idOf(1), expectedEnd: null, endsAt: 60 }, recordOf(9)];
      return tokens.replace(old, successor, change(eventOf.rotated(idOf(1), successor, 60)), roomy);
    },
  },
  {
    name: 'remove',
    kind: 'tokens-purged',
    run: ({ tokens }, change) => tokens.remove([idOf(2)], 100, change(eventOf.purged([idOf(2)], 100))),
  },
  {
    name: 'save',
    kind: 'settings-changed',
    run: ({ settings }, change) => settings.save(settingsOf('one'), 0, change(eventOf.changed(1))),
  },
];

const prepare = (store: StoreUnderTest) => fill(store, [recordOf(1), recordOf(2, { expiresAt: 5 })]);

/** All that an operation could have changed, the log aside. */
const stateOf = async ({ tokens, settings }: StoreUnderTest): Promise<unknown> => [
  await tokens.list({ after: null, limit: 100 }),
  await settings.load(),
  (await tokens.find(idOf(1))).settingsRevision,
];

/** An event that throws where it is read, so that whoever reads it after the record was written stops halfway. */
const unreadable = (event: AuditEvent): AuditEvent =>
  Object.defineProperty({ ...event }, 'address', {
    enumerable: true,
    get: () => {
      throw new Error('the event cannot be read');
    },
  });

/** An operation and its event: both or neither. */
export const atomicityCases: readonly StoreCase[] = operations.flatMap(({ name, kind, run }) => [
  storeCase(`atomic-${name}`, `ST-3 ${name} without its event does not happen`, async (store) => {
    await prepare(store);
    const before = await stateOf(store);
    assert(
      (await failureOf(() => run(store, unreadable))) !== null,
      'an event that cannot be read was taken',
    );
    same(await kindsIn(store), [], 'the log');
    same(await stateOf(store), before, 'all that is kept');
    same(await failureOf(() => run(store, (event) => event)), null, 'the same with its event');
    same(await kindsIn(store), [kind], 'the log after it');
  }),
  storeCase(`atomic-fault-${name}`, `ST-3 a fault within ${name} leaves both or neither`, async (store) => {
    // Without a way to break a store there is nothing to see here; real engines are killed in tests of their own.
    if (store.breakBetweenWrites === undefined) return;
    await prepare(store);
    const before = await stateOf(store);
    await store.breakBetweenWrites();
    const failure = await failureOf(() => run(store, (event) => event));
    const isKept = JSON.stringify(await stateOf(store)) !== JSON.stringify(before);
    const isLogged = (await kindsIn(store)).includes(kind);
    if (!store.tokens.capabilities.atomicAudit) {
      assert(isKept !== isLogged, 'the store says that it is not atomic, and is');
      return;
    }
    same(isLogged, isKept, 'whether the event is there, as the operation is');
    assert(failure !== null || isKept, 'the operation was acknowledged and is not there');
    if (isKept) return;
    same(await failureOf(() => run(store, (event) => event)), null, 'the same after the fault');
    same(await kindsIn(store), [kind], 'the log after it');
  }),
]);
