import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { managementApi } from '../../src/index.ts';
import { clientOf } from '../client.ts';
import { as, session, stage, tokenOf } from '../stage.ts';
import { type Change, type Mounted, mounts } from './server.ts';

const mountLine = "app.use('/api/latchkey', nodeListener(api));";
const express = (parser: string): readonly Change[] => [[mountLine, `app.use(${parser});\n${mountLine}`]];
const ownParser: readonly Change[] = [
  ['scope.removeAllContentTypeParsers();', ''],
  ["scope.addContentTypeParser('*', (request, payload, done) => done(null));", ''],
];
const honoParser: Change = [
  "app.all('/api",
  "app.use(async (c, next) => { if (c.req.method === 'POST') await c.req.text(); await next(); });\napp.all('/api",
];
const koaParser: Change = [
  'app.use(latchkey(engine));',
  `app.use(latchkey(engine));
  app.use(async (ctx, next) => {
    if (ctx.method !== 'POST') return next();
    const text = await textOf(ctx.req);
    try {
      ctx.request.body = text === '' ? {} : JSON.parse(text);
    } catch {
      ctx.throw(400);
    }
    await next();
  });`,
];

/** A parser before the API, and what the guide says to do about it. */
const handled: readonly (readonly [string, keyof typeof mounts, readonly Change[]])[] = [
  ['express.json() before the API', 'express', express('express.json()')],
  ['express.json() for all types', 'express', express("express.json({ type: '*/*', strict: false })")],
  ['express.urlencoded() and express.json()', 'express', express('express.urlencoded(), express.json()')],
  ['express.text()', 'express', express("express.text({ type: '*/*' })")],
  ['express.raw()', 'express', express("express.raw({ type: '*/*' })")],
  [
    'the own parser of Fastify',
    'fastify',
    [
      ...ownParser,
      ['latchkey: decision }', 'latchkey: decision, body }'],
      ['target, decision }', 'target, decision, body }'],
    ],
  ],
  [
    'a parser of Koa',
    'koa',
    [koaParser, ['decision: state.latchkey }', 'decision: state.latchkey, body: ctx.request.body }']],
  ],
  [
    'Hono’s c.req',
    'hono',
    [
      honoParser,
      ['(c) =>\n  api(', 'async (c) =>\n  api('],
      ["decision: c.get('latchkey') }", "decision: c.get('latchkey'), body: await c.req.text() }"],
    ],
  ],
];

/** The same, with nothing handed over. */
const lost: readonly (readonly [string, keyof typeof mounts, readonly Change[]])[] = [
  ['express', 'express', express('async (req, res, next) => { await textOf(req); next(); }')],
  ['fastify', 'fastify', ownParser],
  ['koa', 'koa', [koaParser]],
  ['hono', 'hono', [honoParser]],
];

async function benchOf(binding: keyof typeof mounts, changes: readonly Change[]) {
  const base = await stage();
  const onError = (error: unknown): unknown => base.errors.push(error);
  const api = managementApi({ ...base.options, engine: base.engine, session, onError });
  const mounted = (await mounts[binding]?.({ engine: base.engine, api, textOf }, ...changes)) as Mounted;
  const { call } = clientOf(base.document, fetch, `http://127.0.0.1:${mounted.port}`);
  /** The status alone, where the parser may answer in words of its own. */
  const post = async (body: string, type = 'application/json'): Promise<number> => {
    const url = `http://127.0.0.1:${mounted.port}/api/latchkey/tokens`;
    return (await fetch(url, { method: 'POST', headers: { ...as('ada'), 'Content-Type': type }, body }))
      .status;
  };
  return { ...base, call, post, close: () => mounted.close() };
}
type Bench = Awaited<ReturnType<typeof benchOf>>;

describe.each(handled)('MA-2 behind %s', (_, binding, changes) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await benchOf(binding, changes);
  });
  afterAll(() => bench?.close());

  test('MA-2 a body that was parsed is the same body', async () => {
    const { call, engine, errors } = bench;
    const headers = as('ada');
    const issued = await call('issueToken', { headers, body: { label: 'Küche ✓ "\\', scope: 'read-only' } });
    expect(issued).toMatchObject({
      status: 201,
      body: { token: { label: 'Küche ✓ "\\', scope: 'read-only' } },
    });
    const { id } = await tokenOf(engine, 'ada');
    expect((await call('rotateToken', { headers, path: { id } })).status).toBe(201);
    expect((await call('listTokens', { headers })).status).toBe(200);
    expect(errors).toEqual([]);
  });

  test('MA-2 what is refused of a body is refused of a parsed one', async () => {
    const { call, post, errors } = bench;
    const headers = as('ada');
    const unknown = await call('issueToken', { headers, raw: '{"label":"x","subjekt":"root"}' });
    expect(unknown).toMatchObject({ status: 422, body: { reason: 'body-invalid' } });
    for (const [body, status] of [
      ['{}', 422],
      ['[]', 422],
      ['{', 400],
      ['{"label":"x"} {}', 400],
      [JSON.stringify({ label: 'x'.repeat(65_600) }), 413],
      [JSON.stringify({ label: 'x'.repeat(2_000_000) }), 413],
    ] as const)
      expect(await post(body), body.slice(0, 20)).toBe(status);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
      expect(await post('{"label":"x"}', type), type).toBe(415);
    expect(errors).toEqual([]);
  });
});

describe.each(lost)('MA-2 behind a parser in %s that keeps the body to itself', (_, binding, changes) => {
  test('MA-2 a write is 500, the developer is told why, and reads go on', async () => {
    const { call, errors, close, store } = await benchOf(binding, changes);
    const headers = as('ada');
    const refused = await call('issueToken', { headers, body: { label: 'x' } });
    expect(refused).toMatchObject({ status: 500, body: { reason: 'internal-error' } });
    expect(errors).toEqual([
      expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(/body/) }),
    ]);
    expect((await call('listTokens', { headers })).status).toBe(200);
    expect(await store.tokens.list({ after: null, limit: 1 })).toEqual([]);
    await close();
  });
});
