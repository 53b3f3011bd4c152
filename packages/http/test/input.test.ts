import { describe, expect, test } from 'vitest';
import { as, stage } from './stage.ts';

const headers = as('ada');
const path = { id: 'AAAAAAAAAAAAAAAA' };
const writes = [
  ['issueToken', {}],
  ['relabelToken', { path }],
  ['rotateToken', { path }],
  ['saveSettings', {}],
  ['reviewSettings', {}],
  ['impactOfSettings', {}],
  ['explainRequest', {}],
] as const;

/** A body that goes on for ever, and what was taken of it. */
function endless() {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken += 16_384;
      controller.enqueue(new Uint8Array(16_384).fill(32));
    },
  });
  return { stream, taken: () => taken };
}

describe.each(writes)('MA-2 the body of %s', (id, options) => {
  test('MA-2 is JSON by its type', async () => {
    const { call } = await stage();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'application/json; charset=utf-16',
    ])
      expect(
        await call(id, { ...options, headers: { ...headers, 'Content-Type': type }, raw: '{}' }),
      ).toMatchObject({ status: 415, body: { reason: 'body-not-json' } });
    const packed = { ...headers, 'Content-Encoding': 'gzip' };
    expect((await call(id, { ...options, headers: packed, raw: '{}' })).status).toBe(415);
  });

  test('MA-2 is JSON by its text', async () => {
    const { call } = await stage();
    for (const raw of ['{', '{"label":}', 'label=x', '{} {}', new Uint8Array([0x7b, 0xff, 0x7d])])
      expect(await call(id, { ...options, headers, raw })).toMatchObject({
        status: 400,
        body: { reason: 'body-malformed' },
      });
  });

  test('MA-2 has at most 64 KiB, counted while it is read', async () => {
    const { call } = await stage();
    const tooLarge = { status: 413, body: { reason: 'body-too-large' } };
    const long = JSON.stringify({ label: 'x'.repeat(65_536) });
    expect(await call(id, { ...options, headers, raw: long })).toMatchObject(tooLarge);
    expect(
      await call(id, { ...options, headers: { ...headers, 'Content-Length': '2' }, raw: long }),
    ).toMatchObject(tooLarge);
    const { stream, taken } = endless();
    expect(await call(id, { ...options, headers, raw: stream })).toMatchObject(tooLarge);
    expect(taken()).toBeLessThan(200_000);
  });
});

describe('MA-2 schemas are strict', () => {
  test('MA-2 no field decides what only core may', async () => {
    const { call, store } = await stage();
    for (const [id, given, body] of [
      ['issueToken', {}, { label: 'x', expiresAt: '2099-01-01T00:00:00Z' }],
      ['issueToken', {}, { label: 'x', issuedBy: 'root' }],
      ['issueToken', {}, { label: 'x', id: 'AAAAAAAAAAAAAAAA', digest: 'x' }],
      ['relabelToken', { path }, { label: 'x', scope: 'read-write' }],
      ['rotateToken', { path }, { scope: 'read-write' }],
      ['rotateToken', { path }, { subject: 'root' }],
    ] as const) {
      const refused = await call(id, { ...given, headers, raw: JSON.stringify(body) });
      expect(refused).toMatchObject({ status: 422, body: { reason: 'body-invalid' } });
      expect(refused.body.errors.map(({ code }: { code: string }) => code)).toContain('unknown-key');
    }
    const proto = await call('issueToken', { headers, raw: '{"label":"x","__proto__":{"subject":"root"}}' });
    expect(proto.body.reason === 'body-invalid' || proto.body.token.subject === 'ada').toBe(true);
    expect(
      (await store.tokens.list({ after: null, limit: 10 })).every(({ subject }) => subject === 'ada'),
    ).toBe(true);
  });

  test('MA-2 each problem has its path, its code and no value of the input', async () => {
    const { call } = await stage();
    const secret = 'hunter2-hunter2';
    const refused = await call('issueToken', {
      headers,
      raw: JSON.stringify({ label: 7, scope: secret, expiry: { validity: secret }, [`x`]: secret }),
    });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual(
      expect.arrayContaining([
        { path: ['label'], code: 'wrong-type', message: 'Expected string.' },
        { path: ['scope'], code: 'not-an-option', message: 'Expected one of read-only, read-write.' },
        expect.objectContaining({ path: ['expiry'] }),
        { path: ['x'], code: 'unknown-key', message: 'There is no such field.' },
      ]),
    );
    expect(refused.text).not.toContain(secret);
    const empty = await call('issueToken', { headers, raw: '{}' });
    expect(empty.body.errors).toEqual([{ path: ['label'], code: 'required', message: 'Expected string.' }]);
    for (const raw of ['[]', 'null', '"x"', '7'])
      expect((await call('issueToken', { headers, raw })).status).toBe(422);
    expect((await call('issueToken', { headers })).status).toBe(422);
  });

  test('MA-2 a great many problems make no great reply', async () => {
    const { call } = await stage();
    const many = Object.fromEntries(Array.from({ length: 8_000 }, (_, index) => [`k${index}`, 0]));
    const refused = await call('issueToken', {
      headers,
      raw: JSON.stringify(many)
        .slice(0, 65_000)
        .replace(/,[^,]*$/, '}'),
    });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toHaveLength(100);
  });

  test.each([
    [{ label: '' }, 422, 'label-malformed', ['label']],
    [{ label: 'x'.repeat(256) }, 422, 'label-malformed', ['label']],
    [{ label: 'x', expiry: { at: 'tomorrow' } }, 422, 'expiry-malformed', ['expiry', 'at']],
    [{ label: 'x', expiry: { at: '2020-01-01T00:00:00Z' } }, 422, 'expiry-out-of-bounds', ['expiry', 'at']],
  ])('MA-2 what core refuses is a problem with its path: %o', async (body, status, reason, at) => {
    const { call } = await stage();
    const refused = await call('issueToken', { headers, body });
    expect(refused).toMatchObject({ status, body: { reason, errors: [{ path: at, code: reason }] } });
  });

  test('MA-2 a subject that is not there, or inactive, is told to an issuer', async () => {
    const { call } = await stage();
    for (const [subject, reason] of [
      ['nobody', 'subject-unknown'],
      ['eve', 'subject-inactive'],
    ] as const)
      expect(
        await call('issueToken', { headers: as('issuer'), body: { label: 'x', subject } }),
      ).toMatchObject({
        status: 422,
        body: { reason },
      });
  });

  test('MA-2 one token too many is 409', async () => {
    const { call } = await stage({ engine: { maximumLive: 1 } });
    expect((await call('issueToken', { headers, body: { label: 'x' } })).status).toBe(201);
    expect(await call('issueToken', { headers, body: { label: 'x' } })).toMatchObject({
      status: 409,
      body: { reason: 'limit-reached' },
    });
  });

  test('MA-2 a malformed body is told the place where the platform knows it, and nothing is quoted', async () => {
    const { call } = await stage();
    const refused = await call('issueToken', { headers, raw: '{"label": "hunter2", }' });
    expect(refused.body.detail).toMatch(/^The body is not JSON( \(at position \d+\))?\.$/);
    expect(refused.text).not.toContain('hunter2');
  });

  test('MA-2 a parameter that is given twice is refused', async () => {
    const { send } = await stage();
    const url = 'http://api.example/api/latchkey/tokens?limit=1&limit=1';
    expect((await send(new Request(url, { headers }))).status).toBe(400);
  });

  test('MA-2 a body that breaks off is a problem, not an error', async () => {
    const { call, errors } = await stage();
    const raw = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('reset')),
    });
    expect(await call('issueToken', { headers, raw })).toMatchObject({
      status: 400,
      body: { reason: 'body-malformed' },
    });
    expect(errors).toEqual([]);
  });
});

describe('MA-2 methods', () => {
  test('MA-2 HEAD is GET without a body, OPTIONS tells the methods, others are 405 with Allow', async () => {
    const { call } = await stage();
    const head = await call('listTokens', { headers, method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers.get('content-type')).toBe('application/json');
    const options = await call('listTokens', { headers, method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND', 'get']) {
      const refused = await call('listTokens', { headers, method });
      if (method === 'get') continue;
      expect(refused).toMatchObject({ status: 405, body: { reason: 'method-unknown' } });
      expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    }
    expect(await call('showMe', { method: 'HEAD' })).toMatchObject({ status: 401, text: '' });
  });

  test('MA-2 nothing but the document may be kept', async () => {
    const { call, seen, handler } = await stage();
    await call('issueToken', { headers, body: { label: 'x' } });
    await call('showMe');
    await call('showHealth');
    await call('listTokens', { headers, method: 'OPTIONS' });
    await call('issueToken', { headers, raw: '{' });
    for (const { response } of seen) {
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
    const document = await handler(new Request('http://api.example/api/latchkey/openapi.json'));
    expect(document.headers.get('cache-control')).toBe('max-age=300');
  });
});
