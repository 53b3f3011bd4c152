import { atomicityCases } from './atomicity.ts';
import { capabilityCases } from './capability.ts';
import type { StoreCase, StoreCaseOptions } from './case.ts';
import { changeCases } from './change.ts';
import { copyCases } from './copies.ts';
import { documentCases } from './document.ts';
import { insertionCases } from './insertion.ts';
import { linearityCase } from './linearity.ts';
import { listingCases } from './listing.ts';
import { logCases } from './log.ts';
import { oddityCases } from './oddity.ts';
import { pagingCases } from './paging.ts';
import { raceCases } from './race.ts';
import { removalCases } from './removal.ts';
import { replacementCases } from './replacement.ts';
import { sequenceCase } from './sequence.ts';

/**
 * What every store must do, as data: give each case to your own test runner with a factory of empty stores.
 * A case that rejects says what does not hold. Spec: ST-1…ST-7, TK-4…TK-8, SE-4, SE-5
 *
 * @example
 * for (const { title, run } of tokenStoreCases()) test(title, () => run(createMyStore));
 */
export const tokenStoreCases = (options: StoreCaseOptions = {}): readonly StoreCase[] => [
  ...insertionCases,
  ...changeCases,
  ...replacementCases,
  ...removalCases,
  ...listingCases,
  ...pagingCases,
  ...documentCases,
  ...logCases,
  ...copyCases,
  ...oddityCases,
  ...atomicityCases,
  ...capabilityCases,
  ...raceCases(options),
  sequenceCase(options),
  linearityCase(options),
];
