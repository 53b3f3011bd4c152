// Why a mutant that no test notices is none that a test could or should notice. The text is found in the file by what
// stood there and what the mutant put in its place, so that lines may move.

/**
 * @typedef {{ file: string, was: string, becomes: string, why: string }} Reason
 */

/** @type {readonly Reason[]} */
export const reasons = [];
