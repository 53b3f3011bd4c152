// What a group of measurements answers, and how its targets are judged.

/**
 * @typedef {object} Chart Bars of one unit.
 * @property {string} title
 * @property {string} unit
 * @property {'less' | 'more'} better
 * @property {readonly { name: string, value: number }[]} bars
 *
 * @typedef {object} Figure
 * @property {string} name What was measured.
 * @property {number} value
 * @property {string} unit
 * @property {string} [note] What the contender does, and what it does not.
 *
 * @typedef {object} Target
 * @property {string} what
 * @property {'at most' | 'at least'} bound
 * @property {number} limit
 * @property {number} measured
 * @property {string} unit `×` for a ratio.
 * @property {'ok' | 'short' | 'unclear'} verdict Unclear where noise has swallowed what was to be measured.
 *
 * @typedef {object} Outcome
 * @property {readonly Figure[]} figures
 * @property {readonly Target[]} targets
 * @property {readonly Chart[]} [charts]
 *
 * @typedef {object} Group
 * @property {string} title
 * @property {string} about What is the same for all contenders.
 * @property {() => Promise<Outcome>} measure
 */

/** @param {string} what @param {number} limit @param {number} measured @param {string} [unit] @returns {Target} */
export const atMost = (what, limit, measured, unit = '×') => ({
  what,
  bound: 'at most',
  limit,
  measured,
  unit,
  verdict: Number.isNaN(measured) ? 'unclear' : measured <= limit ? 'ok' : 'short',
});

/** @param {string} what @param {number} limit @param {number} measured @param {string} [unit] @returns {Target} */
export const atLeast = (what, limit, measured, unit = '×') => ({
  what,
  bound: 'at least',
  limit,
  measured,
  unit,
  verdict: Number.isNaN(measured) ? 'unclear' : measured >= limit ? 'ok' : 'short',
});
