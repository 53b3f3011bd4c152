import { afterEach, describe, expect, test } from 'vitest';
import { memoryPlace } from '../../src/serve/store.ts';
import { api, byProgram, closeStages, host, open } from './person.ts';

const minutes = 60_000;

afterEach(closeStages);

describe('the end of a session', () => {
  test('CO-1 comes after 30 minutes without a use, to the millisecond', async () => {
    const { cookieOf, who, time } = await open();
    const cookie = await cookieOf('ada');
    for (const wait of [29 * minutes, 30 * minutes - 1]) {
      time.now += wait;
      expect(await who(cookie)).toBe('ada');
    }
    time.now += 30 * minutes;
    expect(await who(cookie)).toBe(401);
    time.now -= 30 * minutes;
    expect(await who(cookie)).toBe(401);
  });

  test('CO-1 comes after 8 hours, however much it is used', async () => {
    const { ask, cookieOf, who, time } = await open();
    const cookie = await cookieOf('ada');
    for (let used = 0; used < 23; used++) {
      time.now += 20 * minutes;
      expect((await ask('GET /api/me', { Cookie: cookie })).status).toBe(200);
    }
    time.now += 20 * minutes - 1;
    expect(await who(cookie)).toBe('ada');
    time.now += 1;
    expect(await who(cookie)).toBe(401);
    expect((await ask(`GET ${api}/me`, { Cookie: cookie })).status).toBe(401);
  });

  test('CO-1 comes with a restart of the server', async () => {
    const store = memoryPlace();
    const first = await open({ store });
    const cookie = await first.cookieOf('admin');
    expect(await first.who(cookie)).toBe('admin');
    await closeStages();
    const second = await open({ store });
    expect(await second.who(cookie)).toBe(401);
    expect((await second.ask(`GET ${api}/me`, { Cookie: cookie })).status).toBe(401);
  });

  const admin = { id: 'admin', active: true, administrator: true, groups: [...host.administratorGroups] };
  test.each([
    ['inactive', { ...admin, active: false }],
    ['gone', null],
    ['no administrator any more', { ...admin, administrator: false }],
    ['in other groups', { ...admin, groups: [...admin.groups, 'auditors'] }],
  ])('CO-1, 7.4.2 comes at once where its user is %s, and for good', async (_, now) => {
    const { ask, cookieOf, instead, who } = await open();
    const cookies = [await cookieOf('admin'), await cookieOf('admin')];
    const ada = await cookieOf('ada');
    instead.set('admin', async () => now);
    for (const Cookie of cookies) expect((await ask(`GET ${api}/settings`, { Cookie })).status).toBe(401);
    instead.delete('admin');
    for (const cookie of cookies) expect(await who(cookie)).toBe(401);
    expect(await who(ada)).toBe('ada');
  });

  test('CO-1 does not come with the order of groups', async () => {
    const { cookieOf, instead, who } = await open();
    const groups = ['b', 'a'];
    instead.set('ada', async () => ({ id: 'ada', active: true, administrator: false, groups }));
    const cookie = await cookieOf('ada');
    groups.reverse();
    expect(await who(cookie)).toBe('ada');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['fails', () => Promise.reject(new Error('sesame'))],
    ['never answers', () => new Promise(() => undefined)],
    ['answers something else', async () => true],
    ['answers another user', async () => admin],
  ])('ST-5 does not come where the directory %s: that is 503, and nobody is let in', async (_, find) => {
    const { ask, cookieOf, instead, who } = await open();
    const Cookie = await cookieOf('ada');
    instead.set('ada', find as () => Promise<null>);
    const lines = ['GET /session', 'GET /api/me', `GET ${api}/me`];
    const answers = await Promise.all(lines.map((line) => ask(line, { Cookie })));
    for (const { status, headers, text } of answers) {
      expect([status, Number(headers['retry-after']) > 0]).toEqual([503, true]);
      expect(text).not.toContain('sesame');
    }
    instead.delete('ada');
    expect(await who(Cookie)).toBe('ada');
  });

  test('CO-1 is not undone by a use that was under way', async () => {
    const { ask, cookieOf, instead, who } = await open();
    const Cookie = await cookieOf('ada');
    let proceed = (): void => undefined;
    const asked = new Promise<void>((begun) => {
      instead.set('ada', () => {
        begun();
        return new Promise((resolve) => {
          proceed = () => resolve({ id: 'ada', active: true, administrator: false, groups: ['developers'] });
        });
      });
    });
    const used = ask('GET /api/me', { Cookie });
    await asked;
    instead.delete('ada');
    expect((await ask('DELETE /session', { Cookie, ...byProgram })).status).toBe(204);
    proceed();
    expect((await used).status).toBe(401);
    expect(await who(Cookie)).toBe(401);
  });

  test('CO-1 comes for the oldest of 17 of one user, and for nobody else’s', async () => {
    const { cookieOf, who } = await open();
    const other = await cookieOf('admin');
    const cookies: string[] = [];
    for (let count = 0; count < 17; count++) cookies.push(await cookieOf('ada'));
    expect(new Set(cookies).size).toBe(17);
    const found: unknown[] = [];
    for (const cookie of cookies) found.push(await who(cookie));
    expect(found).toEqual([401, ...Array(16).fill('ada')]);
    expect(await who(other)).toBe('admin');
  });
});
