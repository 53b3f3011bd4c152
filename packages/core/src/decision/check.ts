import type { Domains, Facts } from './facts.ts';
import type { Row } from './table.ts';

/** One flaw of a table: a case without a row, two rows for one case, or a row without a case. */
export interface TableFlaw {
  readonly kind: 'gap' | 'overlap' | 'dead';
  readonly rows: readonly string[];
  readonly example?: Facts;
}

/** True when the row speaks for these facts. */
export function rowMatches(row: Row, facts: Facts): boolean {
  for (const [column, wanted] of Object.entries(row.when) as [keyof Facts, string | readonly string[]][]) {
    const value = facts[column];
    if (typeof wanted === 'string' ? wanted !== value : !wanted.includes(value)) return false;
  }
  return true;
}

/** Every combination of the domains' values, the last column changing fastest. */
export function* allCases(domains: Domains<Facts>): Generator<Facts> {
  const columns = Object.keys(domains) as (keyof Facts)[];
  const total = columns.reduce((count, column) => count * domains[column].length, 1);
  for (let ordinal = 0; ordinal < total; ordinal++) {
    const entries: [string, string][] = [];
    let rest = ordinal;
    for (let index = columns.length - 1; index >= 0; index--) {
      const column = columns[index] as keyof Facts;
      const values = domains[column];
      entries.unshift([column, values[rest % values.length] as string]);
      rest = Math.floor(rest / values.length);
    }
    yield Object.fromEntries(entries) as unknown as Facts;
  }
}

/**
 * Every flaw of a decision table over the whole product of its domains: each case without a row, each pair
 * of rows that share a case (with one example), each row that no case reaches. Empty when the table is
 * total and unique. Spec: decision.md
 *
 * @example checkTable(domains, decisionTable); // []
 */
export function checkTable(domains: Domains<Facts>, rows: readonly Row[]): readonly TableFlaw[] {
  const gaps: TableFlaw[] = [];
  const overlaps = new Map<string, TableFlaw>();
  const reached = new Set<Row>();
  for (const example of allCases(domains)) {
    const matching = rows.filter((row) => rowMatches(row, example));
    if (matching.length === 0) gaps.push({ kind: 'gap', rows: [], example });
    matching.forEach((row, index) => {
      reached.add(row);
      for (const other of matching.slice(index + 1)) {
        const pair = [row.id, other.id];
        const key = JSON.stringify(pair);
        if (!overlaps.has(key)) overlaps.set(key, { kind: 'overlap', rows: pair, example });
      }
    });
  }
  const dead = rows
    .filter((row) => !reached.has(row))
    .map((row): TableFlaw => ({ kind: 'dead', rows: [row.id] }));
  return [...gaps, ...overlaps.values(), ...dead];
}
