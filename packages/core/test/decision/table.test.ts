import { describe, expect, it } from 'vitest';
import { allCases, rowMatches } from '../../src/decision/check.ts';
import { completeFacts } from '../../src/decision/facts.ts';
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

  it('DE the rows have these names, which records of decisions keep, and nothing of them can be changed', () => {
    expect(decisionTable.map(({ id }) => id)).toEqual([
      ...['other-surface', 'path-guard', 'anonymous', 'foreign-scheme', 'malformed'],
      ...['remote-open', 'remote-locked', 'remote-closed'],
      ...['address-refused-open', 'address-refused-locked', 'address-refused-closed'],
      ...['address-unresolved-open', 'address-unresolved-locked', 'address-unresolved-closed'],
      ...['unavailable', 'unknown-open', 'expired-open', 'revoked-open', 'inactive-open', 'unusable-locked'],
      ...['unknown-closed', 'expired-closed', 'revoked-closed', 'inactive-closed'],
      ...['use-not-granted', 'scope-exceeded', 'accepted'],
    ]);
    for (const row of decisionTable)
      for (const part of [row, row.when, row.then, ...Object.values(row.when)])
        expect(Object.isFrozen(part)).toBe(true);
  });

  it('DE a row is for its own values, not for parts of them', () => {
    const row = { id: 'x', when: { surface: 'rest' }, then: { effect: 'deny', reason: 'x' } } as const;
    const first = cases[0] as Facts;
    expect(rowMatches(row, { ...first, surface: 'rest' })).toBe(true);
    expect(rowMatches(row, { ...first, surface: 're' as never })).toBe(false);
  });

  it('DE a value outside its domain is misuse, named by its fact', () => {
    expect(() => decide({ ...(cases[0] as Facts), token: 'stolen' as never })).toThrow(
      new TypeError('The fact "token" has a value outside its domain.'),
    );
  });

  it('DE a fact that nobody asked for is as without a credential', () => {
    const none = Object.fromEntries(Object.keys(domains).map((name) => [name, null]));
    expect(completeFacts(none as never)).toEqual({
      surface: 'other',
      path: 'clean',
      credential: 'none',
      fallback: 'closed',
      address: 'allowed',
      token: 'unknown',
      scope: 'covers',
      attempts: 'open',
    });
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

  it('DE-4 one row allows, and it wants one value of each fact that a counterfactual can change', () => {
    const allowing = decisionTable.filter(({ then }) => then.effect === 'allow');
    expect(allowing.map(({ when }) => when)).toEqual([
      {
        surface: 'rest',
        path: 'clean',
        credential: 'presented',
        address: 'allowed',
        token: 'live',
        scope: 'covers',
      },
    ]);
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
    expect(flaws[0]?.rows).toEqual([]);
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
    // The first case that they share is the one that is shown.
    expect(checkTable(domains, [...decisionTable, extra])[0]?.example).toEqual(
      cases.find(({ surface, token }) => surface === 'other' && token === 'live'),
    );
  });

  it('names each dead row', () => {
    const dead: Row = { id: 'dead', when: { scope: [] }, then: { effect: 'allow', reason: 'x' } };
    expect(checkTable(domains, [...decisionTable, dead])).toEqual([{ kind: 'dead', rows: ['dead'] }]);
  });
});
