// Repeatable numbers: each process of a run makes the same world from the same seed.

/** Numbers in [0, 1) that a seed fixes (mulberry32). @param {number} seed */
export function numbersFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number below another. @param {() => number} next @param {number} count */
export const below = (next, count) => Math.floor(next() * count);

/** Bytes as core asks for them; for tokens that nobody uses outside this run. @param {() => number} next */
export const bytesFrom = (next) => (/** @type {number} */ count) =>
  Uint8Array.from({ length: count }, () => below(next, 256));
