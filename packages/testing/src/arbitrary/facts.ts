import type { Facts } from '@latchkey/core';
import fc from 'fast-check';

/** The values of every fact, written out here once more so that core's own list can be compared with it. */
export const factValues = {
  surface: ['rest', 'remote', 'other'],
  path: ['clean', 'suspicious'],
  credential: ['none', 'foreign', 'malformed', 'presented'],
  fallback: ['open', 'closed'],
  address: ['allowed', 'refused', 'unresolved'],
  token: ['live', 'unknown', 'expired', 'revoked', 'subject-inactive', 'use-not-granted', 'unavailable'],
  scope: ['covers', 'exceeds'],
  attempts: ['open', 'locked'],
} as const satisfies { readonly [K in keyof Facts]: readonly Facts[K][] };

/** Any of the 4,032 combinations of facts. */
export const facts: fc.Arbitrary<Facts> = fc.record({
  surface: fc.constantFrom(...factValues.surface),
  path: fc.constantFrom(...factValues.path),
  credential: fc.constantFrom(...factValues.credential),
  fallback: fc.constantFrom(...factValues.fallback),
  address: fc.constantFrom(...factValues.address),
  token: fc.constantFrom(...factValues.token),
  scope: fc.constantFrom(...factValues.scope),
  attempts: fc.constantFrom(...factValues.attempts),
});

/** All 4,032 combinations, one after the other. */
export function* everyFacts(): Generator<Facts> {
  for (const surface of factValues.surface)
    for (const path of factValues.path)
      for (const credential of factValues.credential)
        for (const fallback of factValues.fallback)
          for (const address of factValues.address)
            for (const token of factValues.token)
              for (const scope of factValues.scope)
                for (const attempts of factValues.attempts)
                  yield { surface, path, credential, fallback, address, token, scope, attempts };
}
