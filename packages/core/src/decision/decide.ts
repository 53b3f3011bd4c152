import { columns, domains, type Facts } from './facts.ts';
import { type DenyStatus, type Reason, reasons } from './reasons.ts';
import { decisionTable, type Row } from './table.ts';

/** The answer of the table: the row, its effect and reason, and the status of a deny. */
export type Verdict = { readonly row: string; readonly reason: string } & (
  | { readonly effect: 'allow' }
  | { readonly effect: 'defer' }
  | { readonly effect: 'deny'; readonly status: DenyStatus }
);

function verdictOf(row: Row): Verdict {
  const { effect, reason } = row.then;
  if (effect !== 'deny') return Object.freeze({ row: row.id, reason, effect });
  // The reasons of rows are registered, those that deny with a status; a test holds the table to that.
  const status = reasons[reason as Reason].status as DenyStatus;
  return Object.freeze({ row: row.id, reason, effect, status });
}

/** How far one step in each column moves through the array of all cases. */
const strides: readonly number[] = columns.map((_, index) =>
  columns.slice(index + 1).reduce((count, column) => count * domains[column].length, 1),
);

/** Spreads a row over the cases it covers; a row says nothing about a column it leaves out. */
function spread(row: Row, into: Verdict[], verdict: Verdict, column = 0, offset = 0): void {
  const name = columns[column];
  if (name === undefined) {
    into[offset] = verdict;
    return;
  }
  const wanted = row.when[name] as string | readonly string[] | undefined;
  (domains[name] as readonly string[]).forEach((value, index) => {
    if (wanted === undefined || (typeof wanted === 'string' ? wanted === value : wanted.includes(value)))
      spread(row, into, verdict, column + 1, offset + index * (strides[column] as number));
  });
}

let verdicts: readonly Verdict[] | null = null;

/** The table laid out as one frozen verdict a case; made at the first decision, so that importing costs nothing. */
function layOut(): readonly Verdict[] {
  const laid: Verdict[] = new Array(domains.surface.length * (strides[0] as number));
  for (const row of decisionTable) spread(row, laid, verdictOf(row));
  verdicts = Object.freeze(laid);
  return verdicts;
}

/** Where a value stands in its domain. */
function placeOf(name: keyof Facts, value: string): number {
  const place = (domains[name] as readonly string[]).indexOf(value);
  if (place < 0) throw new TypeError(`The fact "${name}" has a value outside its domain.`);
  return place;
}

/** Written out in the order of the columns: going through them by name costs more than all else here. */
function indexOf(facts: Facts): number {
  let index = placeOf('surface', facts.surface);
  index = index * domains.path.length + placeOf('path', facts.path);
  index = index * domains.credential.length + placeOf('credential', facts.credential);
  index = index * domains.fallback.length + placeOf('fallback', facts.fallback);
  index = index * domains.address.length + placeOf('address', facts.address);
  index = index * domains.token.length + placeOf('token', facts.token);
  index = index * domains.scope.length + placeOf('scope', facts.scope);
  return index * domains.attempts.length + placeOf('attempts', facts.attempts);
}

/**
 * The verdict for the facts of one request; the same frozen object for the same row every time.
 * Throws a TypeError for a value outside the domains, never for anything a request can contain.
 * Spec: decision.md
 *
 * @example
 * decide({ surface: 'rest', path: 'clean', credential: 'none', fallback: 'closed', address: 'allowed',
 *          token: 'unknown', scope: 'covers', attempts: 'open' }); // { effect: 'defer', row: 'anonymous', … }
 */
export function decide(facts: Facts): Verdict {
  return (verdicts ?? layOut())[indexOf(facts)] as Verdict;
}
