import { describe, expect, it } from 'vitest';
import { type Batching, batched } from '../src/batch.ts';

const patient = { patienceMs: 60_000, most: 100, refusal: () => new Error('too many') };

/** Questions that are answered when told to. */
function rig(atOnce: number, largest: number, rest: Partial<Batching> = {}) {
  const asked: { readonly keys: readonly number[]; answer(): void; fail(): void }[] = [];
  const ask = batched({ ...patient, atOnce, largest, ...rest }, (keys: readonly number[]) => {
    return new Promise<string>((resolve, reject) => {
      asked.push({
        keys,
        answer: () => resolve(keys.join()),
        fail: () => reject(new Error(keys.join())),
      });
    });
  });
  return { asked, ask, keys: () => asked.map((question) => question.keys) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('look-ups that are asked together', () => {
  it('ST-1 a call is asked at once, and those that come meanwhile together', async () => {
    const { asked, ask, keys } = rig(1, 3);
    const answers = [1, 2, 3, 4, 5].map(ask);
    expect(keys()).toEqual([[1]]);
    asked[0]?.answer();
    await turn();
    expect(keys()).toEqual([[1], [2, 3, 4]]);
    const late = ask(6);
    asked[1]?.answer();
    await turn();
    expect(keys()).toEqual([[1], [2, 3, 4], [5, 6]]);
    asked[2]?.answer();
    expect(await Promise.all([...answers, late])).toEqual(['1', '2,3,4', '2,3,4', '2,3,4', '5,6', '5,6']);
  });

  it('ST-1 no more are under way than may be', async () => {
    const { asked, ask, keys } = rig(2, 9);
    void [1, 2, 3, 4].map(ask);
    expect(keys()).toEqual([[1], [2]]);
    asked[1]?.answer();
    await turn();
    expect(keys()).toEqual([[1], [2], [3, 4]]);
  });

  it('ST-5 an error is told to those it is about, and the next are asked', async () => {
    const { asked, ask, keys } = rig(1, 2);
    const [first, ...others] = [1, 2, 3, 4].map((key) =>
      ask(key).catch((error: Error) => `failed ${error.message}`),
    );
    asked[0]?.fail();
    expect(await first).toBe('failed 1');
    asked[1]?.fail();
    await turn();
    expect(keys()).toEqual([[1], [2, 3], [4]]);
    asked[2]?.answer();
    expect(await Promise.all(others)).toEqual(['failed 2,3', 'failed 2,3', '4']);
  });

  it('ST-5 a question whose answer does not come holds up the others for a while only', async () => {
    const { asked, ask, keys } = rig(1, 9, { patienceMs: 20 });
    const [first, ...others] = [1, 2, 3].map(ask);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(keys()).toEqual([[1], [2, 3]]);
    asked[1]?.answer();
    expect(await Promise.all(others)).toEqual(['2,3', '2,3']);
    asked[0]?.answer();
    expect(await first).toBe('1');
    void [4, 5].map(ask);
    expect(keys().slice(2)).toEqual([[4]]);
  });

  it('ST-5 calls beyond the most that may be unanswered are refused at once', async () => {
    const { asked, ask } = rig(1, 9, { most: 2 });
    const [first] = [1, 2].map(ask);
    await expect(ask(3)).rejects.toThrow('too many');
    asked[0]?.answer();
    expect(await first).toBe('1');
    void ask(4);
    await expect(ask(5)).rejects.toThrow('too many');
  });
});
