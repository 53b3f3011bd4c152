import { describe, expect, it } from 'vitest';
import { type Decision, hosts } from '../../src/index.ts';
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
});
