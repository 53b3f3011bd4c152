import { type HostProfile, hosts } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainRequest } from '../../src/scenario/form.ts';
import { parseScenario, requestsOf } from '../../src/scenario/scenario.ts';
import { requestSchema } from '../../src/scenario/schema.ts';
import { sampleTokens, scenarioWith } from '../program.ts';

const parsed = (changes: Readonly<Record<string, unknown>> = {}) => {
  const result = parseScenario(JSON.parse(scenarioWith(changes)));
  if (!result.ok) throw new TypeError(JSON.stringify(result.problem));
  return result.value;
};

const problems = (changes: Readonly<Record<string, unknown>>) => {
  const result = parseScenario(JSON.parse(scenarioWith(changes)));
  return result.ok ? [] : result.problem.map(({ code, path }) => `${code} ${path.join('.')}`);
};

const request = { method: 'GET', target: '/rest/x' };
const token = { token: sampleTokens.ada, subject: 'ada', scope: 'read-only' };

describe('SF the scenario', () => {
  it('SF fills in what may be left out', () => {
    const scenario = parsed({ requests: [request, { ...request, name: 'second', peer: null }] });
    const now = Date.UTC(2026, 0, 15, 12);
    expect(scenario.users).toEqual([{ name: 'ada', groups: [], active: true, administrator: false }]);
    expect(scenario.tokens[0]).toMatchObject({ createdAt: now, expiresAt: null, revokedAt: null });
    expect([...requestsOf(scenario)].map(({ name, input }) => [name, input.headers, input.peer])).toEqual([
      ['#1', [], undefined],
      ['second', [], undefined],
    ]);
    expect(parsed({ users: undefined, tokens: undefined }).tokens).toEqual([]);
  });

  it.each([
    ['jira', hosts.jira],
    [{ profile: { name: 'shop' } }, { ...hosts.generic, name: 'shop' }],
    [{ profile: { name: 'jira', contextPath: '/jira' } }, { ...hosts.jira, contextPath: '/jira' }],
    [
      { profile: { name: 'shop', governed: ['/v1/', '/v2/'], tokenHeader: 'X-API-Key' } },
      {
        ...hosts.generic,
        name: 'shop',
        governed: ['/v1/', '/v2/'],
        tokenHeader: 'X-API-Key',
        mountPath: '/v1/latchkey',
      },
    ],
    [
      { profile: { name: 'jira', governed: ['/rest/', '/plugins/'] } },
      { ...hosts.jira, governed: ['/rest/', '/plugins/'] },
    ],
    [{ profile: hosts.confluence }, hosts.confluence],
  ] as readonly (readonly [unknown, HostProfile])[])('SF the host %j', (host, expected) => {
    expect(parsed({ host }).host).toEqual(expected);
  });

  it.each([
    [{ host: 'gitlab' }, ['not-an-option host']],
    [{ host: undefined }, ['required host']],
    [{ host: { profile: { name: 'x', nmae: 'y' } } }, ['unknown-key host.profile.nmae']],
    [{ host: { profile: {}, extra: 1 } }, ['unknown-key host.extra']],
    [{ host: { profile: { contextPath: 'jira' } } }, ['profile-path host.profile.contextPath']],
    [
      { host: { profile: { hostTokens: { from: '1' } } } },
      ['required host.profile.hostTokens.since', 'unknown-key host.profile.hostTokens.from'],
    ],
    [{ now: '2026-01-15' }, ['instant-without-time now']],
    [{ now: 5 }, ['wrong-type now']],
    [{ settings: { network: { allow: ['10.0.0.1/8'] } } }, ['host-bits-set settings.network.allow.0']],
    [{ settings: [] }, ['wrong-type settings']],
    [{ users: [{ name: 'ada' }, { name: 'ada' }] }, ['duplicate users.1.name']],
    [
      { users: [{ name: '' }, { name: 'x', admin: true }] },
      ['empty users.0.name', 'unknown-key users.1.admin'],
    ],
    [{ tokens: [token, { ...token, subject: 'eve' }] }, ['duplicate tokens.1.token']],
    [
      { tokens: [{ ...token, token: `${sampleTokens.ada.slice(0, -1)}x` }] },
      ['token-malformed tokens.0.token'],
    ],
    [
      { tokens: [{ ...token, scope: 'admin', label: 'a\nb' }] },
      ['not-an-option tokens.0.scope', 'label-malformed tokens.0.label'],
    ],
    [{ tokens: [{ token: sampleTokens.ada }] }, ['required tokens.0.subject', 'required tokens.0.scope']],
    [{ requests: undefined }, ['required requests']],
    [
      { requests: [request, { target: '/' }, request, { ...request, fault: 'fire' }] },
      ['required requests.1.method', 'not-an-option requests.3.fault'],
    ],
    [
      { requests: [{ ...request, headers: [['a'], ['a', 'b', 'c'], ['a', 1]] }] },
      [
        'wrong-length requests.0.headers.0',
        'wrong-length requests.0.headers.1',
        'wrong-type requests.0.headers.2.1',
      ],
    ],
    [
      {
        requests: [
          {
            ...request,
            expect: { effects: 'allow', row: 'nowhere', status: 418, facts: { surface: 'web' } },
          },
        ],
      },
      [
        'not-an-option requests.0.expect.status',
        'not-an-option requests.0.expect.row',
        'not-an-option requests.0.expect.facts.surface',
        'unknown-key requests.0.expect.effects',
      ],
    ],
    [{ comment: 'x' }, ['unknown-key comment']],
  ])('SF refuses %j', (changes, expected) => {
    expect(problems(changes)).toEqual(expected);
  });

  it('SF refuses a document that is no object', () => {
    for (const input of [null, 1, 'x', []]) expect(parseScenario(input).ok).toBe(false);
  });

  it('SF reports everything at once, also across the parts', () => {
    expect(
      problems({
        now: 'soon',
        settings: {
          network: { allow: ['10/8', '::1'] },
          passwords: { mode: 'refused', remoteApi: 'accepted' },
        },
        users: [{ name: 'ada' }, { name: 'ada', age: 3 }],
        requests: [{ method: 'GET' }],
      }),
    ).toHaveLength(6);
  });

  it('SF no problem shows a value', () => {
    const secret = 'hunter2-hunter2';
    const result = parseScenario({
      host: secret,
      now: secret,
      settings: { network: { allow: [secret] } },
      tokens: [{ token: secret, subject: '', scope: secret, expiresAt: secret }],
      requests: [{ method: 'GET', target: '/', fault: secret, headers: [[secret]] }],
    });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain(secret);
  });

  it('SF the quick look at a request accepts nothing that the schema refuses', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constant(null),
      fc.nat(),
      fc.array(fc.array(fc.string(), { maxLength: 3 }), { maxLength: 2 }),
    );
    const anyRequest = fc.oneof(
      fc.anything(),
      fc.record(
        {
          name: value,
          peer: value,
          method: value,
          target: value,
          headers: value,
          fault: value,
          extra: value,
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          name: fc.string(),
          method: fc.string(),
          target: fc.string(),
          headers: fc.array(fc.tuple(fc.string(), fc.string())),
        },
        { requiredKeys: ['method', 'target'] },
      ),
    );
    let plain = 0;
    fc.assert(
      fc.property(anyRequest, (candidate) => {
        if (!isPlainRequest(candidate)) return;
        plain++;
        expect(requestSchema.safeParse(candidate).success).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(plain).toBeGreaterThan(100);
    expect(isPlainRequest(JSON.parse('{"__proto__":"x","method":"GET","target":"/"}'))).toBe(false);
  });
});
