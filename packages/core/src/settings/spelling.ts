import { parseRange } from '../net/ranges.ts';

/** Wildcards, shortened blocks and shortened ranges, each with what they stand for. */
const olderForms: readonly (readonly [form: RegExp, full: (parts: readonly string[]) => string])[] = [
  [
    /^(\d{1,3}(?:\.\d{1,3}){0,2})(?:\.\*){1,3}$/,
    ([known = '']) => blockOf(known, 8 * known.split('.').length),
  ],
  [/^(\d{1,3}(?:\.\d{1,3}){0,2})\/(\d{1,2})$/, ([known = '', prefix]) => blockOf(known, Number(prefix))],
  [/^((?:\d{1,3}\.){3})(\d{1,3})\s*-\s*(\d{1,3})$/, ([net, first, last]) => `${net}${first}-${net}${last}`],
];

const blockOf = (known: string, prefix: number): string =>
  `${[...known.split('.'), '0', '0', '0'].slice(0, 4).join('.')}/${prefix}`;

/**
 * How an entry in an older, shortened form is written today, or undefined where that is not certain.
 * Never throws. Spec: AL, MI-1
 *
 * @example
 * currentSpelling('10.0.0.*'); // '10.0.0.0/24'
 */
export function currentSpelling(entry: string): string | undefined {
  const text = entry.slice(0, 64).trim();
  for (const [form, full] of olderForms) {
    const parts = form.exec(text);
    if (parts === null) continue;
    const parsed = parseRange(full(parts.slice(1)));
    return parsed.ok ? parsed.value.canonical : undefined;
  }
  return undefined;
}
