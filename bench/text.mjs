// Is this a token of ours, or somebody's password?
import { isTokenText } from '@latchkey/core';
import { atMost } from './harness/group.mjs';
import { sideBySide, typical } from './harness/measure.mjs';
import { tokens } from './world/world.mjs';

const mask = 63;
const passwords = Array.from({ length: mask + 1 }, (_, number) => {
  const text = [
    'correct horse battery staple',
    'Tr0ub4dor&3',
    'lk_not-a-token',
    'hunter2',
    'p',
    'ÄpfelUndBirnen7',
  ];
  return `${text[number % text.length]}${number}`;
});
const [real] = tokens(64);
/** Like a token in length and beginning, but for the checksum. */
const nearly = tokens(64).map(({ text }) => `${text.slice(0, -1)}${text.endsWith('a') ? 'b' : 'a'}`);
const live = tokens(64).map(({ text }) => text);

/** @param {string} name @param {readonly string[]} texts @param {boolean} expected */
const contender = (name, texts, expected) => ({
  name,
  run: (/** @type {number} */ times) => {
    for (let index = 0; index < times; index++)
      if (isTokenText(texts[index & mask] ?? '') !== expected) throw new Error(`${name}: wrong answer`);
  },
});

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Token text',
  about:
    'Whether a text is a token by its form and checksum, which decides whether anything is hashed at all.',
  async measure() {
    if (real === undefined) throw new Error('no token was made');
    const contenders = [
      contender('a password', passwords, false),
      contender('a token with a mistyped end', nearly, false),
      contender('a token', live, true),
    ];
    const samples = await sideBySide(contenders);
    return {
      figures: contenders.map(({ name }) => ({ name, value: typical(samples, name), unit: 'µs' })),
      targets: [atMost('`isTokenText` on a password', 0.2, typical(samples, 'a password'), 'µs')],
    };
  },
};
