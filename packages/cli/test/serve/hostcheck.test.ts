import { memoryAttempts } from '@latchkey/attempts';
import { hosts } from '@latchkey/core';
import { afterEach, describe, expect, test } from 'vitest';
import type { UserDirectory } from '../../src/serve/directory.ts';
import { type RunningServer, startServer } from '../../src/serve/server.ts';
import { memoryPlace, type OpenStore } from '../../src/serve/store.ts';

const ada = { id: 'ada', active: true, administrator: false, groups: [] };
const longestCheckMs = 150;
const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** The reference server over a password check of a test's own. */
async function over(login: (name: string, password: string) => unknown, place: OpenStore = memoryPlace()) {
  const directory: UserDirectory = {
    find: async (id) => (id === 'ada' ? ada : null),
    login: login as UserDirectory['login'],
  };
  const failures: string[] = [];
  const server = await startServer({
    ...{ host: hosts.generic, store: place, users: [], listen: '127.0.0.1', port: 0, logAccess: null },
    ...{ directory, longestCheckMs, logFailure: (line: string) => void failures.push(line) },
  });
  running.push(server);
  const ask = async (path: string, authorization: string) => {
    const begun = performance.now();
    const reply = await fetch(server.url + path, { headers: { authorization } });
    return {
      status: reply.status,
      headers: reply.headers,
      body: await reply.json(),
      ms: performance.now() - begun,
    };
  };
  const byPassword = (path = '/api/me', password = 'sesame') => ask(path, `Basic ${btoa(`ada:${password}`)}`);
  const issued = await server.engine.tokens.issue({ subject: 'ada' }, { label: 'x' });
  if (!issued.ok) return expect.unreachable(issued.problem.code);
  const byToken = () => ask('/api/me', `Bearer ${issued.value.text}`);
  return { byPassword, byToken, failures };
}

/** The two places that ask the host: its own pages, and the management API. */
const places = ['/api/me', '/api/latchkey/me'];

describe('ST-5 a password check of the host', () => {
  test.each(places)(
    'that hangs ends in 503 in time, tokens go on, and so do logins afterwards (%s)',
    async (path) => {
      let isHanging = true;
      const { byPassword, byToken, failures } = await over(() => (isHanging ? new Promise(() => {}) : ada));
      // More than are checked at once: the others are put off.
      const replies = await Promise.all(Array.from({ length: 24 }, () => byPassword(path)));
      for (const { status, headers, ms } of replies) {
        expect(status).toBe(503);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        expect(ms).toBeLessThan(5000);
      }
      expect(failures.filter((line) => line === 'A password check did not answer.')).toHaveLength(16);
      const hanging = byPassword(path);
      expect((await byToken()).body).toMatchObject({ subject: 'ada', authenticatedBy: 'token' });
      expect((await hanging).status).toBe(503);
      isHanging = false;
      expect((await byPassword(path)).status).toBe(200);
    },
  );

  test.each(places)('that answers too late lets nobody in (%s)', async (path) => {
    const late: (() => void)[] = [];
    const { byPassword } = await over(() => new Promise((resolve) => late.push(() => resolve(ada))));
    const reply = await byPassword(path);
    for (const answer of late) answer();
    expect(reply.status).toBe(503);
    expect(JSON.stringify(reply.body)).not.toContain('ada');
  });

  test.each<[string, unknown]>([
    ['true', true],
    ['false', false],
    ['1', 1],
    ['a text', 'ada'],
    ['an empty text', ''],
    ['undefined', undefined],
    ['an empty object', {}],
    ['a list', [ada]],
    ['a user without a name', { ...ada, id: undefined }],
    ['a user of an empty name', { ...ada, id: '' }],
    ['a user whose name is no text', { ...ada, id: 7 }],
    ['a user of whom nobody knows whether it is active', { id: 'ada' }],
    ['a user who is active in a way of its own', { ...ada, active: 'yes' }],
  ])('that answers %s lets nobody in, and counts as no failed login', async (_, answer) => {
    const reports: unknown[] = [];
    const attempts = { ...memoryAttempts(), report: async (...told: unknown[]) => void reports.push(told) };
    const { byPassword, byToken, failures } = await over(async () => answer, { ...memoryPlace(), attempts });
    for (const path of places) expect((await byPassword(path)).status).toBe(503);
    expect(failures.filter((line) => line === 'A password check did not answer.')).toHaveLength(2);
    expect(reports).toEqual([]);
    expect((await byToken()).status).toBe(200);
  });

  test.each<[string, () => unknown]>([
    ['throws', () => expect.unreachable('sesame')],
    ['rejects', () => Promise.reject(new Error('sesame'))],
  ])('that %s lets nobody in, and its words reach nobody', async (_, login) => {
    const { byPassword, failures } = await over(login);
    for (const path of places) {
      const reply = await byPassword(path);
      expect(reply.status).toBe(503);
      expect(JSON.stringify(reply.body)).not.toContain('sesame');
    }
    expect(failures.join('\n')).not.toContain('sesame');
  });

  test('that names an inactive user refuses as for a wrong password', async () => {
    const inactive = await (await over(async () => ({ ...ada, active: false }))).byPassword();
    const wrong = await (await over(async () => null)).byPassword();
    expect([inactive.status, inactive.body]).toEqual([wrong.status, wrong.body]);
    expect(wrong.status).toBe(401);
  });
});

describe('DE-6 an outcome that is neither word', () => {
  test.each<[unknown]>([[true], [false], [undefined], ['Succeeded'], ['ok']])(
    '%j never forgets the failures of a name',
    async (outcome) => {
      const attempts = memoryAttempts({ failures: 2 });
      const key = { username: 'ada', address: '192.0.2.7' };
      await attempts.report(key, 'failed');
      await attempts.report(key, outcome as 'succeeded').catch(() => undefined);
      await attempts.report(key, 'failed');
      expect((await attempts.check(key)).locked).toBe(true);
    },
  );
});
