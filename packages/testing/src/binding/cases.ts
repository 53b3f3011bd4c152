import type { BindingCase } from './case.ts';
import { effectCases } from './effect.ts';
import { faultCases } from './fault.ts';
import { headerCases } from './header.ts';
import { peerCases } from './peer.ts';
import { sequenceCases } from './sequence.ts';
import { targetCases } from './target.ts';

/**
 * What every binding must do, as data: give each case to your own test runner with a factory of servers. The
 * servers are driven over real sockets, so that every byte of a request is the case's own. A case that rejects
 * says what does not hold. Needs `node:net`. Spec: BI-1…BI-4
 *
 * @example
 * for (const { title, run } of httpBindingCases()) test(title, () => run(startMyServer));
 */
export const httpBindingCases = (): readonly BindingCase[] => [
  ...targetCases,
  ...headerCases,
  ...peerCases,
  ...effectCases,
  ...sequenceCases,
  ...faultCases,
];
