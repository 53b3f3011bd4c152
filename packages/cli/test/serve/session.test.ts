import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { run } from '../../src/run.ts';
import { basic } from './guide.ts';
import { api, byProgram, closed, closeStages, open, passwords } from './person.ts';
import { recorded, served } from './stage.ts';

const minutes = 60_000;

afterEach(closeStages);

describe('a session by password', () => {
  test('CO-1, MA-1 with passwords refused an administrator signs in and saves settings with If-Match', async () => {
    const { ask, cookieOf, failures } = await open({ settings: closed });
    const typed = { Authorization: basic('admin', passwords.admin) };
    expect((await ask(`GET ${api}/settings`, typed)).status).toBe(401);

    const Cookie = await cookieOf('admin');
    const loaded = await ask(`GET ${api}/settings`, { Cookie });
    expect([loaded.status, loaded.body['settings']]).toEqual([200, closed]);
    const etag = String(loaded.headers['etag']);
    const changed = { ...closed, validity: { ...closed.validity, maximum: 'P6M' } };
    const save = (headers: Record<string, string>) =>
      ask(`PUT ${api}/settings`, { Cookie, ...byProgram, ...headers }, changed);
    expect((await save({})).status).toBe(428);
    expect((await save({ 'If-Match': etag })).status).toBe(200);
    expect((await save({ 'If-Match': etag })).status).toBe(412);
    expect((await ask(`GET ${api}/settings`, { Cookie })).body['settings']).toEqual(changed);
    const events = await ask(`GET ${api}/audit`, { Cookie });
    expect(events.text).toContain('"actor":"admin"');
    expect(failures).toEqual([]);
  });

  test('CO-1 a user who signs in is that user at the management API, and no administrator', async () => {
    const { ask, cookieOf } = await open({ settings: closed });
    const Cookie = await cookieOf('ada');
    expect((await ask(`GET ${api}/settings`, { Cookie })).status).toBe(403);
    expect((await ask(`GET ${api}/me`, { Cookie })).body).toMatchObject({ subject: 'ada' });
    const issued = await ask(`POST ${api}/tokens`, { Cookie, ...byProgram }, { label: 'mine' });
    expect(issued).toMatchObject({ status: 201, body: { token: { subject: 'ada' } } });
  });

  test('CO-1 it is told by GET, answered with 401 where nobody is, and ended by DELETE', async () => {
    const { ask, signIn, who, time } = await open();
    const signed = await signIn('ada', passwords.ada);
    const shown = {
      subject: 'ada',
      openedAt: new Date(time.now).toISOString(),
      endsAt: new Date(time.now + 8 * 60 * minutes).toISOString(),
    };
    expect([signed.status, signed.body]).toEqual([201, shown]);
    const Cookie = signed.cookie;
    expect((await ask('GET /session', { Cookie })).body).toEqual(shown);
    const head = await ask('HEAD /session', { Cookie });
    expect([head.status, head.text]).toEqual([200, '']);

    const ended = await ask('DELETE /session', { Cookie, ...byProgram });
    expect([ended.status, ended.headers['set-cookie']]).toEqual([
      204,
      ['latchkey-session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict'],
    ]);
    expect(await who(Cookie)).toBe(401);
    for (const each of [{ Cookie }, {}])
      expect((await ask('DELETE /session', { ...each, ...byProgram })).status).toBe(204);
    const nobody = await ask('GET /session');
    expect(nobody).toMatchObject({ status: 401, body: { type: 'about:blank', status: 401 } });
    expect(nobody.headers['content-type']).toBe('application/problem+json');
    // A challenge that browsers answer with a dialog would get in the way of a page.
    expect(nobody.headers['www-authenticate']).toBe('Cookie realm="notes"');
    for (const method of ['PUT', 'PATCH', 'OPTIONS'])
      expect((await ask(`${method} /session`)).headers['allow']).toBe('DELETE, GET, HEAD, POST');
    for (const elsewhere of ['/session/', '/Session', '/session/x', '/sessions'])
      expect((await ask(`GET ${elsewhere}`, { Cookie })).status).toBe(404);
  });

  test('CO-1 the sample API takes it as a login of its own: it reads, and it writes from its own pages', async () => {
    const { ask, cookieOf, url } = await open({ settings: closed });
    const Cookie = await cookieOf('ada');
    const me = { subject: 'ada', authenticatedBy: 'session', tokenId: null, scope: null };
    expect((await ask('GET /api/me', { Cookie })).body).toEqual(me);
    const write = async (headers: Record<string, string>) => {
      const { status, body } = await ask('POST /api/notes', { Cookie, ...headers }, { text: 'x' });
      return [status, body['reason'] ?? body['author']];
    };
    expect(await write({ Origin: url, 'Sec-Fetch-Site': 'same-origin' })).toEqual([201, 'ada']);
    expect(await write(byProgram)).toEqual([201, 'ada']);
    expect(await write({})).toEqual([403, 'origin-unknown']);
    expect(await write({ Origin: 'https://elsewhere.example' })).toEqual([403, 'origin-foreign']);
    expect((await ask('DELETE /api/notes/1', { Cookie, Origin: 'null' })).status).toBe(403);
    expect((await ask('GET /api/notes')).status).toBe(401);
  });
});

describe('16.2.5 no secret', () => {
  test('of a session is in an answer, a header or a line of the log; the cookie itself apart', async () => {
    const { ask, signIn, lines, failures, instead } = await open();
    const canary = 'canary-password-91c4';
    const seen: Awaited<ReturnType<typeof ask>>[] = [];
    const keep = async (answer: ReturnType<typeof ask>) => {
      seen.push(await answer);
      return answer;
    };
    const signed = await keep(signIn('admin', passwords.admin));
    const id = signed.cookie.split('=')[1] ?? '';
    const Cookie = signed.cookie;
    await keep(signIn('ada', canary));
    await keep(ask('POST /session', byProgram, `{"username":"ada","password":"${canary}`));
    await keep(ask('POST /session', byProgram, { username: 'ada', password: canary, [canary]: 1 }));
    await keep(ask('POST /session', { ...byProgram, 'Content-Type': 'text/plain' }, canary));
    for (const line of ['GET /session', `GET /session?id=${id}`, `GET ${api}/me`, `GET ${api}/settings`])
      await keep(ask(line, { Cookie }));
    await keep(ask(`PUT ${api}/settings`, { Cookie, ...byProgram, 'If-Match': '"9"' }, `{"${canary}"`));
    await keep(ask('POST /api/notes', { Cookie, ...byProgram }, `{"${canary}"`));
    instead.set('admin', () => Promise.reject(new Error(`${canary} ${id}`)));
    await keep(ask('GET /session', { Cookie }));
    await keep(ask(`GET ${api}/me`, { Cookie }));
    instead.delete('admin');
    await keep(ask('DELETE /session', { Cookie, ...byProgram }));

    const secrets = [id, canary, passwords.admin];
    for (const [index, { text, headers }] of seen.entries()) {
      const { 'set-cookie': handedOut, ...others } = headers;
      const all = `${text}${JSON.stringify(others)}${index === 0 ? '' : JSON.stringify(handedOut ?? '')}`;
      for (const secret of secrets) expect(all).not.toContain(secret);
    }
    expect(lines).toHaveLength(seen.length);
    for (const secret of secrets) expect([...lines, ...failures].join('\n')).not.toContain(secret);
  });
});

describe('docs/guide/management-api.md', () => {
  test('CO-1 the commands of the section on sessions run as they stand, and save settings', async () => {
    const { url, store } = await open({ settings: closed });
    const page = readFileSync(new URL('../../../../docs/guide/management-api.md', import.meta.url), 'utf8');
    const section = /^### In person, by session$[\s\S]*?^```sh\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '';
    const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-session-'));
    try {
      const login = { username: 'admin', password: passwords.admin };
      const after = { ...closed, hostTokens: 'refused' };
      await writeFile(path.join(folder, 'login.json'), JSON.stringify(login));
      await writeFile(path.join(folder, 'after.json'), JSON.stringify(after));
      const script = section.replaceAll('http://127.0.0.1:8080', url);
      expect(script).toContain(url);
      const env = { ...process.env, no_proxy: '*', NO_PROXY: '*' };
      const { stdout } = await promisify(execFile)('sh', ['-euc', script], { cwd: folder, env });
      expect(stdout).toContain('"subject":"admin"');
      expect((await store.settings.load())?.document).toEqual(after);
      expect(await readFile(path.join(folder, 'cookies'), 'utf8')).not.toMatch(/latchkey-session\t[\w-]/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('--origin', () => {
  test('CO-1 makes the cookie one for https alone', async () => {
    const server = await served({ origin: 'https://notes.example.org' });
    const [, password = ''] = /^ {2}admin +(\S+)/m.exec(server.banner) ?? [];
    const body = JSON.stringify({ username: 'admin', password });
    const headers = { 'content-type': 'application/json', origin: 'https://notes.example.org' };
    const reply = await fetch(`${server.url}/session`, { method: 'POST', headers, body });
    await server.stop();
    expect([reply.status, await reply.json()]).toMatchObject([201, { subject: 'admin' }]);
    expect(reply.headers.get('set-cookie')).toMatch(/^__Host-.*; Secure;/);
  });

  test.each([
    'notes.example.org',
    'https://notes.example.org/',
    'HTTPS://notes.example.org',
    'ftp://a',
    'null',
    '',
  ])('CL %j is none', async (text) => {
    const { session, errors } = recorded();
    expect(await run(['serve', '--port', '0', '--store', 'memory', '--origin', text], session)).toBe(2);
    expect(errors()).toContain('--origin');
  });
});
