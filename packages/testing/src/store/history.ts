import { canonical } from './assertion.ts';

/** One operation of a history: when it was called, when it was answered, and what the answer was. */
export interface Operation<Call> {
  readonly call: Call;
  readonly answer: unknown;
  /** Places in the one order of all calls and answers of the history. */
  readonly calledAt: number;
  readonly answeredAt: number;
}

/** What an operation does when it is alone: the state after it, and the answer. */
export type Apply<State, Call> = (
  state: State,
  call: Call,
) => { readonly state: State; readonly answer: unknown };

/** Writes down the order of calls and answers while operations overlap. */
export interface Recorder<Call> {
  /** Runs an operation and notes its call and its answer. */
  run(call: Call, operation: () => Promise<unknown>): Promise<void>;
  /** What was noted, once every operation was answered. */
  readonly history: readonly Operation<Call>[];
}

/** A recorder with nothing noted. */
export function recorder<Call>(): Recorder<Call> {
  const history: Operation<Call>[] = [];
  let place = 0;
  return {
    history,
    async run(call, operation) {
      const calledAt = place++;
      const answer = await operation();
      history.push({ call, answer, calledAt, answeredAt: place++ });
    },
  };
}

/**
 * Whether a history can be told as one operation after the other, each between its call and its answer: the
 * search of Wing and Gong, which takes any operation that no other was answered before, and goes back where the
 * answer does not fit. States that were tried with the same operations left are not tried again. At most 30
 * operations.
 *
 * @example
 * isLinearizable([], 0, (state) => ({ state, answer: null })); // true
 */
export function isLinearizable<State, Call>(
  history: readonly Operation<Call>[],
  initial: State,
  apply: Apply<State, Call>,
): boolean {
  if (history.length > 30) throw new TypeError('A history has at most 30 operations.');
  const answers = history.map(({ answer }) => canonical(answer));
  const everything = 2 ** history.length - 1;
  const tried = new Set<string>();
  const search = (done: number, state: State): boolean => {
    if (done === everything) return true;
    const key = `${done} ${canonical(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const left = history.map((_, place) => place).filter((place) => (done & (1 << place)) === 0);
    const firstAnswer = Math.min(
      ...left.map((place) => history[place]?.answeredAt ?? Number.POSITIVE_INFINITY),
    );
    return left.some((place) => {
      const operation = history[place];
      if (operation === undefined || operation.calledAt > firstAnswer) return false;
      const next = apply(state, operation.call);
      return canonical(next.answer) === answers[place] && search(done | (1 << place), next.state);
    });
  };
  return search(0, initial);
}
