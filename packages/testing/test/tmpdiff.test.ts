import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb, referenceFacts, type Scenario } from '../src/index.ts';
import { replayed } from './replayed.ts';
import { sha256 } from './sha256.ts';

/** What both implementations have to agree on. */
function answers(scenario: Scenario) {
  const reference = referenceFacts(scenario.request, scenario.world);
  const { decision, gathered } = replayed(scenario);
  const client = gathered.needed.address === null ? null : gathered.client;
  const shown = (found: typeof client | typeof reference.client) =>
    found === null ? null : found.kind === 'resolved' ? [found.address, found.source] : [found.why];
  return {
    core: {
      effect: decision.effect,
      reason: decision.reason,
      row: decision.row,
      facts: gathered.needed,
      principal: decision.effect === 'allow' ? decision.principal : null,
      client: shown(client),
    },
    reference: {
      effect: reference.verdict.effect,
      reason: reference.verdict.reason,
      row: reference.verdict.row,
      facts: reference.facts,
      principal: reference.principal,
      client: shown(reference.client),
    },
  };
}

describe('core against the reference', () => {
  it('100,000 generated requests get the same facts, row, effect and reason', () => {
    const rows = new Set<string>();
    fc.assert(
      fc.property(arb.scenario(sha256), (scenario) => {
        const { core, reference } = answers(scenario);
        rows.add(core.row);
        // A deep comparison by the runner costs more than both implementations together.
        if (JSON.stringify(core) !== JSON.stringify(reference)) expect(core).toEqual(reference);
      }),
      { numRuns: 1_000_000 },
    );
    expect(rows.size).toBe(27);
  }, 3_600_000);
});
