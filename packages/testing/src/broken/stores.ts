import { brokenAtomicity } from './atomicity.ts';
import { brokenChanges } from './change.ts';
import { brokenListings } from './listing.ts';
import { brokenPlaces } from './place.ts';
import { brokenRaces } from './race.ts';
import { brokenRecords } from './record.ts';
import type { BrokenStore } from './store.ts';

/**
 * Stores that break one rule each, around any store that keeps them all: a suite that passes one of them does
 * not test that rule.
 *
 * @example
 * for (const { wrap } of brokenStores) await failsSomewhere(wrap(createMyStore));
 */
export const brokenStores: readonly BrokenStore[] = [
  ...brokenRecords,
  ...brokenChanges,
  ...brokenListings,
  ...brokenRaces,
  ...brokenPlaces,
  ...brokenAtomicity,
];
