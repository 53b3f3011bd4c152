/** Control characters, and what turns the direction of text: neither may reach a terminal from a file. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Text that is safe in one line on a terminal: control characters are shown as escapes. */
export const printable = (text: string): string =>
  text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const tokenLike = /[a-z][a-z0-9]{1,9}_[0-9A-Za-z]{16}_[0-9A-Za-z]{20,}/g;

/** Text without anything that looks like a token: the last line of defence of every error message. */
export const withholdTokens = (text: string): string => text.replace(tokenLike, '(a token, withheld)');

/** Rows as lines with aligned columns; the last column is as wide as it likes. */
export function aligned(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows
    .map((row) => {
      const cells = row.map((cell, column) =>
        column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
      );
      return `${indent}${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** A value as indented JSON text for people and programs alike. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
