import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Apply, isLinearizable, type Operation, recorder } from '../../src/store/history.ts';

/** A register that is written and read. */
type Call = { readonly write: number } | 'read';
const register: Apply<number, Call> = (state, call) =>
  call === 'read' ? { state, answer: state } : { state: call.write, answer: null };

const at = (calledAt: number, answeredAt: number, call: Call, answer: unknown = null): Operation<Call> => ({
  call,
  answer,
  calledAt,
  answeredAt,
});

describe('histories', () => {
  it.each([
    ['nothing', [], true],
    ['a read of the first value', [at(0, 1, 'read', 0)], true],
    ['a read of a value that was never written', [at(0, 1, 'read', 7)], false],
    ['a read after a write', [at(0, 1, { write: 7 }), at(2, 3, 'read', 7)], true],
    ['a stale read after a write was acknowledged', [at(0, 1, { write: 7 }), at(2, 3, 'read', 0)], false],
    ['a read beside a write sees the old', [at(0, 3, { write: 7 }), at(1, 2, 'read', 0)], true],
    ['a read beside a write sees the new', [at(0, 3, { write: 7 }), at(1, 2, 'read', 7)], true],
    [
      'two reads beside a write see the new and then the old',
      [at(0, 5, { write: 7 }), at(1, 2, 'read', 7), at(3, 4, 'read', 0)],
      false,
    ],
    [
      'two overlapping reads beside a write see both',
      [at(0, 5, { write: 7 }), at(1, 4, 'read', 7), at(2, 3, 'read', 0)],
      true,
    ],
    [
      'two readers see two writes in different orders',
      [
        at(0, 9, { write: 1 }),
        at(1, 8, { write: 2 }),
        at(2, 3, 'read', 1),
        at(4, 5, 'read', 2),
        at(6, 7, 'read', 1),
      ],
      false,
    ],
  ] as const)('ST-3 judges %s', (_, history, expected) => {
    expect(isLinearizable(history, 0, register)).toBe(expected);
  });

  it('ST-3 takes every history of a register that answers in one step, and none with a lost write', async () => {
    const call = fc.oneof(
      fc.constant<Call>('read'),
      fc.integer({ min: 1, max: 3 }).map((write): Call => ({ write })),
    );
    const callers = fc.array(fc.array(call, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(callers, fc.scheduler(), async (plans, scheduler) => {
        let value = 0;
        const notes = recorder<Call>();
        const follow = async (plan: readonly Call[]) => {
          for (const step of plan)
            await notes.run(step, async () => {
              await scheduler.schedule(Promise.resolve());
              const { state, answer } = register(value, step);
              value = state;
              await scheduler.schedule(Promise.resolve());
              return answer;
            });
        };
        const running = Promise.all(plans.map(follow));
        await scheduler.waitFor(running);
        expect(isLinearizable(notes.history, 0, register)).toBe(true);
        const lost = [...notes.history, at(1000, 1001, { write: 9 }), at(1002, 1003, 'read', value)];
        expect(isLinearizable(lost, 0, register)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('ST-3 refuses a history that it could not search', () => {
    const history = Array.from({ length: 31 }, (_, place) => at(2 * place, 2 * place + 1, 'read', 0));
    expect(() => isLinearizable(history, 0, register)).toThrow(TypeError);
  });
});
