import type { AuditEvent } from '@latchkey/core';
import type { StoreUnderTest } from '../store/case.ts';
import { type Breakage, type BrokenStore, broken } from './store.ts';

/** Nobody's name: marks the events that stand in for those that are written later. */
const standIn = '(stands in)';

/**
 * Does each operation with an event that nobody sees, and writes the real one afterwards, in a step of its own.
 * `before` and `between` run ahead of the first and of the second step.
 */
function inTwoSteps(
  { tokens, settings, audit }: StoreUnderTest,
  before: (event: AuditEvent) => void,
  between: () => void,
): Breakage {
  const note = async (event: AuditEvent): Promise<void> => {
    between();
    await audit.append([event]);
  };
  /** What is done with the stand-in, and then, where its answer says that it was done, the event. */
  async function run<Word>(
    done: Word | null,
    event: AuditEvent,
    operation: (event: AuditEvent) => Promise<Word>,
  ) {
    before(event);
    const hidden: AuditEvent = {
      kind: 'token-relabelled',
      at: 0,
      actor: standIn,
      actorTokenId: null,
      address: null,
      tokenId: '',
      subject: '',
    };
    const word = await operation(hidden);
    if (done === null ? word !== 0 : word === done) await note(event);
    return word;
  }
  return {
    tokens: {
      insert: async (record, event, limit) =>
        event
          ? run('inserted', event, (hidden) => tokens.insert(record, hidden, limit))
          : tokens.insert(record, null, limit),
      relabel: (id, label, event) => run('relabelled', event, (hidden) => tokens.relabel(id, label, hidden)),
      revoke: (id, at, by, event) => run('revoked', event, (hidden) => tokens.revoke(id, at, by, hidden)),
      replace: (old, successor, event, limit) =>
        run('replaced', event, (hidden) => tokens.replace(old, successor, hidden, limit)),
      remove: (ids, ended, event) => run<number>(null, event, (hidden) => tokens.remove(ids, ended, hidden)),
    },
    settings: {
      save: async (document, expected, event) =>
        event
          ? run('saved', event, (hidden) => settings.save(document, expected, hidden))
          : settings.save(document, expected),
    },
    audit: {
      async list(query) {
        const found = await audit.list({ ...query, limit: 100_000 });
        return found.filter(({ event }) => event.actor !== standIn).slice(0, query.limit);
      },
    },
  };
}

/** Stores that can have an operation without its event. */
export const brokenAtomicity: readonly BrokenStore[] = [
  broken('event-afterwards', 'ST-3 reads the event after the operation was done', (inner) =>
    inTwoSteps(
      inner,
      () => {},
      () => {},
    ),
  ),
  broken('fault-between', 'ST-3 a fault between operation and event leaves one of them', (inner) => {
    let isArmed = false;
    const fault = (): void => {
      if (!isArmed) return;
      isArmed = false;
      throw new Error('the connection broke');
    };
    const breakage = inTwoSteps(inner, structuredClone, fault);
    return {
      ...breakage,
      breakBetweenWrites: async () => {
        isArmed = true;
      },
    };
  }),
];
