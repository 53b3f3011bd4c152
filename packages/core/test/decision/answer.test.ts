import { describe, expect, it } from 'vitest';
import { outageAnswer, publicAnswer } from '../../src/decision/answer.ts';
import { conclude } from '../../src/decision/decision.ts';
import { compilePolicy, type Decision, hosts, type RequestInput, reasons } from '../../src/index.ts';
import { basic, bearer, decideIn, now, request, settingsOf, token } from '../world.ts';

const closed = settingsOf(hosts.jira, {
  passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
});
const live = token();
const denied = (decision: Decision) => {
  if (decision.effect !== 'deny') throw new Error(`expected a deny, not ${decision.row}`);
  return decision.answer;
};
const headers = (decision: Decision, name: string) =>
  denied(decision)
    .headers.filter(([key]) => key === name)
    .map(([, value]) => value);

describe('public answer', () => {
  it('DE-3 unknown, expired, revoked and inactive look the same from outside', () => {
    const answers = [
      decideIn(closed, [], request({ headers: [bearer(live.text)] })),
      decideIn(closed, [{ ...live.record, expiresAt: now }], request({ headers: [bearer(live.text)] })),
      decideIn(closed, [{ ...live.record, revokedAt: now }], request({ headers: [bearer(live.text)] })),
      decideIn(closed, [{ ...live.record, subject: 'eve' }], request({ headers: [bearer(live.text)] })),
      decideIn(closed, [live.record], request({ headers: [basic('bob', live.text)] })),
    ];
    expect(new Set(answers.map((decision) => decision.reason)).size).toBe(4);
    for (const decision of answers) expect(denied(decision)).toEqual(denied(answers[0] as Decision));
    expect(denied(answers[0] as Decision).reason).toBe('token-not-accepted');
  });
  it('DE-2 a refused address is named in the message while the settings disclose it', () => {
    const at = (discloseAddress: boolean) =>
      settingsOf(hosts.jira, {
        passwords: closed.passwords,
        network: { allow: ['192.0.2.1'], discloseAddress },
      });
    const ask = request({ headers: [bearer(live.text)], peer: '203.0.113.9' });
    expect(denied(decideIn(at(true), [], ask)).body.detail).toContain('203.0.113.9');
    expect(JSON.stringify(denied(decideIn(at(false), [], ask)))).not.toContain('203.0.113.9');
    expect(denied(decideIn(at(true), [], ask)).reason).toBe('address-refused');
  });
  it('DE-2 401 carries a challenge, 429 and 503 say when to come back', () => {
    const unauthorised = decideIn(closed, [], request({ headers: [bearer(live.text)] }));
    expect(headers(unauthorised, 'WWW-Authenticate')).toHaveLength(2);
    expect(headers(unauthorised, 'Retry-After')).toEqual([]);
    const down = decideIn(closed, [], request({ headers: [bearer(live.text)] }), {
      fault: 'store-unavailable',
    });
    expect(denied(down).status).toBe(503);
    expect(headers(down, 'Retry-After')).toEqual(['5']);
    const locked = decideIn(settingsOf(hosts.jira, {}), [], request({ headers: [basic('ada', 'pw')] }), {
      attempts: 'locked',
    });
    expect(denied(locked).status).toBe(429);
    expect(headers(locked, 'Retry-After')).toEqual(['60']);
  });
  it('BI-3 the body is a problem document, and nothing of it may be kept', () => {
    const answer = denied(decideIn(closed, [], request({ target: '/rest/%2e%2e/x' })));
    expect(answer.body).toMatchObject({ title: 'Bad Request', status: 400, reason: 'path-suspicious' });
    expect(answer.headers).toContainEqual(['Cache-Control', 'no-store']);
  });
  it('a deny obliges to withhold the credential, a deferred password candidate to report the outcome', () => {
    expect(decideIn(closed, [], request({ headers: [bearer(live.text)] })).obligations).toEqual([
      { do: 'withhold-credential' },
    ]);
    const open = settingsOf(hosts.jira, {});
    expect(decideIn(open, [], request({ headers: [basic('ada', 'pw')] })).obligations).toEqual([
      { do: 'report-password-outcome' },
    ]);
    expect(decideIn(open, [], request({ headers: [bearer('abc')] })).obligations).toEqual([]);
    expect(decideIn(open, [], request()).obligations).toEqual([]);
  });
  it('BI-3 an answer has these headers and this body, and no other', () => {
    const plain = [
      ['Content-Type', 'application/problem+json'],
      ['Cache-Control', 'no-store'],
    ];
    const malformed = denied(decideIn(closed, [], request({ headers: [['Authorization', 'Basic']] })));
    expect(malformed).toEqual({
      status: 401,
      reason: 'credential-malformed',
      headers: [
        ...plain,
        ['WWW-Authenticate', 'Basic realm="latchkey", charset="UTF-8"'],
        ['WWW-Authenticate', 'Bearer realm="latchkey"'],
      ],
      body: {
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: reasons['credential-malformed'].publicWords,
        reason: 'credential-malformed',
      },
    });
    const ops = settingsOf(hosts.jira, { permissions: { use: { to: 'groups', groups: ['ops'] } } });
    expect(denied(decideIn(ops, [live.record], request({ headers: [bearer(live.text)] })))).toMatchObject({
      status: 403,
      headers: plain,
      body: { title: 'Forbidden' },
    });
  });
  it('DE-2 an address is named for its own refusal only, and where there is one', () => {
    const refused = { effect: 'deny', status: 403, row: 'x' } as const;
    const at = { kind: 'resolved', address: '192.0.2.9', source: 'peer', trail: [], anomalies: [] } as const;
    const lost = { kind: 'unresolved', why: 'peer-unknown', trail: [], anomalies: [] } as const;
    const detail = (reason: string, client: Parameters<typeof publicAnswer>[1], disclose = true) =>
      publicAnswer({ ...refused, reason }, client, disclose, null).body.detail;
    expect(detail('address-refused', at)).toBe('Requests from 192.0.2.9 are not allowed.');
    for (const other of [
      detail('address-refused', null),
      detail('address-refused', lost),
      detail('address-refused', at, false),
    ])
      expect(other).toBe(reasons['address-refused'].publicWords);
    expect(detail('scope-exceeded', at)).toBe(reasons['scope-exceeded'].publicWords);
    expect(detail('no such reason', at)).toBe(reasons['service-unavailable'].publicWords);
  });
  it('BI-3 the answer for a failed engine is that of an outage', () => {
    const down = decideIn(closed, [], request({ headers: [bearer(live.text)] }), {
      fault: 'store-unavailable',
    });
    expect(outageAnswer).toEqual(denied(down));
    expect(Object.isFrozen(outageAnswer)).toBe(true);
  });
  it('DE-3 every word for callers and administrators is a sentence', () => {
    for (const { publicWords, administratorWords } of Object.values(reasons))
      for (const words of [publicWords, administratorWords]) expect(words).toMatch(/^[A-Z].*[.]$/);
  });
  it('DE-4 a gathering that the table allows without a token is a flaw, not an allow', () => {
    const facts = { surface: 'rest', path: 'clean', credential: 'presented', fallback: null } as const;
    const allowed = { ...facts, address: 'allowed', token: 'live', scope: 'covers', attempts: null } as const;
    const policy = compilePolicy(closed, hosts.jira);
    const gathered = { needed: allowed, client: null, exemption: 'none' };
    const flaw = new TypeError('A table that allows without a token is broken.');
    expect(() => conclude({ ...gathered, record: null } as never, policy)).toThrow(flaw);
    expect(() => conclude({ ...gathered, record: live.record } as never, null)).toThrow(flaw);
    expect(conclude({ ...gathered, record: live.record } as never, policy).effect).toBe('allow');
  });
  it('DE-1 only a deferred Basic credential is to be reported on', () => {
    const deferred = (input: Partial<RequestInput>) =>
      decideIn(settingsOf(hosts.jira, {}), [], request(input));
    expect(deferred({ headers: [basic('ada', 'pw')] })).toMatchObject({
      effect: 'defer',
      obligations: [{ do: 'report-password-outcome' }],
    });
    for (const input of [
      {},
      { headers: [bearer('x')] },
      { headers: [basic('ada', 'pw')], target: '/browse' },
    ])
      expect(deferred(input)).toMatchObject({ effect: 'defer', obligations: [] });
  });
  it('DE-2 settings that cannot be read disclose nothing', () => {
    const decision = conclude(
      {
        needed: {
          surface: 'rest',
          path: 'clean',
          credential: 'presented',
          fallback: 'closed',
          address: 'refused',
        },
        client: { kind: 'resolved', address: '192.0.2.9' },
        retryAfterSeconds: null,
      } as never,
      null,
    );
    expect(denied(decision).body.detail).toBe(reasons['address-refused'].publicWords);
  });
});
