import { assert, same } from '../store/assertion.ts';
import { type Bench, type BindingCase, bindingCase } from './case.ts';
import { basic, bearer } from './header.ts';
import { requestText, valuesOf } from './socket.ts';

const long = 'all of it, '.repeat(20_000);

/** What a binding answers or hands on. */
const allowed: readonly BindingCase[] = [
  bindingCase('allow', 'BI-1 an allow carries the decision and leaves the request alone', async (bench) => {
    const { status, body } = await bench.ask('POST /api/notes?x=1', [bearer(bench.readWrite)], 'hello');
    same([status, body], [200, 'allow hello'], 'answer');
    const [{ decision, ...request } = { decision: null }] = bench.reached;
    const authorization = `Bearer ${bench.readWrite}`;
    same(request, { method: 'POST', target: '/api/notes?x=1', authorization, body: 'hello' }, 'request');
    assert(decision?.effect === 'allow', 'the host has not got the decision');
    same([decision.principal.subject, decision.principal.scope], ['ada', 'read-write'], 'principal');
  }),
  bindingCase('defer', 'BI-1 a defer goes on untouched, with its obligations', async (bench) => {
    const line = basic('ada:a password');
    const { status, body } = await bench.ask('PUT /api/notes/1', [line], '{}');
    same([status, body], [200, 'defer {}'], 'answer');
    const [{ decision, ...request } = { decision: null }] = bench.reached;
    const authorization = line.slice('Authorization: '.length);
    same(request, { method: 'PUT', target: '/api/notes/1', authorization, body: '{}' }, 'request');
    same(decision?.obligations, [{ do: 'report-password-outcome' }], 'obligations');
    assert(!Object.hasOwn(decision ?? {}, 'principal'), 'a defer names nobody');
  }),
  bindingCase('defer-body', 'BI-1 a long body in chunks reaches the host whole', async (bench) => {
    const opened = await bench.open();
    const lines = ['Content-Type: text/plain', 'Transfer-Encoding: chunked', 'Connection: close'];
    opened.send(requestText('POST /public', lines));
    for (let at = 0; at < long.length; at += 50_000) {
      const chunk = long.slice(at, at + 50_000);
      opened.send(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    }
    opened.send('0\r\n\r\n');
    const { status } = await opened.answer();
    same([status, bench.reached[0]?.body === long], [200, true], 'status, and whether the body is whole');
  }),
  bindingCase('defer-anonymous', 'BI-1 a defer adds nothing to the answer', async (bench) => {
    for (const target of ['/api/notes', '/public']) {
      const answer = await bench.ask(`GET ${target}`);
      const added = ['WWW-Authenticate', 'Retry-After'].flatMap((name) => valuesOf(answer, name));
      same([answer.status, added], [200, []], 'status, and headers of a deny');
      const cache = valuesOf(answer, 'Cache-Control');
      same(cache, bench.has('earlier-headers') ? ['public'] : [], 'Cache-Control');
    }
  }),
];

const challenges = 'Basic realm="latchkey", charset="UTF-8", Bearer realm="latchkey"';
const problem = (status: number, title: string, detail: string, reason: string) => ({
  type: 'about:blank',
  title,
  status,
  detail,
  reason,
});
const exceeded = 'The token is read-only, and this request needs more.';

/** A deny of a token that only reads. */
const denied = (bench: Bench, method = 'POST') => bench.ask(`${method} /api/notes`, [bearer(bench.readOnly)]);

const refused: readonly BindingCase[] = [
  bindingCase('deny', 'BI-3 a deny is a problem document that nobody stores', async (bench) => {
    const answer = await denied(bench);
    same(answer.status, 403, 'status');
    same(JSON.parse(answer.body), problem(403, 'Forbidden', exceeded, 'scope-exceeded'), 'body');
    same(valuesOf(answer, 'Content-Type'), ['application/problem+json'], 'Content-Type');
    same(valuesOf(answer, 'Cache-Control'), ['no-store'], 'Cache-Control');
    same(valuesOf(answer, 'WWW-Authenticate'), [], 'challenges');
    same(bench.entered, [], 'what reached the host');
  }),
  bindingCase('deny-earlier', 'BI-3 headers set before stay, but never loosen a deny', async (bench) => {
    const answer = await denied(bench);
    same(valuesOf(answer, 'X-Before'), bench.has('earlier-headers') ? ['1'] : [], 'X-Before');
    same(valuesOf(answer, 'Cache-Control'), ['no-store'], 'Cache-Control');
  }),
  bindingCase(
    'deny-challenges',
    'BI-3, DE-3 an unknown token is told no more, and challenged',
    async (bench) => {
      const answer = await bench.ask('GET /api/notes', [bearer(bench.stranger)]);
      const expected = problem(401, 'Unauthorized', 'The token was not accepted.', 'token-not-accepted');
      same([answer.status, JSON.parse(answer.body)], [401, expected], 'answer');
      // Several lines and one list mean the same.
      same(valuesOf(answer, 'WWW-Authenticate').join(', '), challenges, 'challenges');
    },
  ),
  bindingCase('deny-head', 'BI-3 a deny to HEAD has the status and headers, and no body', async (bench) => {
    const opened = await bench.open();
    opened.send(requestText('HEAD /api/notes', [bearer(bench.stranger)]));
    const head = await opened.answer(true);
    opened.send(requestText('GET /api/notes', [bearer(bench.stranger), 'Connection: close']));
    // If HEAD had a body, this answer would begin with it.
    const get = await opened.answer();
    same([head.status, get.status], [401, 401], 'statuses');
    for (const name of ['Content-Type', 'Cache-Control', 'WWW-Authenticate'])
      same(valuesOf(head, name), valuesOf(get, name), name);
  }),
];

/** What a binding answers or hands on. */
export const effectCases: readonly BindingCase[] = [...allowed, ...refused];
