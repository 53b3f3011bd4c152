import { describe, expect, it } from 'vitest';
import { attemptKeyOf, gather } from '../../src/decision/gather.ts';
import type { Need, Rules, Told } from '../../src/decision/needs.ts';
import { gatherVerification } from '../../src/decision/verify.ts';
import { compileDigests, compilePolicy, type HostProfile, hosts } from '../../src/index.ts';
import { basic, bearer, now, request, settingsOf, token, users } from '../world.ts';

const rulesBy = (
  change: Parameters<typeof settingsOf>[1] = {},
  host: HostProfile = hosts.jira,
  limited = false,
): Rules => ({
  host,
  policy: compilePolicy(settingsOf(host, change), host),
  prefix: 'lk',
  digests: compileDigests({}),
  limited,
});
const { text, record } = token({ expiresAt: now + 60_000 });
const subject = users[0] ?? null;

/** Runs steps with one answer for each need, in turn; tells what was asked. */
function answered<T>(steps: Generator<Need, T, Told>, ...answers: readonly unknown[]) {
  const asked: Need[] = [];
  let step = steps.next();
  while (!step.done) {
    asked.push(step.value);
    step = steps.next(answers[asked.length - 1] as Told);
  }
  return { value: step.value, asked };
}
const found = (change = {}) => ({ record: { ...record, ...change }, at: now });

describe('a token text on its own', () => {
  const verified = (secret: string, rules: Rules, ...answers: readonly unknown[]) =>
    answered(gatherVerification(secret, rules), ...answers);

  it('TK-3 is live for its subject, to its end by the maximum too', () => {
    const { value, asked } = verified(text, rulesBy(), found(), subject);
    expect(value).toEqual({
      verification: {
        live: true,
        principal: { subject: 'ada', tokenId: record.id, scope: 'read-write' },
        expiresAt: now + 60_000,
      },
      distrusted: false,
    });
    expect(asked).toEqual([
      { need: 'record', id: record.id },
      { need: 'subject', id: 'ada' },
    ]);
    const clamped = rulesBy({ validity: { maximum: 'P1M', existing: 'clamp' } });
    expect(verified(text, clamped, found({ expiresAt: null }), subject).value.verification).toMatchObject({
      live: true,
      expiresAt: Date.UTC(2026, 1, 15, 11, 59, 59),
    });
  });

  it('TK-3 asks for nothing where the text is none of ours, or there is no policy', () => {
    const foreign = verified('hunter2', rulesBy());
    expect(foreign).toEqual({
      value: { verification: { live: false, token: 'unknown' }, distrusted: false },
      asked: [],
    });
    for (const secret of [text, 'hunter2'])
      expect(verified(secret, { ...rulesBy(), policy: null })).toEqual({
        value: { verification: { live: false, token: 'unavailable' }, distrusted: false },
        asked: [],
      });
  });

  it.each([
    ['unknown', 'no record', [{ record: null, at: now }], false],
    ['unavailable', 'no answer', ['unavailable'], false],
    ['unavailable', 'an unknown scope', [found({ scope: 'all' })], true],
    ['unavailable', 'another id', [found({ id: 'aaaaaaaaaaaaaaaa' })], true],
    ['unavailable', 'an unknown key version', [found({ keyVersion: '7' })], true],
    ['unknown', 'another digest', [found({ digest: 'A'.repeat(43) })], false],
    ['expired', 'an end that is now', [found({ expiresAt: now })], false],
    ['revoked', 'a revocation', [found({ revokedAt: now })], false],
    ['subject-inactive', 'no such user', [found(), null], false],
    ['unavailable', 'no answer about its user', [found(), 'unavailable'], false],
  ] as const)('TK-3 is not live but %s after %s', (fact, _after, answers, distrusted) => {
    const { value, asked } = verified(text, rulesBy(), ...answers);
    expect(value).toEqual({ verification: { live: false, token: fact }, distrusted });
    expect(asked).toHaveLength(answers.length);
  });
});

describe('attempts', () => {
  const ask = (...headers: (readonly [string, string])[]) => request({ headers });
  const proxy = { trusted: ['10.0.0.0/8'], header: 'X-Forwarded-For', onMissing: 'deny' } as const;
  const behind = { network: { reverseProxy: proxy } };

  it('DE-6 a request counts as an attempt of its user name at its address, for Basic only', () => {
    expect(attemptKeyOf(ask(basic('ada', 'pw')), rulesBy())).toEqual({
      username: 'ada',
      address: '10.0.0.7',
    });
    expect(attemptKeyOf(ask(basic('', 'pw')), rulesBy(behind))).toEqual({ username: '', address: null });
    for (const other of [
      ask(),
      ask(bearer('x')),
      ask(['Authorization', 'Basic']),
      ask(['Authorization', 'x y']),
    ])
      expect(attemptKeyOf(other, rulesBy())).toBeNull();
    expect(attemptKeyOf(ask(basic('ada', 'pw')), { ...rulesBy(), policy: null })).toBeNull();
  });

  const waits = (told: unknown, change: Parameters<typeof settingsOf>[1] = {}) => {
    const { value, asked } = answered(
      gather(ask(basic('ada', 'pw')), rulesBy(change, hosts.jira, true)),
      told,
    );
    return { attempts: value.facts.attempts, wait: value.retryAfterSeconds, asked };
  };
  it('DE-6 a limiter that says nothing clear counts as locked, for a short while', () => {
    expect(waits({ locked: false, retryAfterSeconds: 0 })).toMatchObject({ attempts: 'open', wait: null });
    expect(waits({ locked: true, retryAfterSeconds: 7.5 })).toMatchObject({ attempts: 'locked', wait: 7.5 });
    for (const told of [null, undefined, 'unavailable', true, {}, { locked: 'no' }, { locked: true }])
      expect(waits(told)).toMatchObject({ attempts: 'locked', wait: 5 });
    expect(waits({ retryAfterSeconds: Number.NaN })).toMatchObject({ attempts: 'locked', wait: 5 });
  });

  it('DE-6 the limiter is told the name and the resolved address', () => {
    expect(waits({ locked: false }).asked).toEqual([
      { need: 'attempts', username: 'ada', address: '10.0.0.7' },
    ]);
    expect(waits({ locked: false }, behind).asked).toEqual([
      { need: 'attempts', username: 'ada', address: null },
    ]);
  });

  it('DE-6 it is not asked where none is set, for a bearer, or where the host would not be asked', () => {
    const quiet = (input: ReturnType<typeof ask>, rules: Rules) =>
      answered(gather(input, rules), { record: null, at: now }).asked.filter(
        ({ need }) => need === 'attempts',
      );
    expect(quiet(ask(basic('ada', 'pw')), rulesBy())).toEqual([]);
    expect(quiet(ask(bearer('pw')), rulesBy({ hostTokens: 'accepted' }, hosts.jira, true))).toEqual([]);
    const refused = { passwords: { mode: 'refused', pathGuard: false, remoteApi: 'refused' } } as const;
    expect(quiet(ask(basic('ada', 'pw')), rulesBy(refused, hosts.jira, true))).toEqual([]);
    const soap = { ...ask(basic('ada', 'pw')), target: '/rpc/soap/x' };
    expect(quiet(soap, rulesBy(refused, hosts.confluence, true))).toEqual([]);
    expect(quiet(soap, rulesBy({}, hosts.confluence, true))).toHaveLength(1);
    const away = { ...ask(basic('ada', 'pw')), peer: '192.0.2.1' };
    expect(quiet(away, rulesBy({ network: { allow: ['10.0.0.0/8'] } }, hosts.jira, true))).toHaveLength(1);
  });

  it('DE-6 a token that the directory or a grant stands against is no attempt', () => {
    const use = { permissions: { use: { to: 'groups', groups: ['ops'] } } } as const;
    const asksOf = (rules: Rules, ...answers: readonly unknown[]) =>
      answered(gather(ask(basic('ada', text)), rules), ...answers).asked.map(({ need }) => need);
    expect(asksOf(rulesBy(use, hosts.jira, true), found(), subject)).toEqual(['record', 'subject']);
    expect(asksOf(rulesBy({}, hosts.jira, true), 'unavailable')).toEqual(['record']);
    expect(asksOf(rulesBy({}, hosts.jira, true), { record: null, at: now }, { locked: false })).toEqual([
      'record',
      'attempts',
    ]);
    expect(asksOf(rulesBy({}, hosts.jira, true), found(), subject)).toEqual(['record', 'subject']);
  });

  it('DE-6 a thorough gathering asks once, and goes on behind a refused address', () => {
    const rules = rulesBy({ network: { allow: ['192.0.2.0/24'] } }, hosts.jira, true);
    const { asked, value } = answered(
      gather(ask(basic('ada', text)), rules, true),
      { locked: false },
      { record: null, at: now },
    );
    expect(asked.map(({ need }) => need)).toEqual(['attempts', 'record']);
    expect(value.facts).toMatchObject({ address: 'refused', token: 'unknown', scope: null });
    expect(value).toMatchObject({ overrides: [], exemption: 'none', distrusted: false });
  });
});
