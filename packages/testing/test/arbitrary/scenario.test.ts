import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb, everyFacts, factValues, referenceDecide, referenceFacts } from '../../src/index.ts';
import { sha256 } from '../sha256.ts';

const answered = fc
  .sample(arb.scenario(sha256), { numRuns: 10_000, seed: 20260115 })
  .map((scenario) => ({ ...scenario, answer: referenceFacts(scenario.request, scenario.world) }));

describe('scenarios', () => {
  it('DE reaches every row of the table within 10,000 scenarios', () => {
    const counts = new Map<string, number>();
    for (const { answer } of answered)
      counts.set(answer.verdict.row, (counts.get(answer.verdict.row) ?? 0) + 1);
    const rows = new Set([...everyFacts()].map((facts) => referenceDecide(facts).row));
    expect(rows.size).toBe(27);
    for (const row of rows) expect(counts.get(row) ?? 0, row).toBeGreaterThan(19);
  });

  it('DE gathers facts of the documented values and stops where the row is settled', () => {
    const columns = Object.keys(factValues) as (keyof typeof factValues)[];
    const all = [...everyFacts()];
    const distinct = new Map(answered.map(({ answer }) => [JSON.stringify(answer.facts), answer]));
    for (const { facts, verdict } of distinct.values()) {
      expect(Object.keys(facts).sort()).toEqual([...columns].sort());
      const fillings = all.filter((full) =>
        columns.every((column) => [null, full[column]].includes(facts[column])),
      );
      expect(fillings.length).toBeGreaterThan(0);
      expect(new Set(fillings.map((full) => referenceDecide(full).row))).toEqual(new Set([verdict.row]));
      // Nothing is gathered for show: these two are asked for only where a row may depend on them.
      expect(facts.scope === null || facts.token === 'live').toBe(true);
      expect(facts.attempts === null || facts.fallback === 'open').toBe(true);
    }
  });

  it('DE names a principal exactly when it allows, and a client exactly when the address was asked for', () => {
    for (const { answer, world } of answered) {
      expect(answer.principal !== null).toBe(answer.verdict.effect === 'allow');
      const isRead = world.fault !== 'settings-unreadable' && answer.facts.address !== null;
      expect(answer.client !== null).toBe(isRead);
      if (answer.client?.kind === 'resolved') expect(isIP(answer.client.address)).not.toBe(0);
    }
  });

  it('PX comes up with every way of not knowing the client', () => {
    const why = new Set(
      answered.map(({ answer: { client } }) => (client?.kind === 'unresolved' ? client.why : client?.source)),
    );
    for (const expected of [
      'peer',
      'header',
      'peer-unknown',
      'header-missing',
      'malformed-hop',
      'multiple-values',
      'too-many-hops',
    ]) {
      expect(why).toContain(expected);
    }
  });

  it('SC-2 comes up with read-only tokens that an exemption lets write', () => {
    const writes = answered.filter(
      ({ answer, request }) => answer.principal?.scope === 'read-only' && request.method === 'POST',
    );
    expect(writes.length).toBeGreaterThan(1);
  });

  it('TA-3 comes up with suspicious targets under both settings of the guard', () => {
    const paths = new Set(answered.map(({ answer: { facts } }) => `${facts.surface} ${facts.path}`));
    expect([...paths].sort()).toEqual([
      'other null',
      'remote clean',
      'remote suspicious',
      'rest clean',
      'rest suspicious',
    ]);
  });
});
