/** A call that waits to be answered together with others. */
interface Waiting<Key, Answer> {
  readonly key: Key;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** How calls are gathered into questions. */
export interface Batching {
  /** How many questions are under way before calls wait for each other. */
  readonly atOnce: number;
  /** How many calls one question answers. */
  readonly largest: number;
  /** How long a question keeps others waiting, in milliseconds; a lost reply must not hold up what comes after it. */
  readonly patienceMs: number;
  /** How many calls may be unanswered. */
  readonly most: number;
  /** What a call beyond that is refused with. */
  refusal(): Error;
}

/**
 * Answers calls that come at the same time by few questions: a call is asked at once where few questions are under
 * way; those that come meanwhile are asked together, when the next one is answered. Every question is put after the
 * calls that it answers, and all of these get the same answer, or the same error. Spec: ST-1, ST-5
 */
export function batched<Key, Answer>(
  { atOnce, largest, patienceMs, most, refusal }: Batching,
  ask: (keys: readonly Key[]) => Promise<Answer>,
): (key: Key) => Promise<Answer> {
  let waiting: Waiting<Key, Answer>[] = [];
  let underWay = 0;
  let unanswered = 0;
  const askNext = (): void => {
    while (underWay < atOnce && waiting.length > 0) {
      const part = waiting.slice(0, largest);
      waiting = waiting.slice(largest);
      underWay++;
      let isInTheWay = true;
      const giveWay = (): void => {
        if (!isInTheWay) return;
        isInTheWay = false;
        underWay--;
        askNext();
      };
      const timer = setTimeout(giveWay, patienceMs);
      const settle = (tell: (call: Waiting<Key, Answer>) => void): void => {
        clearTimeout(timer);
        unanswered -= part.length;
        giveWay();
        for (const call of part) tell(call);
      };
      ask(part.map(({ key }) => key)).then(
        (answer) => settle((call) => call.resolve(answer)),
        (reason: unknown) => settle((call) => call.reject(reason)),
      );
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      if (unanswered >= most) return reject(refusal());
      unanswered++;
      waiting.push({ key, resolve, reject });
      askNext();
    });
}
