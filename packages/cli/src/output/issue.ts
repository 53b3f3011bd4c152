import type { Issue } from '@latchkey/core';
import { printable } from './text.ts';

const plainKey = /^[A-Za-z_$][\w$]*$/;
const longestKey = 64;

/** A path as one would write it: `settings.network.allow[0]`; an unusual key is quoted, an overlong one cut. */
export function pathText(path: Issue['path']): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (plainKey.test(key) && key.length <= longestKey) return index === 0 ? key : `.${key}`;
      return `[${JSON.stringify(key.length > longestKey ? `${key.slice(0, longestKey)}…` : key)}]`;
    })
    .join('');
}

/** One problem of a file in one line: where, what, and what would be right. */
export function issueLine(source: string, issue: Issue, line: number | null): string {
  const place = line === null ? source : `${source}:${line}`;
  const path = issue.path.length === 0 ? '' : `${pathText(issue.path)}: `;
  const hint = issue.hint === undefined ? '' : ` (${issue.hint})`;
  return printable(`${place}: ${path}${issue.message}${hint}`);
}
