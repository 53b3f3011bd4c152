import { defaultSettings, hosts } from '@latchkey/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { basic, bearer, passwordOf, type Reply, reasonOf, type Stage, stage } from './guide.ts';

const reverseProxy = { trusted: ['127.0.0.1'], header: 'X-Forwarded-For', onMissing: 'deny' } as const;
const refusing = (pathGuard: boolean, remoteApi: 'accepted' | 'refused') =>
  ({ mode: 'refused', pathGuard, remoteApi }) as const;
const allowing = (discloseAddress: boolean) =>
  ({ allow: ['203.0.113.0/24'], appliesTo: 'tokens', discloseAddress, reverseProxy }) as const;

describe('Jira', () => {
  let jira: Stage;
  beforeAll(async () => {
    jira = await stage(hosts.jira);
  });
  afterAll(() => jira?.stop());

  test('SC-2 a read-only token may post to the session endpoint, which then is the host’s business', async () => {
    await jira.change({});
    for (const version of ['1', 'latest']) {
      const path = `/rest/auth/${version}/session`;
      // The sample host has no such page: 404 is its own answer.
      expect(reasonOf(await jira.ask(`POST ${path}`, jira.reads, {}))).toEqual([404, undefined]);
      for (const other of [`PUT ${path}`, `DELETE ${path}`, `POST ${path}/`, `POST ${path}/x`])
        expect(reasonOf(await jira.ask(other, jira.reads, {})), other).toEqual([403, 'scope-exceeded']);
    }
    for (const path of ['/rest/auth/2/session', '/rest/auth/1/%73ession', '/rest/auth/1/./session'])
      expect(reasonOf(await jira.ask(`POST ${path}`, jira.reads, {})), path).toEqual([403, 'scope-exceeded']);
  });

  test('SC-2, SC-5 a read-only token may create a token, which is read-only too; every other write is 403', async () => {
    await jira.change({});
    const issued = await jira.manage('POST /tokens', jira.reads, { label: 'from a token' });
    expect(issued).toMatchObject({ status: 201, body: { token: { scope: 'read-only', subject: 'ada' } } });
    const begotten = bearer(String(issued.body?.['text']));
    expect((await jira.ask('GET /rest/notes', begotten)).status).toBe(200);
    for (const each of [jira.reads, begotten]) {
      const written = await jira.ask('POST /rest/notes', each, { text: 'x' });
      expect(reasonOf(written)).toEqual([403, 'scope-exceeded']);
      expect((await jira.manage('POST /tokens/x/rotate', each, {})).status).toBe(403);
    }
    const wider = await jira.manage('POST /tokens', jira.reads, { label: 'wider', scope: 'read-write' });
    expect(wider.status).toBe(403);
    expect((await jira.ask('POST /rest/notes', jira.writes, { text: 'x' })).status).toBe(201);
  });

  test('PE-3 a page still open after the permission was taken gets 403, and the page becomes a notice', async () => {
    await jira.change({});
    const ada = basic('ada', passwordOf('ada'));
    const page = async () => (await jira.manage('GET /me', ada)).body?.['tokenPage'];
    expect(await page()).toEqual({ link: true, page: 'form', mayCreateFor: 'self' });
    const { permissions } = defaultSettings(hosts.jira);
    const create = { to: 'groups', groups: [...hosts.jira.administratorGroups], readOnly: false } as const;
    await jira.change({ permissions: { ...permissions, create } });
    for (const each of [ada, jira.writes, jira.reads])
      expect((await jira.manage('POST /tokens', each, { label: 'too late' })).status).toBe(403);
    expect(await page()).toEqual({ link: false, page: 'notice', mayCreateFor: 'nobody' });
    // What exists goes on, and whoever kept the permission creates.
    expect((await jira.ask('GET /rest/notes', jira.reads)).status).toBe(200);
    expect((await jira.manage('POST /tokens', jira.admin, { label: 'mine' })).status).toBe(201);
    await jira.change({});
    expect((await jira.manage('POST /tokens', ada, { label: 'again' })).status).toBe(201);
  });

  test('PE-2 a token whose user lost the use permission gets 403, and works again with it', async () => {
    const { permissions } = defaultSettings(hosts.jira);
    const use = { to: 'groups', groups: [...hosts.jira.administratorGroups] } as const;
    await jira.change({ permissions: { ...permissions, use } });
    expect(reasonOf(await jira.ask('GET /rest/notes', jira.reads))).toEqual([403, 'use-not-granted']);
    await jira.change({});
    expect((await jira.ask('GET /rest/notes', jira.reads)).status).toBe(200);
  });

  test.each([
    [true, 'Requests from 198.51.100.7 are not allowed.'],
    [false, null],
  ])('DE-2 with discloseAddress %s a refused address gets 401 with the words %j', async (disclose, words) => {
    await jira.change({ network: allowing(disclose), passwords: refusing(true, 'refused') });
    const elsewhere = { 'X-Forwarded-For': '198.51.100.7' };
    const refused = await jira.ask('GET /rest/notes', jira.reads, undefined, elsewhere);
    expect(reasonOf(refused)).toEqual([401, 'address-refused']);
    const text = JSON.stringify(refused.body);
    expect(text.includes('198.51.100.7')).toBe(disclose);
    if (words !== null) expect(refused.body?.['detail']).toBe(words);
    expect((await jira.ask('GET /rest/notes', jira.reads)).status).toBe(200);
  });

  test('DE-1 with passwords accepted a token from a refused address goes to the host, whose 401 names none', async () => {
    await jira.change({ network: allowing(true) });
    const elsewhere = { 'X-Forwarded-For': '198.51.100.8' };
    const refused = await jira.ask('GET /rest/notes', basic('ada', jira.token), undefined, elsewhere);
    expect(reasonOf(refused)).toEqual([401, undefined]);
    expect(JSON.stringify(refused.body)).not.toContain('198.51.100.8');
    const typed = basic('ada', passwordOf('ada'));
    expect((await jira.ask('GET /rest/notes', typed, undefined, elsewhere)).status).toBe(200);
  });

  test('DE-1 with passwords accepted the host checks what is no token: the right one is 200, a wrong one 401', async () => {
    await jira.change({});
    const right = await jira.ask('GET /rest/me', basic('ada', passwordOf('ada')));
    expect(right).toMatchObject({ status: 200, body: { subject: 'ada', authenticatedBy: 'password' } });
    expect(reasonOf(await jira.ask('GET /rest/me', basic('ada', 'wrong')))).toEqual([401, undefined]);
    const token = await jira.ask('GET /rest/me', basic('ada', jira.token));
    expect(token).toMatchObject({ status: 200, body: { subject: 'ada', authenticatedBy: 'token' } });
  });

  test('DE-1 with passwords refused the right one is 401 too, and the host is not asked', async () => {
    await jira.change({ network: { ...allowing(true), allow: [] }, passwords: refusing(false, 'refused') });
    const from = { 'X-Forwarded-For': '203.0.113.77' };
    const login = (secret: string) =>
      jira.ask('GET /rest/me', basic('ada', secret), undefined, from).then(reasonOf);
    for (const secret of [passwordOf('ada'), ...Array(7).fill('wrong')])
      expect(await login(secret)).toEqual([401, 'token-not-accepted']);
    // Had it been asked, seven failures would lock this name out at this address.
    await jira.change({ network: { ...allowing(true), allow: [] } });
    expect(await login('wrong')).toEqual([401, undefined]);
    expect(await login(passwordOf('ada'))).toEqual([200, undefined]);
  });

  const traversals = [
    '/rest/../secure/Dashboard.jspa',
    '/rest/%2e%2e/login',
    '/rest/..;/login',
    '/login/..;/rest/me',
  ];
  test.each(traversals)('TA-3 %s is 400 with the path guard on, and not with it off', async (path) => {
    const credentials = [null, basic('ada', passwordOf('ada')), jira.reads];
    await jira.change({ passwords: refusing(true, 'refused') });
    for (const each of credentials)
      expect(reasonOf(await jira.ask(`GET ${path}`, each))).toEqual([400, 'path-suspicious']);
    expect((await jira.ask('GET /rest/notes', jira.reads)).status).toBe(200);
    await jira.change({ passwords: refusing(false, 'refused') });
    const [anonymous, typed, token] = await Promise.all(
      credentials.map((each) => jira.ask(`GET ${path}`, each)),
    );
    // It still counts as governed: a password opens nothing, a token and nobody get what the host says.
    expect(reasonOf(typed as Reply)).toEqual([401, 'token-not-accepted']);
    expect(anonymous?.status).toBe(path.startsWith('/rest/') ? 401 : 404);
    expect(reasonOf(token as Reply)).toEqual([404, undefined]);
  });

  test('DE-6 failed logins end in 429 for passwords at that address, never for a live token', async () => {
    await jira.change({ network: { ...allowing(true), allow: [] } });
    const from = (address: string) => ({ 'X-Forwarded-For': address });
    const login = async (authorization: string, address = '203.0.113.99') =>
      (await jira.ask('GET /rest/notes', authorization, undefined, from(address))).status;
    for (let count = 0; count < 5; count++) expect(await login(basic('ada', 'wrong'))).toBe(401);
    for (const secret of ['wrong', passwordOf('ada')]) expect(await login(basic('ada', secret))).toBe(429);
    for (const live of [basic('ada', jira.token), jira.reads]) expect(await login(live)).toBe(200);
    expect(await login(basic('ada', passwordOf('ada')), '203.0.113.98')).toBe(200);
  });
});

describe('Confluence', () => {
  let confluence: Stage;
  beforeAll(async () => {
    confluence = await stage(hosts.confluence);
  });
  afterAll(() => confluence?.stop());
  const remote = ['/rpc/xmlrpc', '/rpc/soap-axis/confluenceservice-v2'];

  test('DE-1 the exception lets passwords through to the remote API while REST refuses them', async () => {
    const typed = basic('ada', passwordOf('ada'));
    const rest = () => confluence.ask('GET /rest/notes', typed).then(reasonOf);
    await confluence.change({ passwords: refusing(true, 'accepted') });
    // The sample host has no remote API: 404 is its own answer.
    for (const path of remote)
      expect(reasonOf(await confluence.ask(`POST ${path}`, typed, {})), path).toEqual([404, undefined]);
    expect(await rest()).toEqual([401, 'token-not-accepted']);

    await confluence.change({ passwords: refusing(true, 'refused') });
    for (const path of remote)
      for (const each of [typed, confluence.writes, basic('ada', confluence.token)])
        expect(reasonOf(await confluence.ask(`POST ${path}`, each, {})), path).toEqual([
          401,
          'password-refused',
        ]);
    expect(await rest()).toEqual([401, 'token-not-accepted']);
    expect((await confluence.ask('GET /rest/notes', confluence.reads)).status).toBe(200);
  });

  test('DE-1 a token opens nothing on the remote API, even with the exception', async () => {
    await confluence.change({ passwords: refusing(true, 'accepted') });
    const closed = await confluence.ask('POST /rpc/xmlrpc', confluence.writes, {});
    expect(reasonOf(closed)).toEqual([401, 'password-refused']);
  });
});

describe('the section on host tokens', () => {
  test.each([
    ['jira', '8.13.2', 'hidden'],
    ['jira', '8.14.0', 'visible'],
    ['jira', '10.3', 'visible'],
    ['confluence', '7.8.4', 'hidden'],
    ['confluence', '7.9', 'visible'],
    ['confluence', undefined, 'visible'],
    ['bitbucket', '5.0', 'visible'],
    ['generic', '99', 'hidden'],
  ] as const)('HT-1 on %s %s it is %s', async (name, version, section) => {
    const server = await stage(hosts[name], version);
    try {
      const { status, body } = await server.manage('GET /settings', server.admin);
      expect([status, body?.['hostTokenSection']]).toEqual([200, section]);
    } finally {
      await server.stop();
    }
  });
});
