import { decisionTable, explainGathered, type Settings } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb, type Scenario } from '../src/index.ts';
import { replayed } from './replayed.ts';
import { sha256 } from './sha256.ts';

const scenarios = arb.scenario(sha256);
const isAllowed = (scenario: Scenario, settings?: Settings): boolean =>
  replayed(scenario, settings).decision.effect === 'allow';

type Narrowing = (settings: Settings, pick: (count: number) => number) => Settings;
const dropOne = <T>(list: readonly T[], pick: (count: number) => number): readonly T[] => {
  const place = pick(list.length);
  return list.filter((_, index) => index !== place);
};
const order = ['P1M', 'P2M', 'P3M', 'P4M', 'P5M', 'P6M', 'P1Y', 'P2Y', 'never'] as const;

/** Each makes settings narrower in one way that an administrator would call so. */
const narrowings: Readonly<Record<string, Narrowing>> = {
  'a shorter, not empty allow-list': (settings, pick) => {
    const { allow } = settings.network;
    const shorter = allow.length > 1 ? dropOne(allow, pick) : allow.length === 0 ? ['192.0.2.0/28'] : allow;
    return { ...settings, network: { ...settings.network, allow: shorter } };
  },
  'fewer grants': (settings, pick) => {
    const { use } = settings.permissions;
    const groups =
      use.to === 'everyone' ? ['dev'] : use.groups.length > 1 ? dropOne(use.groups, pick) : use.groups;
    return { ...settings, permissions: { ...settings.permissions, use: { to: 'groups', groups } } };
  },
  'a lower maximum with clamp': (settings, pick) => {
    const now = order.indexOf(settings.validity.maximum);
    return {
      ...settings,
      validity: { ...settings.validity, existing: 'clamp', maximum: order[pick(now + 1)] ?? 'P1M' },
    };
  },
  'passwords refused': (settings) => ({
    ...settings,
    passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
  }),
  'host tokens refused': (settings) => ({ ...settings, hostTokens: 'refused' }),
  'addresses for all credentials': (settings) => ({
    ...settings,
    network: { ...settings.network, appliesTo: 'all-credentials' },
  }),
};

describe('theorems over generated worlds', () => {
  it.each(Object.entries(narrowings))('narrowing_settings_never_allows_more: %s', (_name, narrow) => {
    fc.assert(
      fc.property(scenarios, fc.nat(), (scenario, seed) => {
        const narrower = narrow(scenario.world.settings, (count) => (count === 0 ? 0 : seed % count));
        if (isAllowed(scenario, narrower)) expect(isAllowed(scenario)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('narrowing_settings_never_allows_more: a read-only token in the place of a read-write one', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const tokens = scenario.world.tokens.map((record) => ({ ...record, scope: 'read-only' as const }));
        if (isAllowed({ ...scenario, world: { ...scenario.world, tokens } }))
          expect(isAllowed(scenario)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('allow_list_order_and_duplicates_do_not_matter', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { settings } = scenario.world;
        const allow = [...settings.network.allow].reverse();
        const shuffled = { ...settings, network: { ...settings.network, allow: [...allow, ...allow] } };
        expect(replayed(scenario, shuffled).decision.row).toBe(replayed(scenario).decision.row);
      }),
      { numRuns: 3000 },
    );
  });

  it('a_refused_address_hides_the_token', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { gathered, decision } = replayed(scenario);
        if (gathered.needed.address === 'allowed' || gathered.needed.address === null) return;
        const without = replayed({ ...scenario, world: { ...scenario.world, tokens: [] } });
        expect(without.decision).toEqual(decision);
        expect(gathered.needed.token).toBeNull();
      }),
      { numRuns: 3000 },
    );
  });

  it('outage_never_allows_and_never_defers_a_token', () => {
    fc.assert(
      fc.property(
        scenarios,
        fc.constantFrom('store-unavailable', 'directory-unavailable', 'settings-unreadable'),
        (scenario, fault) => {
          const { decision, gathered } = replayed({ ...scenario, world: { ...scenario.world, fault } });
          expect(decision.effect).not.toBe('allow');
          if (gathered.needed.token === 'unavailable')
            expect(decision).toMatchObject({ effect: 'deny', status: 503 });
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('explanation_names_the_matching_row', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const plain = replayed(scenario);
        const thorough = replayed(scenario, undefined, true);
        expect(thorough.gathered.needed).toEqual(plain.gathered.needed);
        const told = explainGathered(thorough.gathered, thorough.policy);
        expect(told.row).toBe(plain.decision.row);
        const row = decisionTable.find(({ id }) => id === told.row);
        for (const [fact, wanted] of Object.entries(row?.when ?? {}))
          expect([wanted].flat()).toContain(told.facts.find((entry) => entry.fact === fact)?.value);
      }),
      { numRuns: 3000 },
    );
  });

  it('no_secret_in_any_output: neither decision nor explanation holds a token, a password or a digest', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { decision, gathered, policy } = replayed(scenario, undefined, true);
        const { headers } = scenario.request;
        const said = JSON.stringify([decision, explainGathered(gathered, policy)]);
        const secrets = headers
          .filter(([name]) => /^(authorization|x-api-key)$/i.test(name))
          .map(([, value]) => value.replace(/^\S+\s+/, ''));
        const digests = scenario.world.tokens.map(({ digest }) => digest);
        const credential = gathered.credential?.kind === 'presented' ? [gathered.credential.secret] : [];
        for (const secret of [...secrets, ...digests, ...credential])
          if (secret.length >= 12) expect(said).not.toContain(secret);
      }),
      { numRuns: 3000 },
    );
  });
});
