import type { Explanation } from '@latchkey/core';
import { aligned, printable } from '../output/text.ts';
import { clientText, trailText } from './trail.ts';

function verdictText({ decision }: Explanation): string {
  const status = decision.effect === 'deny' ? ` ${decision.status}` : '';
  return `${decision.effect}${status}, row ${decision.row}, reason ${decision.reason}`;
}

function counterfactualText({ counterfactuals, decision }: Explanation): string {
  if (decision.effect === 'allow') return '';
  const sets = counterfactuals.map(({ changes }, index) => {
    const rows = changes.map(({ fact, from, to, how }) => [fact, `${from ?? '-'} → ${to}`, how]);
    return `  ${index === 0 ? 'it would have been allowed with' : 'or with'}\n${aligned(rows, '    ')}`;
  });
  return sets.join('');
}

/** An explanation for people: verdict, facts with how each came about, hops, what would have allowed it. Spec: DE-4 */
export function explanationText(name: string, explanation: Explanation): string {
  const { words, facts, client } = explanation;
  const factRows = facts.map(({ fact, value, needed, because }) => [
    fact,
    value ?? '-',
    needed ? 'needed' : 'not needed',
    because,
  ]);
  const hops = client === null ? '' : `  client: ${clientText(client)}\n${trailText(client, null, '    ')}`;
  return `${printable(name)}: ${verdictText(explanation)}
  ${words}
  facts
${printableLines(aligned(factRows, '    '))}${hops}${counterfactualText(explanation)}`;
}

const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
