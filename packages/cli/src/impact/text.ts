import { formatInstant, type Impact, type Verdict } from '@latchkey/core';
import { pathText } from '../output/issue.ts';
import { printable } from '../output/text.ts';

const verdictText = (verdict: Verdict): string =>
  `${verdict.effect}${verdict.effect === 'deny' ? ` ${verdict.status}` : ''} (${verdict.row})`;

const endText = (at: number | null): string => (at === null ? 'no end' : formatInstant(at));

const list = (title: string, entries: readonly string[]): readonly string[] =>
  entries.length === 0 ? [] : [title, ...entries.map((entry) => `  ${entry}`)];

/** What would change, for people: the lock-out first, then each part of the impact that is not empty. Spec: IM-1 */
export function impactText(impact: Impact): string {
  const { addresses, grants, tokens, requests, actor } = impact;
  const tokenLines = (changes: Impact['tokens']['stop']) =>
    changes.map(
      ({ id, subject, before, after }) =>
        `${id} of ${subject}: ${before.token}, ${endText(before.endsAt)} → ${after.token}, ${endText(after.endsAt)}`,
    );
  const granted = (Object.keys(grants) as (keyof typeof grants)[]).flatMap((permission) => [
    ...grants[permission].gain.map((user) => `${user} gains ${permission}`),
    ...grants[permission].lose.map((user) => `${user} loses ${permission}`),
  ]);
  const lines = [
    ...(impact.locksOutActor === true && actor !== null
      ? [`LOCKS YOU OUT: this request of ${actor.subject} would be ${verdictText(actor.after)}. ${actor.why}`]
      : []),
    ...list(
      'Settings',
      impact.changes.map(
        ({ path, before, after }) => `${pathText(path)}: ${before ?? 'absent'} → ${after ?? 'absent'}`,
      ),
    ),
    ...list('Addresses refused from now on', addresses.becomeRefused),
    ...list('Addresses allowed from now on', addresses.becomeAllowed),
    ...(addresses.unresolvedBecome === null
      ? []
      : [`Clients whose address cannot be determined become ${addresses.unresolvedBecome}`]),
    ...(addresses.proxyChanged ? ['Clients are determined in another way'] : []),
    ...list('Proxies trusted from now on', addresses.proxiesGained),
    ...list('Proxies no longer trusted', addresses.proxiesLost),
    ...list('Permissions', granted),
    ...list('Tokens that stop working', tokenLines(tokens.stop)),
    ...list('Tokens that start working', tokenLines(tokens.start)),
    ...list('Tokens that change otherwise', tokenLines(tokens.change)),
    ...list(
      'Requests decided otherwise',
      requests.map(
        ({ index, name, before, after }) =>
          `${name ?? `#${index + 1}`}: ${verdictText(before)} → ${verdictText(after)}`,
      ),
    ),
  ];
  return lines.length === 0 ? 'Nothing would change.\n' : `${lines.map(printable).join('\n')}\n`;
}
