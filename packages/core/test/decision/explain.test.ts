import { describe, expect, it } from 'vitest';
import type { Counterfactual } from '../../src/decision/counterfactual.ts';
import { completeFacts, type Facts } from '../../src/decision/facts.ts';
import {
  compileDigests,
  compilePolicy,
  decide,
  decisionTable,
  explainGathered,
  hosts,
  type RequestInput,
  replay,
  type Settings,
  type TokenRecord,
} from '../../src/index.ts';
import { basic, bearer, now, request, settingsOf, token, users } from '../world.ts';

const explain = (settings: Settings, records: readonly TokenRecord[], input: RequestInput) => {
  const policy = compilePolicy(settings, hosts.jira);
  const world = {
    rules: { host: hosts.jira, policy, prefix: 'lk', digests: compileDigests({}), limited: false },
    now,
    records: new Map(records.map((record) => [record.id, record])),
    subjects: new Map(users.map((user) => [user.id, user])),
  };
  const { gathered } = replay(input, world, {}, true);
  return { ...explainGathered(gathered, policy), gathered };
};
const proxied = settingsOf(hosts.jira, {
  network: {
    allow: ['192.0.2.0/24'],
    reverseProxy: { trusted: ['10.0.0.0/8'], header: 'X-Forwarded-For', onMissing: 'deny' },
  },
  passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
});
const live = token({ expiresAt: now + 60_000 });
const from = (address: string, ...headers: (readonly [string, string])[]) =>
  request({ headers: [['X-Forwarded-For', address], ...headers] });

/** The verdict after a set of changes. */
const afterChanges = (facts: Facts, { changes }: Counterfactual) =>
  decide({ ...facts, ...Object.fromEntries(changes.map(({ fact, to }) => [fact, to])) } as Facts);

describe('explain', () => {
  it('DE-4 tells every fact with how it came about, the trail of hops, and the range that matched', () => {
    const told = explain(proxied, [live.record], from('192.0.2.9, 10.1.1.1', bearer(live.text)));
    expect(told.row).toBe('accepted');
    expect(told.facts.map(({ fact }) => fact)).toEqual([
      'surface',
      'path',
      'credential',
      'fallback',
      'address',
      'token',
      'scope',
      'attempts',
    ]);
    expect(told.client?.trail.map(({ text, trust }) => [text, trust])).toEqual([
      ['10.0.0.7', 'trusted'],
      ['10.1.1.1', 'trusted'],
      ['192.0.2.9', 'untrusted'],
    ]);
    expect(told.facts.find(({ fact }) => fact === 'address')?.because).toContain('192.0.2.0/24');
    expect(told.counterfactuals).toEqual([]);
  });

  it('DE-4 names every obstacle at once, also those that the row did not need', () => {
    const expired = { ...live.record, expiresAt: now };
    const told = explain(proxied, [expired], from('203.0.113.9', bearer(live.text)));
    expect(told.row).toBe('address-refused-closed');
    expect(told.facts.find(({ fact }) => fact === 'token')).toMatchObject({
      value: 'expired',
      needed: false,
    });
    expect(told.counterfactuals).toHaveLength(1);
    expect(told.counterfactuals[0]?.changes.map(({ fact, to }) => [fact, to])).toEqual([
      ['address', 'allowed'],
      ['token', 'live'],
    ]);
  });

  const situations: [string, TokenRecord[], RequestInput][] = [
    ['anonymous', [], from('192.0.2.9')],
    ['malformed', [], from('192.0.2.9', ['Authorization', 'Basic'])],
    ['foreign', [], from('192.0.2.9', ['Authorization', 'Negotiate abc'])],
    ['elsewhere', [live.record], { ...from('192.0.2.9', bearer(live.text)), target: '/browse' }],
    ['guarded', [live.record], { ...from('192.0.2.9', bearer(live.text)), target: '/rest/x/../y' }],
    ['unresolved', [live.record], request({ headers: [bearer(live.text)] })],
    ['unknown', [], from('192.0.2.9', bearer(live.text))],
    ['revoked', [{ ...live.record, revokedAt: now - 1 }], from('192.0.2.9', bearer(live.text))],
    ['inactive', [{ ...live.record, subject: 'eve' }], from('192.0.2.9', bearer(live.text))],
    [
      'exceeded',
      [{ ...live.record, scope: 'read-only' }],
      { ...from('192.0.2.9', bearer(live.text)), method: 'PUT' },
    ],
    ['password', [], from('192.0.2.9', basic('ada', 'hunter2'))],
  ];
  it.each(situations)(
    'explanation_names_the_matching_row and its counterfactual keeps its promise: %s',
    (_name, records, input) => {
      const told = explain(proxied, records, input);
      const row = decisionTable.find(({ id }) => id === told.row);
      for (const [fact, wanted] of Object.entries(row?.when ?? {}))
        expect([wanted].flat()).toContain(told.facts.find((entry) => entry.fact === fact)?.value);
      expect(told.counterfactuals).toHaveLength(1);
      for (const counterfactual of told.counterfactuals) {
        const facts = completeFacts(told.gathered.facts);
        expect(afterChanges(facts, counterfactual).effect).toBe('allow');
        for (const change of counterfactual.changes) {
          const fewer = { changes: counterfactual.changes.filter((other) => other !== change) };
          expect(afterChanges(facts, fewer).effect).not.toBe('allow');
        }
      }
    },
  );

  it('TK-2 no secret, no password and no raw header stands in an explanation', () => {
    for (const header of [
      bearer(live.text),
      basic('ada', live.text),
      basic('ada', 'hunter2-hunter2'),
      ['Authorization', 'hunter2-hunter2'],
    ] as const) {
      const { gathered: _gathered, ...told } = explain(
        proxied,
        [live.record],
        from('<script>"\u0007', header),
      );
      const text = JSON.stringify(told);
      expect(text).not.toContain(live.text.slice(20));
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(live.record.digest);
      expect(text).not.toContain('\\u0007"');
    }
  });
});
