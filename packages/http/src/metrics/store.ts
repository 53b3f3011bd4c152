import type { TokenStore } from '@latchkey/core';
import { metrics } from '@opentelemetry/api';
import { type Instruments, secondsSince, timeBounds } from './instruments.ts';

/**
 * A token store that measures each look-up (`latchkey.lookup.duration`, seconds) by whether it found a record, found
 * none, or failed. Everything else goes through as it is.
 *
 * @example
 * const engine = createLatchkey({ ...options, tokens: timedTokens(store.tokens) });
 */
export function timedTokens(
  tokens: TokenStore,
  meter: Instruments = metrics.getMeter('latchkey'),
): TokenStore {
  const durations = meter.createHistogram('latchkey.lookup.duration', {
    description: 'How long the look-up of a token took.',
    unit: 's',
    advice: { explicitBucketBoundaries: [...timeBounds] },
  });
  return {
    capabilities: tokens.capabilities,
    async find(id) {
      const begun = performance.now();
      let outcome: 'found' | 'missing' | 'failed' = 'failed';
      try {
        const found = await tokens.find(id);
        outcome = found.record === null ? 'missing' : 'found';
        return found;
      } finally {
        durations.record(secondsSince(begun), { outcome });
      }
    },
    insert: (...given) => tokens.insert(...given),
    list: (query) => tokens.list(query),
    relabel: (...given) => tokens.relabel(...given),
    revoke: (...given) => tokens.revoke(...given),
    replace: (...given) => tokens.replace(...given),
    touch: (uses) => tokens.touch(uses),
    findEnded: (...given) => tokens.findEnded(...given),
    remove: (...given) => tokens.remove(...given),
  };
}
