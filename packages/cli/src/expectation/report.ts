import { printable } from '../output/text.ts';
import { differenceText } from './difference.ts';
import type { Verified } from './verify.ts';

const indented = (text: string, indent: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line}\n`)
    .join('');

/** `N passed, N failed`: the line that closes every report. Spec: SF-2 */
export function closingLine(results: readonly Verified[]): string {
  const passed = results.filter((result) => result.passed).length;
  return `${passed} passed, ${results.length - passed} failed\n`;
}

const titleOf = (result: Verified, many: boolean): string =>
  printable(many ? `${result.file}: ${result.name}` : result.name);

const detailsOf = (result: Verified): string =>
  result.passed
    ? ''
    : `${result.differences.map((each) => `${differenceText(each)}\n`).join('')}${result.explanationText}`;

/** The report for people. Spec: SF-2 */
export function readableReport(results: readonly Verified[], colour: boolean): string {
  const many = new Set(results.map(({ file }) => file)).size > 1;
  const mark = (passed: boolean): string =>
    colour ? (passed ? '\u001b[32m✓\u001b[0m' : '\u001b[31m✗\u001b[0m') : passed ? '✓' : '✗';
  const lines = results.map(
    (result) =>
      `${mark(result.passed)} ${titleOf(result, many)}\n${indented(detailsOf(result), '    ').replace(/^ +\n$/, '')}`,
  );
  return `${lines.join('')}${closingLine(results)}`;
}

/** In TAP a `#` begins a directive and a backslash an escape. */
const tapTitle = (text: string): string => text.replace(/[\\#]/g, '\\$&');

/** The report for test harnesses: TAP 14, the details of a failure as a YAML block. Spec: SF-2 */
export function tapReport(results: readonly Verified[]): string {
  const many = new Set(results.map(({ file }) => file)).size > 1;
  const lines = results.map((result, index) => {
    const line = `${result.passed ? 'ok' : 'not ok'} ${index + 1} - ${tapTitle(titleOf(result, many))}\n`;
    return result.passed ? line : `${line}  ---\n  details: |\n${indented(detailsOf(result), '    ')}  ...\n`;
  });
  return `TAP version 14\n1..${results.length}\n${lines.join('')}${closingLine(results)}`;
}

/** The report for programs: a JSON line an expectation, then one with the counts. Spec: CL */
export function jsonReport(results: readonly Verified[]): string {
  const passed = results.filter((result) => result.passed).length;
  const lines = results.map((result) => {
    if (result.passed) return JSON.stringify(result);
    const { explanationText: _, ...rest } = result;
    return JSON.stringify(rest);
  });
  return `${[...lines, JSON.stringify({ passed, failed: results.length - passed })].join('\n')}\n`;
}
