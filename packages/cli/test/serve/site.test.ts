import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultSettings, hosts, type RequestInput, type Settings } from '@latchkey/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passwordCheck } from '../../src/serve/check.ts';
import { hostLogin, type Login, loginBy } from '../../src/serve/login.ts';
import { type RunningServer, startServer } from '../../src/serve/server.ts';
import { type StarterTokens, starterTokens, starterUsers } from '../../src/serve/starter.ts';
import { memoryPlace } from '../../src/serve/store.ts';

const failures: string[] = [];
const settings: Settings = defaultSettings(hosts.generic);
let server: RunningServer;
let tokens: StarterTokens;
let passwords: ReadonlyMap<string, string>;

beforeAll(async () => {
  const made = await starterUsers(hosts.generic);
  passwords = new Map(made.map(({ user, password }) => [user.name, password]));
  const users = made.flatMap(({ user }) =>
    user.name === 'ada' ? [user, { ...user, name: 'ida', active: false }] : [user],
  );
  server = await startServer({
    host: hosts.generic,
    store: memoryPlace(),
    users,
    listen: '127.0.0.1',
    port: 0,
    logAccess: null,
    logFailure: (line) => failures.push(line),
  });
  tokens = await starterTokens(users, settings, server.tokens);
});
afterAll(async () => {
  await server.close();
  expect(failures).toEqual([]);
});

const basic = (name: string, secret: string): string =>
  `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
const writing = (): string => `Bearer ${tokens.readWrite}`;

async function ask(
  method: string,
  path: string,
  authorization?: string,
  body?: string | Uint8Array,
  type = 'application/json',
) {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

describe('the notes', () => {
  test('CO-1 a note is written, read, changed and deleted', async () => {
    const made = await ask('POST', '/api/notes', writing(), '{"text":"One"}');
    expect([made.status, made.json()]).toEqual([201, { id: expect.any(Number), text: 'One', author: 'ada' }]);
    const place = made.headers.get('location') ?? '';
    expect((await ask('GET', place, writing())).json()).toEqual(made.json());
    const changed = await ask('PUT', place, writing(), '{"text":"Two"}');
    expect([changed.status, changed.json().text]).toEqual([200, 'Two']);
    const { notes } = (await ask('GET', '/api/notes', writing())).json();
    expect(notes).toContainEqual(changed.json());
    expect((await ask('DELETE', place, writing())).status).toBe(204);
    expect((await ask('GET', place, writing())).status).toBe(404);
  });

  test.each([
    ['POST', '/api/notes', '{"text":""}', 400],
    ['POST', '/api/notes', '{"text":7}', 400],
    ['POST', '/api/notes', '{"text":"a","author":"admin"}', 400],
    ['POST', '/api/notes', '["text"]', 400],
    ['POST', '/api/notes', 'null', 400],
    ['POST', '/api/notes', '{"text":', 400],
    ['PUT', '/api/notes/1', '{}', 400],
    ['PUT', '/api/notes/99999', '{"text":"a"}', 404],
    ['PATCH', '/api/notes', '{"text":"a"}', 405],
    ['POST', '/api/notes/1', '{"text":"a"}', 405],
    ['DELETE', '/api/notes/01', undefined, 404],
    ['DELETE', '/api/notes/x', undefined, 404],
    ['GET', '/api/notes/', undefined, 404],
    ['GET', '/api/notesx', undefined, 404],
    ['POST', '/api/me', undefined, 405],
    ['GET', '/api/', undefined, 404],
  ])('CO-1 %s %s with body %j is %d, as problem details', async (method, path, body, status) => {
    const answer = await ask(method, path, writing(), body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ type: 'about:blank', status });
  });

  test.each([
    ['that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['with too long a text', JSON.stringify({ text: 'a'.repeat(1001) }), 400],
    ['over 64 KiB', `"${'a'.repeat(64 * 1024)}"`, 413],
  ])('CO-1 a body %s is refused', async (_, body, status) => {
    expect((await ask('POST', '/api/notes', writing(), body)).status).toBe(status);
  });

  test('CO-1 a body is read only where it is sent as JSON', async () => {
    expect((await ask('POST', '/api/notes', writing(), '{"text":"a"}', 'text/plain')).status).toBe(415);
    expect(
      (await ask('POST', '/api/notes', writing(), '{"text":"a"}', 'application/json; charset=utf-8')).status,
    ).toBe(201);
  });

  test('CO-1 a body without a length is cut off at the limit as well, with an answer', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('latin1');
    const head = [
      'POST /api/notes HTTP/1.1',
      'Host: x',
      `Authorization: ${writing()}`,
      'Content-Type: application/json',
    ];
    socket.write([...head, 'Transfer-Encoding: chunked', '', ''].join('\r\n'));
    socket.write(`10001\r\n${'a'.repeat(0x10001)}\r\n`);
    const [text] = (await once(socket, 'data')) as [string];
    socket.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close/is);
  });

  test('CO-1 a body that breaks off harms nobody', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const head = [
      'POST /api/notes HTTP/1.1',
      'Host: x',
      `Authorization: ${writing()}`,
      'Content-Type: application/json',
    ];
    socket.write([...head, 'Content-Length: 100', '', '{"te'].join('\r\n'));
    await pause(50);
    socket.destroy();
    await pause(50);
    expect((await ask('GET', '/api/notes', writing())).status).toBe(200);
    expect(failures).toEqual([]);
  });

  test('CO-1 what is full says so', async () => {
    let status = 201;
    for (let count = 0; count < 1001 && status === 201; count++)
      ({ status } = await ask('POST', '/api/notes', writing(), '{"text":"a"}'));
    expect(status).toBe(409);
    expect((await ask('DELETE', '/api/notes/1', writing())).status).toBe(204);
    expect((await ask('POST', '/api/notes', writing(), '{"text":"a"}')).status).toBe(201);
  });
});

describe('who is asking', () => {
  test('CO-1 /me tells a token from a password', async () => {
    expect((await ask('GET', '/api/me', `Bearer ${tokens.readOnly}`)).json()).toEqual({
      subject: 'ada',
      authenticatedBy: 'token',
      tokenId: tokens.readOnly.slice(3, 19),
      scope: 'read-only',
    });
    expect((await ask('GET', '/api/me', basic('ada', passwords.get('ada') ?? ''))).json()).toEqual({
      subject: 'ada',
      authenticatedBy: 'password',
      tokenId: null,
      scope: null,
    });
  });

  test('6.3.8 a wrong password, an unknown name and an inactive user are one answer', async () => {
    const answers = await Promise.all([
      ask('GET', '/api/me', basic('ada', 'wrong')),
      ask('GET', '/api/me', basic('nobody', 'wrong')),
      ask('GET', '/api/me', basic('ida', passwords.get('ada') ?? '')),
      ask('GET', '/api/me', basic('', passwords.get('ada') ?? '')),
    ]);
    const told = answers.map(({ status, headers, text }) => ({
      status,
      challenge: headers.get('www-authenticate'),
      text,
    }));
    expect(told[0]).toMatchObject({ status: 401, challenge: expect.stringMatching(/^Basic /) });
    for (const other of told) expect(other).toEqual(told[0]);
  });

  test.each(['Negotiate abc', 'Bearer of-somebody-else', 'Digest username="ada"'])(
    'CO-1 %s is deferred, and this host knows no such login',
    async (authorization) => {
      const answer = await ask('GET', '/api/me', authorization);
      expect([answer.status, answer.json().reason]).toEqual([401, undefined]);
    },
  );

  test('CO-1 without a credential there is a challenge, and the index page is open to all', async () => {
    const { status, headers } = await ask('GET', '/api/me');
    expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)]);
    const page = await ask('GET', '/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await ask('POST', '/', undefined, '{}')).status).toBe(405);
    expect((await ask('GET', '/nowhere')).status).toBe(404);
  });
});

describe('the host’s login', () => {
  const request = (authorization: string, obligations: readonly { do: string }[]) =>
    ({
      method: 'GET',
      url: '/api/me',
      rawHeaders: ['Authorization', authorization],
      headersDistinct: { authorization: [authorization] },
      socket: { remoteAddress: '127.0.0.1' },
      latchkey: { effect: 'defer', row: 'unknown-open', reason: 'token-unknown', client: null, obligations },
    }) as unknown as Parameters<ReturnType<typeof hostLogin>>[0];

  test.each([
    ['sesame', 'succeeded'],
    ['wrong', 'failed'],
  ])(
    'DE-6 the outcome of a check of %s is reported as %s, where the decision asks for it',
    async (secret, outcome) => {
      const reports: unknown[] = [];
      const directory = {
        find: async () => null,
        login: async (name: string, password: string) =>
          password === 'sesame' ? { id: name, active: true, administrator: false, groups: [] } : null,
      };
      const engine = {
        reportPasswordOutcome: async ({ target, headers }: RequestInput, reported: string) => {
          reports.push([target, headers, reported]);
        },
      };
      const login = hostLogin(loginBy(passwordCheck(directory), engine));
      const sent = basic('ada', secret);
      await login(request(sent, []));
      expect(reports).toEqual([]);
      const found: Login = await login(request(sent, [{ do: 'report-password-outcome' }]));
      expect(reports).toEqual([['/api/me', [['Authorization', sent]], outcome]]);
      expect(typeof found).toBe(outcome === 'succeeded' ? 'object' : 'string');
    },
  );

  test('CO-1 too many logins at once are put off, tokens go on, and afterwards logins do too', async () => {
    let proceed = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const directory = { find: async () => null, login: () => gate.then(() => null) };
    const engine = { reportPasswordOutcome: async () => undefined };
    const login = hostLogin(loginBy(passwordCheck(directory), engine));
    const sent = request(basic('ada', 'wrong'), []);
    const waiting = Array.from({ length: 16 }, () => login(sent));
    expect(await login(sent)).toBe('busy');
    const principal = { subject: 'ada', tokenId: 'id', scope: 'read-only' };
    const accepted = Object.assign(request('Bearer x', []), { latchkey: { effect: 'allow', principal } });
    expect(await login(accepted)).toMatchObject({ caller: { subject: 'ada', authenticatedBy: 'token' } });
    proceed();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['refused']));
    expect(await login(sent)).toBe('refused');
  });
});
