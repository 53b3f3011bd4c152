import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { expect } from 'vitest';
import type { clientOf } from '../client.ts';
import { raw } from '../forward/gateway.ts';
import { as, bearer, type stage, tokenOf } from '../stage.ts';
import { hostText } from './server.ts';

/** The API behind a binding, and a client of it that talks over a socket. */
export interface Bench extends Pick<Awaited<ReturnType<typeof stage>>, 'engine' | 'store' | 'errors'> {
  readonly port: number;
  readonly call: ReturnType<typeof clientOf>['call'];
  /** How often the engine was asked to decide, by whomever. */
  asked(): number;
  /** Whether a connection outlives a body that nobody reads to its end: an adapter before the binding may end it. */
  readonly keepsConnections: boolean;
  /** Whether the target that arrived is known; where it is not, what is routed is the same reading that was decided. */
  readonly knowsTargets: boolean;
}

/** One thing that must hold wherever the API is mounted. */
export interface MountCase {
  readonly title: string;
  run(bench: Bench): Promise<void>;
}

const session = (subject: string): readonly string[] => [`X-Session: ${subject}`, 'X-Latchkey-Request: 1'];
const json = 'Content-Type: application/json';
const problemOf = (text: string): { readonly reason: string; readonly status: number } => JSON.parse(text);
const here = '/api/latchkey';

/** The main cases of the management API, over a real socket. */
export const mountCases: readonly MountCase[] = [
  {
    title: 'MA-1 a token issues, relabels, rotates and revokes tokens, each request decided once',
    async run({ call, engine, store, asked }) {
      const { id, text } = await tokenOf(engine, 'ada');
      const headers = bearer(text);
      const before = asked();
      const issued = await call('issueToken', { headers, body: { label: 'over a socket' } });
      expect(issued.status).toBe(201);
      expect(issued.headers.get('location')).toBe(`${here}/tokens/${issued.body.token.id}`);
      expect(issued.headers.get('cache-control')).toBe('no-store');
      expect(asked()).toBe(before + 1);
      const [entry] = await store.audit.list({ after: null, limit: 1 });
      expect(entry?.event).toMatchObject({ actor: 'ada', address: '127.0.0.1' });
      const path = { id: issued.body.token.id };
      const relabelled = await call('relabelToken', { path, headers, body: { label: 'Küche ✓' } });
      expect(relabelled.body).toMatchObject({ label: 'Küche ✓' });
      // A body is no must here.
      expect((await call('rotateToken', { path, headers })).status).toBe(201);
      expect(await call('revokeToken', { path: { id }, headers })).toMatchObject({ status: 204, text: '' });
      expect((await call('listTokens', { headers })).status).toBe(401);
      expect(asked()).toBe(before + 5);
    },
  },
  {
    title: 'MA-1 a session manages tokens; a deny of the binding never arrives, and nobody is 401',
    async run({ call }) {
      expect((await call('showMe', { headers: as('root') })).body.administrator).toBe(true);
      const denied = await call('showMe', { headers: { ...as('root'), Authorization: 'Bearer' } });
      expect(denied).toMatchObject({ status: 401, body: { reason: 'credential-malformed' } });
      const nobody = await call('showMe');
      expect(nobody).toMatchObject({ status: 401, body: { reason: 'not-authenticated' } });
      expect(nobody.headers.get('www-authenticate')).toBe('Bearer realm="latchkey"');
      expect(nobody.headers.get('content-type')).toBe('application/problem+json');
    },
  },
  {
    title: 'MA-1 nobody is known on the open paths, and the document may be kept',
    async run({ call, port }) {
      expect((await call('showHealth')).status).toBe(200);
      expect((await call('showReadiness')).status).toBe(200);
      const document = await raw(port, `GET ${here}/openapi.json`, []);
      expect([document.status, document.headers.get('cache-control')]).toEqual([200, 'max-age=300']);
    },
  },
  {
    title: 'MA-2 a list is paged to its end',
    async run({ call }) {
      const headers = as('bob');
      for (let index = 0; index < 5; index++)
        expect((await call('issueToken', { headers, body: { label: `${index}` } })).status).toBe(201);
      const ids: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const query = { limit: '2', ...(next === '' ? {} : { cursor: next }) };
        const { status, body } = await call('listTokens', { headers, query });
        expect(status).toBe(200);
        ids.push(...body.tokens.map(({ id }: { id: string }) => id));
        next = body.next;
      }
      expect([ids.length, new Set(ids).size]).toEqual([5, 5]);
      const wrong = await call('listTokens', { headers, query: { cursor: 'ä &#' } });
      expect(wrong).toMatchObject({ status: 400, body: { reason: 'cursor-malformed' } });
    },
  },
  {
    title: 'MA-1 settings are saved over the ETag that they were read with',
    async run({ call }) {
      const headers = as('root');
      const loaded = await call('loadSettings', { headers });
      const tag = loaded.headers.get('etag') ?? '';
      expect(tag).toBe('"0"');
      const save = (more: Readonly<Record<string, string>>) =>
        call('saveSettings', { headers: { ...headers, ...more }, body: loaded.body.settings });
      expect(await save({})).toMatchObject({ status: 428, body: { reason: 'precondition-required' } });
      const saved = await save({ 'If-Match': tag });
      expect([saved.status, saved.headers.get('etag')]).toEqual([200, '"1"']);
      expect(await save({ 'If-Match': tag })).toMatchObject({ status: 412, body: { reason: 'conflict' } });
    },
  },
  {
    title: 'MA-2 a body that is no JSON, or none of the described, is a problem document',
    async run({ call }) {
      const headers = as('ada');
      for (const text of ['{', '{"label":}', 'label=x', '{} {}', new Uint8Array([0x7b, 0xff, 0x7d])]) {
        const malformed = await call('issueToken', { headers, raw: text });
        expect(malformed).toMatchObject({ status: 400, body: { reason: 'body-malformed' } });
        expect(malformed.headers.get('content-type')).toBe('application/problem+json');
      }
      for (const text of ['', 'null', '"x"', '{}', '{"label":"x","subjekt":"ada"}'])
        expect((await call('issueToken', { headers, raw: text })).status, text).toBe(422);
    },
  },
  {
    title: 'MA-2 a body is JSON by its type, and not compressed',
    async run({ call }) {
      const headers = as('ada');
      const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
      for (const type of [...types, 'application/json; charset=utf-16'])
        expect(
          await call('issueToken', { headers: { ...headers, 'Content-Type': type }, raw: '{"label":"x"}' }),
        ).toMatchObject({ status: 415, body: { reason: 'body-not-json' } });
      const packed = { ...headers, 'Content-Encoding': 'gzip' };
      expect((await call('issueToken', { headers: packed, raw: '{}' })).status).toBe(415);
    },
  },
  {
    title: 'MA-2 a body without a type is refused, and one whose type is none',
    async run({ port }) {
      // Some frameworks say this themselves.
      const nonsense = [...session('ada'), 'Content-Type: nonsense'];
      expect((await raw(port, `POST ${here}/tokens`, nonsense, '{"label":"x"}')).status).toBe(415);
      const { status, body } = await raw(port, `POST ${here}/tokens`, session('ada'), '{"label":"x"}');
      expect([status, problemOf(body).reason]).toEqual([415, 'body-not-json']);
    },
  },
  {
    title: 'MA-2 a body that is too large is refused, announced or not, and the server goes on',
    async run({ call, port }) {
      const tooLarge = { status: 413, body: { reason: 'body-too-large' } };
      for (const length of [65_537, 1_000_000]) {
        expect(await call('issueToken', { headers: as('ada'), raw: 'x'.repeat(length) })).toMatchObject(
          tooLarge,
        );
        expect((await call('showHealth')).status).toBe(200);
      }
      const chunk = `8000\r\n${'x'.repeat(32_768)}\r\n`;
      const lines = [
        ...session('ada'),
        json,
        'Transfer-Encoding: chunked',
        '',
        `${chunk.repeat(40)}0\r\n\r\n`,
      ];
      const chunked = await raw(port, `POST ${here}/tokens`, lines);
      expect([chunked.status, problemOf(chunked.body).reason]).toEqual([413, 'body-too-large']);
      const most = JSON.stringify({ label: 'x', note: '' });
      const full = await call('issueToken', {
        headers: as('ada'),
        raw: most.replace('""', `"${'x'.repeat(65_536 - most.length)}"`),
      });
      expect(full).toMatchObject({ status: 422, body: { reason: 'body-invalid' } });
    },
  },
  {
    title: 'MA-2 a connection carries the next request, whatever became of the body before',
    async run({ port, keepsConnections }) {
      const kept = new Agent({ keepAlive: keepsConnections, maxSockets: 1 });
      const post = async (headers: Readonly<Record<string, string>>, ...chunks: readonly string[]) => {
        const request = httpRequest({ port, path: `${here}/tokens`, method: 'POST', agent: kept });
        for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
        for (const chunk of chunks) request.write(chunk);
        request.end();
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        for await (const _ of response);
        return [response.statusCode, request.reusedSocket];
      };
      const headers = { ...as('ada'), 'Content-Type': 'application/json' };
      try {
        // Of nobody: its body is not looked at.
        expect(await post({ 'Content-Type': 'application/json' }, '{"label":', '"x"}')).toEqual([401, false]);
        const chunks = Array<string>(20).fill('x'.repeat(16_384));
        expect(await post(headers, ...chunks)).toEqual([413, keepsConnections]);
        expect(await post(headers, '{"label":', '"x"}')).toEqual([201, keepsConnections]);
        expect(await post(headers)).toEqual([422, keepsConnections]);
      } finally {
        kept.destroy();
      }
    },
  },
  {
    title: 'MA-1 a write with a session comes from a page of the same origin',
    async run({ port }) {
      const write = (...lines: readonly string[]) =>
        raw(port, `POST ${here}/tokens`, ['X-Session: ada', json, ...lines], '{"label":"x"}');
      for (const lines of [
        ['Origin: http://evil.example'],
        ['Origin: null'],
        ['Sec-Fetch-Site: cross-site'],
        ['Sec-Fetch-Site: same-site', 'Origin: http://app.example'],
        ['Origin: http://evil.example', 'X-Latchkey-Request: 1'],
        ['Origin: http://evil.example', 'X-Forwarded-Host: evil.example'],
      ]) {
        const { status, body } = await write(...lines);
        expect([status, problemOf(body).reason], lines.join()).toEqual([403, 'origin-foreign']);
      }
      expect(problemOf((await write()).body).reason).toBe('origin-unknown');
      expect((await write('Origin: http://app.example', 'Sec-Fetch-Site: same-origin')).status).toBe(201);
    },
  },
  {
    title: 'MA-2 below the mount what is unknown is 404 or 405 by the API; outside the host answers',
    async run({ port }) {
      for (const path of ['/nothing', '/tokens/a/b', '/'])
        expect(problemOf((await raw(port, `GET ${here}${path}`, session('ada'))).body).reason, path).toBe(
          'route-unknown',
        );
      const { status, headers } = await raw(port, `PUT ${here}/tokens`, session('ada'));
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
      for (const target of ['/', '/public?x', '/api/latchkeys', '/api/notes'])
        expect(await raw(port, `GET ${target}`, []), target).toMatchObject({ status: 200, body: hostText });
    },
  },
  {
    title: 'MA-2 HEAD says what GET would and has no body, OPTIONS tells the methods',
    async run({ port }) {
      const head = await raw(port, `HEAD ${here}/me`, session('ada'));
      expect([head.status, head.body, head.headers.get('content-type')]).toEqual([
        200,
        '',
        'application/json',
      ]);
      const options = await raw(port, `OPTIONS ${here}/tokens`, session('ada'));
      expect([options.status, options.body, options.headers.get('allow')]).toEqual([
        204,
        '',
        'GET, HEAD, OPTIONS, POST',
      ]);
    },
  },
  {
    title: 'MA-1 a target that can be read in two ways reaches no route',
    async run({ port, errors, knowsTargets }) {
      const dotted = [`${here}/./me`, `${here}/x/../me`];
      const twoWays = [
        `${here}//me`,
        '/api/%6catchkey/me',
        `/${here}/me`,
        `${here}/%6de`,
        '/API/latchkey/me',
      ];
      for (const target of [...twoWays, ...(knowsTargets ? dotted : [])]) {
        const { body } = await raw(port, `GET ${target}`, session('root'));
        // Frameworks take some of them for the host's.
        expect(body === hostText || problemOf(body).status >= 400, target).toBe(true);
      }
      const absolute = await raw(port, `GET http://app.example${here}/me`, session('root'));
      if (knowsTargets) expect(absolute.status).toBe(200);
      expect(errors).toEqual([]);
    },
  },
];
