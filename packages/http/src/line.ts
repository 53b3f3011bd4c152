import type { RequestInput, Result } from '@latchkey/core';

/** The header lines of a request, in order of arrival. */
type Lines = RequestInput['headers'];

/** True for a line of one header; `lowerCaseName` is in lower case. */
const isNamed = ([name]: Lines[number], lowerCaseName: string): boolean =>
  name.toLowerCase() === lowerCaseName;

/** The value of a header that has to stand on exactly one line, or what is wrong with it. */
export function soleLine(lines: Lines, lowerCaseName: string): Result<string, 'missing' | 'repeated'> {
  const [first, second] = lines.filter((line) => isNamed(line, lowerCaseName));
  if (first === undefined) return { ok: false, problem: 'missing' };
  if (second !== undefined) return { ok: false, problem: 'repeated' };
  return { ok: true, value: first[1].trim() };
}

/** The lines of all other headers; names in lower case. */
export const linesWithout = (lines: Lines, lowerCaseNames: ReadonlySet<string>): Lines =>
  lines.filter(([name]) => !lowerCaseNames.has(name.toLowerCase()));
