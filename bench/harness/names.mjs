/** The groups in the order in which they run and are shown; each is a file beside run.mjs. */
export const groupNames = [
  'authenticate',
  'decide',
  'ranges',
  'client',
  'text',
  'work',
  'binding',
  'store',
  'memory',
  'growth',
  'size',
  'start',
];
