// The code in a README: what it is, and what it says of its own outcome.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Program A `js` block, which has to run as it stands.
 * @property {string} code
 * @property {string[]} prints The lines behind `// →`, in order: what it has to print.
 * @property {string | null} serves The path of its `curl` line: with the token that it prints, this has to answer 200.
 *
 * @typedef {{ command: string, prints: string }} Call A `$ …` line of a `console` block, and the output shown below it.
 */

/** @param {string} markdown @param {string} language */
const blocks = (markdown, language) =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );

/** @param {string} markdown @returns {Program[]} */
export const programsIn = (markdown) =>
  blocks(markdown, 'js').map((code) => ({
    code,
    prints: [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text = '']) => text),
    serves: /^\/\/ curl .*http:\/\/127\.0\.0\.1:\d+(\/\S*)/m.exec(code)?.[1] ?? null,
  }));

/** @param {string} markdown @returns {Call[]} */
export const callsIn = (markdown) =>
  blocks(markdown, 'console').flatMap((text) =>
    text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...output] = part.split('\n');
        return { command, prints: output.join('\n').trim() };
      }),
  );

/** The README of a package. @param {string} folder */
export const readmeOf = (folder) => readFileSync(path.join(folder, 'README.md'), 'utf8');
