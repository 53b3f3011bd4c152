import { defaultSettings } from '@latchkey/core';
import { afterEach, describe, expect, test } from 'vitest';
import { memoryPlace } from '../../src/serve/store.ts';
import { basic, bearer } from './guide.ts';
import { byProgram, closeStages, host, open, passwords } from './person.ts';

afterEach(closeStages);

describe('a login', () => {
  test('6.3.8 a wrong password, an unknown name and an inactive user are one answer after the same work', async () => {
    const { signIn, logins } = await open();
    const answers = [
      await signIn('ada', 'wrong'),
      await signIn('nobody', 'wrong'),
      await signIn('ida', passwords.ida),
      await signIn('__proto__', 'wrong'),
    ];
    const told = answers.map(({ status, text, headers: { date: _, ...headers } }) => ({
      status,
      text,
      headers,
    }));
    expect(told[0]?.status).toBe(401);
    expect(told[0]?.headers).not.toHaveProperty('set-cookie');
    for (const each of told) expect(each).toEqual(told[0]);
    expect(logins).toEqual(['ada', 'nobody', 'ida', '__proto__']);
  });

  test('DE-6 five failures lock it with 429, the right password too, whether there is such a user or not', async () => {
    const { ask, signIn, logins, who, cookieOf, server } = await open();
    const before = await cookieOf('ada');
    for (const name of ['ada', 'nobody'])
      for (let wrong = 0; wrong < 5; wrong++) expect((await signIn(name, 'wrong')).status).toBe(401);
    const checked = logins.length;
    const locked = [
      await signIn('ada', 'wrong'),
      await signIn('ada', passwords.ada),
      await signIn('nobody', 'wrong'),
      await signIn('ADA', 'wrong'),
    ];
    for (const { status, headers, body } of locked) {
      expect([status, headers['content-type']]).toEqual([429, 'application/problem+json']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body).toEqual(locked[0]?.body);
    }
    expect(logins).toHaveLength(checked);
    // What is open, and what needs no password, goes on; over Basic it is the same lock.
    expect(await who(before)).toBe('ada');
    expect((await signIn('admin', passwords.admin)).status).toBe(201);
    const typed = await ask('GET /api/me', { Authorization: basic('ada', passwords.ada) });
    expect(typed.status).toBe(429);
    const issued = await server.engine.tokens.issue({ subject: 'ada' }, { label: 'x' });
    if (!issued.ok) return expect.unreachable(issued.problem.code);
    const live = await ask('GET /api/me', { Authorization: bearer(issued.value.text) });
    expect(live.status).toBe(200);
  });

  test('DE-6 failures over Basic and here are counted together, and a right password forgets both', async () => {
    const { ask, signIn } = await open();
    const typed = async (password: string) =>
      (await ask('GET /api/me', { Authorization: basic('ada', password) })).status;
    for (let wrong = 0; wrong < 2; wrong++) {
      expect(await typed('wrong')).toBe(401);
      expect((await signIn('ada', 'wrong')).status).toBe(401);
    }
    expect((await signIn('ada', passwords.ada)).status).toBe(201);
    for (let wrong = 0; wrong < 4; wrong++) expect(await typed('wrong')).toBe(401);
    expect((await signIn('ada', 'wrong')).status).toBe(401);
    expect((await signIn('ada', passwords.ada)).status).toBe(429);
  });

  test('DE-6, PX-2 it is counted at the address that the trusted proxies tell, and at no other', async () => {
    const reverseProxy = { trusted: ['127.0.0.1'], header: 'X-Forwarded-For', onMissing: 'deny' } as const;
    const defaults = defaultSettings(host);
    const { signIn } = await open({
      settings: { ...defaults, network: { ...defaults.network, reverseProxy } },
    });
    const from = (address: string, password: string) =>
      signIn('ada', password, { ...byProgram, 'X-Forwarded-For': address });
    for (let wrong = 0; wrong < 5; wrong++)
      expect((await from(`192.0.2.${wrong}, 203.0.113.9`, 'wrong')).status).toBe(401);
    expect((await from('203.0.113.9', passwords.ada)).status).toBe(429);
    expect((await from('203.0.113.10', passwords.ada)).status).toBe(201);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['fails', () => Promise.reject(new Error('sesame'))],
    ['says nothing clear', async () => ({ locked: 'no' })],
    ['says nothing', async () => null],
  ])('DE-6 a limiter that %s puts it off, and no password is checked', async (_, check) => {
    const attempts = { check, report: async () => undefined } as unknown as ReturnType<
      typeof memoryPlace
    >['attempts'];
    const { signIn, logins } = await open({ store: { ...memoryPlace(), attempts } });
    const { status, headers, text } = await signIn('ada', passwords.ada);
    expect([status, headers['retry-after']]).toEqual([429, '5']);
    expect(text).not.toContain('sesame');
    expect(logins).toEqual([]);
  });

  test('ST-5 a password check that does not answer is 503, and counts as no failure', async () => {
    const reports: unknown[] = [];
    const place = memoryPlace();
    const attempts = { ...place.attempts, report: async (...told: unknown[]) => void reports.push(told) };
    const directory = { find: async () => null, login: () => new Promise<never>(() => undefined) };
    const options = { directory, longestCheckMs: 100, store: { ...place, attempts } };
    const { signIn, failures } = await open(options);
    const { status, headers } = await signIn('ada', passwords.ada);
    expect([status, Number(headers['retry-after']) > 0]).toEqual([503, true]);
    expect(reports).toEqual([]);
    expect(failures).toEqual(['A password check did not answer.']);
  });

  const good = JSON.stringify({ username: 'ada', password: passwords.ada });
  test.each<[string, string, number]>([
    ['nothing', '', 400],
    ['no JSON', '{"username":', 400],
    ['null', 'null', 400],
    ['a list', '["ada","x"]', 400],
    ['a text', '"ada"', 400],
    ['no password', '{"username":"ada"}', 400],
    ['a field more', `${good.slice(0, -1)},"remember":true}`, 400],
    ['another field', '{"username":"ada","__proto__":"x"}', 400],
    ['a number for a name', '{"username":7,"password":"x"}', 400],
    ['an object for a password', '{"username":"ada","password":{"$ne":""}}', 400],
    ['an empty name', '{"username":"","password":"x"}', 400],
    ['an empty password', '{"username":"ada","password":""}', 400],
    ['a name with a colon', '{"username":"ada:x","password":"x"}', 400],
    ['a control character', '{"username":"ada","password":"x\\u0000"}', 400],
    ['half a character', '{"username":"ada","password":"\\ud800"}', 400],
    ['a name of 256 characters', JSON.stringify({ username: 'a'.repeat(256), password: 'x' }), 400],
    ['a password of 1025 bytes', JSON.stringify({ username: 'ada', password: 'ä'.repeat(513) }), 400],
    ['more than 64 KiB', JSON.stringify({ username: 'ada', password: 'x'.repeat(70_000) }), 413],
  ])('MA-2 with %s in its body is refused before anything is checked', async (_, body, status) => {
    const { ask, logins } = await open();
    const answer = await ask('POST /session', byProgram, body);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(answer.cookie).toBe('');
    expect(logins).toEqual([]);
  });

  test('MA-2 is read only where it is sent as JSON', async () => {
    const { ask } = await open();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])
      expect((await ask('POST /session', { ...byProgram, 'Content-Type': type }, good)).status).toBe(415);
  });
});
