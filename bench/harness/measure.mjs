// Times contenders by turns in one process, so that whatever else the machine does meets all of them alike.

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {(times: number) => void | Promise<void>} run Does its work so many times; throws where an answer is wrong.
 *
 * @typedef {Map<string, readonly number[]>} Samples Microseconds a call, one value for each round.
 */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** @param {Contender['run']} run @param {number} times */
async function microseconds(run, times) {
  const begun = performance.now();
  const promise = run(times);
  if (promise !== undefined) await promise;
  return ((performance.now() - begun) * 1000) / times;
}

/** Warms a contender up, and finds how many calls fill a batch. @param {Contender['run']} run @param {number} batchMs @param {number} warmMs */
async function calibrated(run, batchMs, warmMs) {
  let times = 1;
  const begun = performance.now();
  for (;;) {
    const each = await microseconds(run, times);
    const wanted = Math.max(1, Math.round((batchMs * 1000) / Math.max(each, 0.001)));
    if (performance.now() - begun > warmMs && wanted < times * 4) return wanted;
    times = Math.min(wanted, times * 4);
  }
}

/**
 * Runs the contenders by turns and answers their times. The order moves on with each round, because whoever comes
 * after a heavy neighbour pays for its garbage.
 *
 * @param {readonly Contender[]} contenders
 * @param {{ rounds?: number, batchMs?: number, warmMs?: number }} [options]
 * @returns {Promise<Samples>}
 */
export async function sideBySide(contenders, { rounds = 15, batchMs = 25, warmMs = 250 } = {}) {
  const plans = [];
  for (const { name, run } of contenders)
    plans.push({ name, run, times: await calibrated(run, batchMs, warmMs) });
  /** @type {Map<string, number[]>} */
  const samples = new Map(plans.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (let place = 0; place < plans.length; place++) {
      const plan = plans[(place + round) % plans.length];
      if (plan !== undefined) samples.get(plan.name)?.push(await microseconds(plan.run, plan.times));
    }
  return samples;
}

/** The median of a contender. @param {Samples} samples @param {string} name */
export const typical = (samples, name) => median(samples.get(name) ?? []);

/**
 * How many times as long one takes as the other: the median of the ratios within each round, in which the machine was
 * as busy for the one as for the other.
 *
 * @param {Samples} samples @param {string} of @param {string} beside
 */
export function ratio(samples, of, beside) {
  const others = samples.get(beside) ?? [];
  return median((samples.get(of) ?? []).map((value, round) => value / (others[round] ?? Number.NaN)));
}
