import { decisionTable, domains, type Facts, isReason, type Row, reasons } from '@latchkey/core';

const columns = Object.keys(domains) as readonly (keyof Facts)[];

const statusOf = ({ then }: Row): number | null =>
  then.effect === 'deny' && isReason(then.reason) ? reasons[then.reason].status : null;

const valuesOf = (row: Row, column: keyof Facts): readonly string[] => {
  const wanted = row.when[column];
  return wanted === undefined ? [] : typeof wanted === 'string' ? [wanted] : wanted;
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

/** The decision table as a Markdown table: an empty cell is any value, `a|b` is either. Spec: CL */
export function tableMarkdown(): string {
  const heading = ['id', ...columns, 'effect', 'reason'];
  const rows = decisionTable.map((row) => {
    const status = statusOf(row);
    const effect = status === null ? row.then.effect : `${row.then.effect} ${status}`;
    return [row.id, ...columns.map((column) => valuesOf(row, column).join('\\|')), effect, row.then.reason];
  });
  return line(heading) + line(heading.map(() => '---')) + rows.map(line).join('');
}

/** The decision table as data: the domains of the facts, and the rows with the statuses of the denies. Spec: CL */
export function tableDocument() {
  return {
    domains,
    rows: decisionTable.map((row) => ({ id: row.id, when: row.when, ...row.then, status: statusOf(row) })),
  };
}
