import type { TokenRecord } from '@latchkey/core';
import fc from 'fast-check';
import { assert } from './assertion.ts';
import { type StoreCase, type StoreCaseOptions, type StoreUnderTest, sharedCase } from './case.ts';
import { type Apply, isLinearizable, recorder } from './history.ts';
import { eventOf, fill, idOf, recordOf, roomy } from './sample.ts';

/** An operation on the one token that a history is about. */
type Call =
  | { readonly on: 'find' }
  | { readonly on: 'touch'; readonly at: number }
  | { readonly on: 'relabel'; readonly label: string }
  | { readonly on: 'revoke'; readonly at: number }
  | { readonly on: 'replace'; readonly expectedEnd: number | null; readonly endsAt: number }
  | { readonly on: 'remove'; readonly before: number };

/** What each operation does to a token when it is alone; null is a token that is not there. */
const alone: Apply<TokenRecord | null, Call> = (record, call) => {
  switch (call.on) {
    case 'find':
      return { state: record, answer: record };
    case 'touch':
      if (record === null || record.revokedAt !== null || (record.lastUsedAt ?? -1) >= call.at)
        return { state: record, answer: null };
      return { state: { ...record, lastUsedAt: call.at }, answer: null };
    case 'relabel':
      if (record === null) return { state: null, answer: 'not-found' };
      return { state: { ...record, label: call.label }, answer: 'relabelled' };
    case 'revoke':
      if (record === null) return { state: null, answer: 'not-found' };
      if (record.revokedAt !== null) return { state: record, answer: 'already-revoked' };
      return { state: { ...record, revokedAt: call.at, revokedBy: `at ${call.at}` }, answer: 'revoked' };
    case 'replace':
      if (record === null || record.revokedAt !== null || record.expiresAt !== call.expectedEnd)
        return { state: record, answer: 'changed' };
      return { state: { ...record, expiresAt: call.endsAt }, answer: 'replaced' };
    case 'remove': {
      const ends = record === null ? [] : [record.expiresAt, record.revokedAt];
      const hasEnded = ends.some((at) => at !== null && at < call.before);
      return hasEnded ? { state: null, answer: 1 } : { state: record, answer: 0 };
    }
  }
};

/** The same on a store. Each replacement has a successor of its own, so that ids never stand in its way. */
async function perform(
  { tokens }: StoreUnderTest,
  id: string,
  successor: number,
  call: Call,
): Promise<unknown> {
  switch (call.on) {
    case 'find':
      return (await tokens.find(id)).record;
    case 'touch':
      await tokens.touch([{ id, at: call.at }]);
      return null;
    case 'relabel':
      return tokens.relabel(id, call.label, eventOf.relabelled(id));
    case 'revoke':
      return tokens.revoke(id, call.at, `at ${call.at}`, eventOf.revoked(id));
    case 'replace': {
      const next = recordOf(successor, { replaces: id });
      const { expectedEnd, endsAt } = call;
      return tokens.replace({ id, expectedEnd, endsAt }, next, eventOf.rotated(id, next, endsAt), roomy);
    }
    case 'remove':
      return tokens.remove([id], call.before, eventOf.purged([id], call.before));
  }
}

const at = fc.integer({ min: 1, max: 6 });
const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Call>({ on: 'find' }) },
  { weight: 3, arbitrary: at.map((when): Call => ({ on: 'touch', at: when })) },
  { weight: 2, arbitrary: fc.constantFrom('one', 'two').map((label): Call => ({ on: 'relabel', label })) },
  { weight: 2, arbitrary: at.map((when): Call => ({ on: 'revoke', at: when })) },
  {
    weight: 3,
    arbitrary: fc
      .record({ expectedEnd: fc.constantFrom(null, 90, 91), endsAt: fc.constantFrom(90, 91) })
      .map((change): Call => ({ on: 'replace', ...change })),
  },
  { weight: 1, arbitrary: fc.constantFrom(4, 91, 95).map((before): Call => ({ on: 'remove', before })) },
);
/** What each of four callers does, one call after the other. */
const callers = fc.array(fc.array(call, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 });

/** Random calls of several callers at once, and one order in which their answers make sense. */
export const linearityCase = ({ sequences = 60, seed }: StoreCaseOptions): StoreCase =>
  sharedCase(
    'linearizable',
    'ST-3 what happens to a token concurrently happened in some order',
    async (one, other) => {
      let number = 0;
      let successor = 1_000_000;
      const property = fc.asyncProperty(callers, async (plans) => {
        const record = recordOf(number++);
        await fill(one, [record]);
        const notes = recorder<Call>();
        const follow = async (plan: readonly Call[], store: StoreUnderTest) => {
          for (const step of plan) await notes.run(step, () => perform(store, record.id, successor++, step));
        };
        await Promise.all(plans.map((plan, place) => follow(plan, place % 2 === 0 ? one : other)));
        await notes.run({ on: 'find' }, () => perform(one, idOf(number - 1), 0, { on: 'find' }));
        const told = JSON.stringify(notes.history, null, 1);
        assert(
          isLinearizable(notes.history, record, alone),
          `no order of these operations explains their answers: ${told}`,
        );
      });
      // A schedule cannot be replayed on a real store, so shrinking would only repeat the search.
      await fc.assert(property, {
        numRuns: sequences,
        endOnFailure: true,
        ...(seed === undefined ? {} : { seed }),
      });
    },
  );
