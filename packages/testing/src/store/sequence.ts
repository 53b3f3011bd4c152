import type { AuditEvent, AuditQuery, TokenQuery } from '@latchkey/core';
import fc from 'fast-check';
import { assert, same } from './assertion.ts';
import type { StoreCase, StoreCaseOptions, StoreUnderTest } from './case.ts';
import { modelStore } from './model.ts';
import { logPagesOf, pagesOf } from './pages.ts';
import { eventOf, recordOf, settingsOf } from './sample.ts';

/** What is written and read, with few values to choose from, so that steps meet. */
const ids = [
  'aaaaaaaaaaaaaaaa',
  'AAAAAAAAAAAAAAAA',
  'aaaaaaaaaaaaaaaB',
  '0000000000000000',
  'zzzzzzzzzzzzzzzz',
];
const id = fc.constantFrom(...ids);
const at = fc.nat(12);
const end = fc.option(at, { nil: null });
const subject = fc.constantFrom('ada', 'Ada', '__proto__');
const label = fc.constantFrom('Build', 'BUILD 1%', 'bu_ld', 'Ärger');
const scope = fc.constantFrom('read-only', 'read-write');
const limit = fc.record({ live: fc.integer({ min: 1, max: 4 }), at });
const range = fc.record({ from: at, before: at }, { requiredKeys: [] });

const record = fc
  .record({ id, subject, label, scope, createdAt: at, expiresAt: end, lastUsedAt: end, revoked: fc.nat(4) })
  .map(({ revoked, ...fields }) =>
    recordOf(0, { ...fields, ...(revoked === 0 ? { revokedAt: 3, revokedBy: 'root' } : {}) }),
  );
const tokenFilter = fc.record(
  {
    subject,
    label: fc.constantFrom('', 'b', 'BUILD', '%', '_', 'äR', ' 1'),
    scope,
    created: range,
    used: range,
    expires: range,
  },
  { requiredKeys: [] },
);
const auditFilter = fc.record(
  {
    kind: fc.constantFrom<AuditEvent['kind'][]>(
      'token-issued',
      'token-rotated',
      'token-revoked',
      'tokens-purged',
      'settings-changed',
    ),
    actor: fc.constantFrom('root', 'ada', '__proto__'),
    tokenId: id,
  },
  { requiredKeys: [] },
);

type Command = fc.AsyncCommand<StoreUnderTest, StoreUnderTest>;

/** A step whose answer has to be the model's. */
const step = (name: string, act: (store: StoreUnderTest) => Promise<unknown>): Command => ({
  check: () => true,
  run: async (model, real) => same(await act(real), await act(model), name),
  toString: () => name,
});

/** A purge finds what it likes of what ended, so the model removes what was found. */
const purging = (before: number, size: number): Command => ({
  check: () => true,
  async run(model, real) {
    const name = `findEnded(${before}, ${size})`;
    const [some, all] = [
      await real.tokens.findEnded(before, size),
      await model.tokens.findEnded(before, 1000),
    ];
    same(
      [some.length, new Set(some).size],
      Array(2).fill(Math.min(size, all.length)),
      `how many ${name} found`,
    );
    for (const one of some) assert(all.includes(one), `${name} found ${one}, which did not end before it`);
    await step(`remove after ${name}`, removing(some, before)).run(model, real);
  },
  toString: () => `purge(${before}, ${size})`,
});

const removing = (some: readonly string[], before: number) => (store: StoreUnderTest) =>
  store.tokens.remove(some, before, eventOf.purged(some, before));

/** The whole log by pages, without the positions, which are each store's own. */
const logOf = async (store: StoreUnderTest, filter: Omit<AuditQuery, 'after' | 'limit'>, size: number) =>
  (await logPagesOf(store, { ...filter, limit: size })).map(({ event }) => event);

const text = (value: unknown): string => JSON.stringify(value);
const listing = (filter: Omit<TokenQuery, 'after' | 'limit'>, size: number): Command =>
  step(`list ${text(filter)} by ${size}`, (store) => pagesOf(store, { ...filter, limit: size }));

const commands: fc.Arbitrary<Command>[] = [
  fc
    .tuple(record, fc.option(limit, { nil: null }))
    .map(([given, most]) =>
      step(`insert ${text(given)} within ${text(most)}`, ({ tokens }) =>
        tokens.insert(given, eventOf.issued(given), most),
      ),
    ),
  record.map((given) => step(`insert ${text(given)}`, ({ tokens }) => tokens.insert(given, null, null))),
  id.map((one) => step(`find ${one}`, ({ tokens }) => tokens.find(one))),
  fc.tuple(tokenFilter, fc.integer({ min: 1, max: 4 })).map((args) => listing(...args)),
  fc
    .tuple(id, label)
    .map(([one, text]) =>
      step(`relabel ${one} ${text}`, ({ tokens }) => tokens.relabel(one, text, eventOf.relabelled(one))),
    ),
  fc
    .tuple(id, at, subject)
    .map(([one, when, by]) =>
      step(`revoke ${one} at ${when} by ${by}`, ({ tokens }) =>
        tokens.revoke(one, when, by, eventOf.revoked(one, by)),
      ),
    ),
  fc.tuple(id, end, at, record, limit).map(([one, expectedEnd, endsAt, successor, most]) =>
    step(
      `replace ${one} ending ${expectedEnd} by ${endsAt}, ${text(successor)} within ${text(most)}`,
      ({ tokens }) => {
        const event = eventOf.rotated(one, successor, endsAt);
        return tokens.replace({ id: one, expectedEnd, endsAt }, successor, event, most);
      },
    ),
  ),
  fc
    .array(fc.record({ id, at }), { maxLength: 3 })
    .map((uses) => step(`touch ${text(uses)}`, ({ tokens }) => tokens.touch(uses).then(() => null))),
  fc.tuple(at, fc.integer({ min: 1, max: 4 })).map((args) => purging(...args)),
  fc
    .tuple(fc.array(id, { maxLength: 4 }), at)
    .map(([some, before]) => step(`remove ${some} before ${before}`, removing(some, before))),
  fc
    .tuple(fc.nat(3), fc.constantFrom('one', 'two'))
    .map(([revision, name]) =>
      step(`save ${name} over ${revision}`, ({ settings }) =>
        settings.save(settingsOf(name), revision, ...(name === 'one' ? [] : [eventOf.changed(revision + 1)])),
      ),
    ),
  fc.constant(step('load', ({ settings }) => settings.load())),
  id.map((one) =>
    step(`append ${one}`, ({ audit }) => audit.append([eventOf.accepted('ada', one)]).then(() => null)),
  ),
  fc
    .tuple(auditFilter, fc.integer({ min: 1, max: 4 }))
    .map(([filter, size]) => step(`log ${text(filter)} by ${size}`, (store) => logOf(store, filter, size))),
];

/** Random sequences of operations, each answer compared with that of the slow store. */
export const sequenceCase = ({ sequences = 60, seed }: StoreCaseOptions): StoreCase => ({
  id: 'sequences',
  title: 'ST-2 any sequence of operations is answered as by the slow reference store',
  async run(create) {
    const property = fc.asyncProperty(
      fc.commands(commands, { maxCommands: 60, size: 'max' }),
      async (sequence) => {
        const [model, real] = [modelStore(), await create()];
        try {
          await fc.asyncModelRun(() => ({ model, real }), sequence);
          await listing({}, 100).run(model, real);
          await step('the log', (store) => logOf(store, {}, 100)).run(model, real);
        } finally {
          await real.close();
        }
      },
    );
    // A run that is cut short proves nothing; shrinking that is cut short still tells what was found.
    await fc.assert(property, {
      numRuns: sequences,
      ...(seed === undefined ? {} : { seed }),
      interruptAfterTimeLimit: 45_000,
      markInterruptAsFailure: true,
    });
  },
});
