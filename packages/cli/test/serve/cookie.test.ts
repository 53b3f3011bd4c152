import { afterEach, describe, expect, test } from 'vitest';
import { basic, bearer } from './guide.ts';
import { api, byProgram, closed, closeStages, host, open, passwords } from './person.ts';

afterEach(closeStages);

describe('the cookie', () => {
  test.each([
    [undefined, /^latchkey-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/],
    ['http://notes.example.org', /^latchkey-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/],
    [
      'https://notes.example.org',
      /^__Host-latchkey-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    ],
  ])('CO-1 for browsers that reach it at %s has the form %s', async (origin, form) => {
    const { ask, signIn, who } = await open(origin === undefined ? {} : { origin });
    const signed = await signIn('admin', passwords.admin);
    expect(signed.headers['set-cookie']).toEqual([expect.stringMatching(form)]);
    expect(await who(signed.cookie)).toBe('admin');
    // The page is that of the proxy, whatever name the proxy calls the server by.
    const Origin = origin ?? 'https://notes.example.org';
    const headers = { Cookie: signed.cookie, Origin };
    for (const line of [`POST ${api}/tokens`, 'POST /api/notes'])
      expect((await ask(line, headers, line.endsWith('notes') ? { text: 'x' } : { label: 'x' })).status).toBe(
        origin === undefined ? 403 : 201,
      );
    const plain = signed.cookie.replace('__Host-', '');
    expect(await who(plain)).toBe(plain === signed.cookie ? 'admin' : 401);
  });

  test('7.2.4 an id that is given is never adopted, and signing in again replaces the session', async () => {
    const { ask, signIn, who, cookieOf } = await open();
    const chosen = `latchkey-session=${'a'.repeat(43)}`;
    const signed = await signIn('ada', passwords.ada, { ...byProgram, Cookie: chosen });
    expect(signed.status).toBe(201);
    expect(signed.cookie).not.toBe(chosen);
    expect([await who(chosen), await who(signed.cookie)]).toEqual([401, 'ada']);

    // Somebody else's session in the browser of a victim does not become the victim's.
    const planted = await cookieOf('admin');
    const next = await signIn('ada', passwords.ada, { ...byProgram, Cookie: planted });
    expect(next.cookie).not.toBe(planted);
    expect([await who(planted), await who(next.cookie)]).toEqual([401, 'ada']);
    // A login that fails ends nothing.
    await signIn('ada', 'wrong', { ...byProgram, Cookie: next.cookie });
    expect(await who(next.cookie)).toBe('ada');
    expect((await ask('GET /session', { Cookie: chosen })).headers['set-cookie']).toBeUndefined();
  });

  test('CO-1 what is not exactly one id that was handed out is nobody', async () => {
    const { ask, cookieOf } = await open();
    const cookie = await cookieOf('ada');
    const [name = '', id = ''] = cookie.split('=');
    const other = 'b'.repeat(43);
    const status = async (Cookie: string | string[]) => (await ask('GET /session', { Cookie })).status;
    for (const value of [
      '',
      name,
      `${name}=`,
      `${name}=${other}`,
      `${name}=${id.slice(1)}`,
      `${name}=${id}x`,
      `${name}=${id.toLowerCase() === id ? id.toUpperCase() : id.toLowerCase()}`,
      `${name}=%${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
      `${name.toUpperCase()}=${id}`,
      `__Host-${cookie}`,
      `${cookie}; ${name}=${other}`,
      `${name}=${other}; ${cookie}`,
      `${cookie};${cookie}`,
    ])
      expect(await status(value), value).toBe(401);
    expect(await status([cookie, `${name}=${other}`])).toBe(401);
    for (const value of [`a=1; ${cookie}; b=2`, `__proto__=x;${cookie}`, `a; ${cookie};`])
      expect(await status(value), value).toBe(200);
    expect(await status(['a=1', cookie])).toBe(200);
  });
});

describe('MA-1 a page of another origin', () => {
  test.each<[string, (url: string) => Record<string, string>, 'foreign' | 'unknown' | null]>([
    ['by Origin', () => ({ Origin: 'https://elsewhere.example' }), 'foreign'],
    ['by an opaque Origin', () => ({ Origin: 'null', ...byProgram }), 'foreign'],
    ['on another port', () => ({ Origin: 'http://127.0.0.1:1' }), 'foreign'],
    ['by Sec-Fetch-Site', () => ({ 'Sec-Fetch-Site': 'cross-site', ...byProgram }), 'foreign'],
    ['of the same site', (url) => ({ Origin: url, 'Sec-Fetch-Site': 'same-site' }), 'foreign'],
    ['that says nothing', () => ({}), 'unknown'],
    ['(none: a page of its own)', (url) => ({ Origin: url, 'Sec-Fetch-Site': 'same-origin' }), null],
    ['(none: a program)', () => byProgram, null],
  ])('%s', async (_, headersAt, why) => {
    const { ask, cookieOf, who, url, logins } = await open();
    const Cookie = await cookieOf('admin');
    const count = logins.length;
    const headers = { Cookie, ...headersAt(url) };
    const { body: loaded, headers: of } = await ask(`GET ${api}/settings`, { Cookie });
    const etag = { 'If-Match': String(of['etag']) };
    const answers = [
      await ask(`PUT ${api}/settings`, { ...headers, ...etag }, loaded['settings']),
      await ask(`POST ${api}/tokens`, headers, { label: 'x' }),
      await ask('PUT /api/notes/1', headers, { text: 'x' }),
      await ask('POST /session', { ...headers, Cookie: '' }, { username: 'ada', password: passwords.ada }),
      await ask('DELETE /session', headers),
    ];
    const told = answers.map(({ status, body }) => body['reason'] ?? status);
    expect(told).toEqual(why === null ? [200, 201, 200, 201, 204] : Array(5).fill(`origin-${why}`));
    if (why === null) return;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
    expect(await who(Cookie)).toBe('admin');
    expect(logins).toHaveLength(count);
  });
});

describe('CO-1 a request with a cookie and a credential', () => {
  test('is judged by the credential alone', async () => {
    const { ask, cookieOf, server } = await open();
    const Cookie = await cookieOf('admin');
    const issued = await server.engine.tokens.issue({ subject: 'ada' }, { label: 'x', scope: 'read-only' });
    if (!issued.ok) return expect.unreachable(issued.problem.code);
    const both = (Authorization: string) => ({ Cookie, Authorization, ...byProgram });

    const readOnly = both(bearer(issued.value.text));
    expect((await ask('GET /api/me', readOnly)).body).toMatchObject({ subject: 'ada', scope: 'read-only' });
    expect((await ask('POST /api/notes', readOnly, { text: 'x' })).status).toBe(403);
    expect((await ask(`GET ${api}/settings`, readOnly)).status).toBe(403);
    for (const refused of [
      basic('admin', 'wrong'),
      bearer('of-somebody-else'),
      'Negotiate x',
      'Basic',
      'Basic !',
    ]) {
      expect((await ask('GET /api/me', both(refused))).status, refused).toBe(401);
      expect((await ask(`GET ${api}/settings`, both(refused))).status, refused).toBe(401);
      expect((await ask('GET /session', both(refused))).status, refused).toBe(401);
    }
    const typed = await ask('GET /api/me', both(basic('ada', passwords.ada)));
    expect(typed.body).toMatchObject({ subject: 'ada', authenticatedBy: 'password' });
  });

  test('where passwords are refused gets the refusal of its password', async () => {
    const { ask, cookieOf } = await open({ settings: closed });
    const both = { Cookie: await cookieOf('admin'), Authorization: basic('admin', passwords.admin) };
    for (const line of ['GET /api/me', `GET ${api}/settings`]) {
      const { status, body } = await ask(line, both);
      expect([status, body['reason']]).toEqual([401, 'token-not-accepted']);
    }
  });

  test('SC-5 a token is no password: no session can be opened with one', async () => {
    const { signIn, server, ask } = await open();
    const issued = await server.engine.tokens.issue({ subject: 'ada' }, { label: 'x' });
    if (!issued.ok) return expect.unreachable(issued.problem.code);
    const { text } = issued.value;
    expect((await signIn('ada', text)).status).toBe(401);
    const carried = await ask('POST /session', { ...byProgram, Authorization: bearer(text) });
    expect([carried.status, carried.cookie]).toEqual([415, '']);
  });

  test('CR-4 also where the credential is in the header of the host', async () => {
    const { ask, cookieOf } = await open({ host: { ...host, tokenHeader: 'X-API-Key' } });
    const Cookie = await cookieOf('admin');
    expect((await ask('GET /api/me', { Cookie, 'x-api-key': 'of-somebody-else' })).status).toBe(401);
    expect((await ask('GET /api/me', { Cookie })).status).toBe(200);
  });
});
