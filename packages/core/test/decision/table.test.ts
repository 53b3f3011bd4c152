import { describe, expect, it } from 'vitest';
import { allCases, rowMatches } from '../../src/decision/check.ts';
import {
  checkTable,
  decide,
  decisionTable,
  domains,
  type Facts,
  type Row,
  reasons,
} from '../../src/index.ts';

const cases = [...allCases(domains)];
const outage = { token: 'unavailable' } as const;

describe('decision table', () => {
  it('every_case_has_exactly_one_row: 4,032 cases, 27 rows, no flaw', () => {
    expect(cases).toHaveLength(4032);
    expect(decisionTable).toHaveLength(27);
    expect(checkTable(domains, decisionTable)).toEqual([]);
    for (const facts of cases) {
      const rows = decisionTable.filter((row) => rowMatches(row, facts));
      expect(rows).toHaveLength(1);
      const verdict = decide(facts);
      expect([verdict.row, verdict.effect, verdict.reason]).toEqual([
        rows[0]?.id,
        rows[0]?.then.effect,
        rows[0]?.then.reason,
      ]);
    }
  });

  it('allow_only_if_live_allowed_and_covered', () => {
    for (const facts of cases)
      expect(decide(facts).effect === 'allow').toBe(
        facts.surface === 'rest' &&
          facts.path === 'clean' &&
          facts.credential === 'presented' &&
          facts.address === 'allowed' &&
          facts.token === 'live' &&
          facts.scope === 'covers',
      );
  });

  it('a_refused_address_hides_the_token', () => {
    for (const facts of cases.filter(({ address }) => address !== 'allowed'))
      for (const token of domains.token)
        for (const scope of domains.scope) expect(decide({ ...facts, token, scope })).toBe(decide(facts));
  });

  it('closing_the_fallback_never_allows_or_defers_more', () => {
    const rank = { allow: 2, defer: 1, deny: 0 };
    for (const facts of cases.filter(({ fallback }) => fallback === 'open')) {
      const closed = decide({ ...facts, fallback: 'closed' });
      expect(rank[closed.effect]).toBeLessThanOrEqual(rank[decide(facts).effect]);
    }
  });

  it('outage_never_allows_and_never_defers_a_token', () => {
    for (const facts of cases) {
      const verdict = decide({ ...facts, ...outage });
      expect(verdict.effect).not.toBe('allow');
      if (
        facts.surface === 'rest' &&
        facts.path === 'clean' &&
        facts.credential === 'presented' &&
        facts.address === 'allowed'
      )
        expect(verdict).toMatchObject({ effect: 'deny', status: 503 });
    }
  });

  it('DE-2 every reason of the table is registered, every registered reason occurs, every deny has a status', () => {
    expect(new Set(decisionTable.map((row) => row.then.reason))).toEqual(new Set(Object.keys(reasons)));
    for (const facts of cases) {
      const verdict = decide(facts);
      if (verdict.effect === 'deny') expect([400, 401, 403, 429, 503]).toContain(verdict.status);
      else expect(verdict).not.toHaveProperty('status');
    }
  });

  it('decide gives the same frozen object for the same row', () => {
    const facts = cases[0] as Facts;
    expect(decide(facts)).toBe(decide({ ...facts }));
    expect(Object.isFrozen(decide(facts))).toBe(true);
  });

  it('decide refuses facts outside the domains as misuse', () => {
    expect(() => decide({ ...(cases[0] as Facts), token: 'stale' as 'live' })).toThrow(TypeError);
  });
});

describe('checkTable', () => {
  const without = (id: string): Row[] => decisionTable.filter((row) => row.id !== id);
  it('names each gap with the case that no row answers', () => {
    const flaws = checkTable(domains, without('malformed'));
    expect(flaws.length).toBe(2 * 2 * 3 * 7 * 2 * 2);
    expect(flaws.every(({ kind, example }) => kind === 'gap' && example?.credential === 'malformed')).toBe(
      true,
    );
  });

  it('names each overlap with both rows and a case they share', () => {
    const extra: Row = {
      id: 'extra',
      when: { surface: 'other', token: 'live' },
      then: { effect: 'deny', reason: 'x' },
    };
    expect(checkTable(domains, [...decisionTable, extra])).toEqual([
      {
        kind: 'overlap',
        rows: ['other-surface', 'extra'],
        example: expect.objectContaining({ surface: 'other', token: 'live' }),
      },
    ]);
  });

  it('names each dead row', () => {
    const dead: Row = { id: 'dead', when: { scope: [] }, then: { effect: 'allow', reason: 'x' } };
    expect(checkTable(domains, [...decisionTable, dead])).toEqual([{ kind: 'dead', rows: ['dead'] }]);
  });
});
