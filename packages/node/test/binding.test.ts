import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Decision, Latchkey } from '@latchkey/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type BindingOptions, latchkey } from '../src/index.ts';
import { bench } from './engine.ts';
import { answerIn, exchange, listening, requestText } from './socket.ts';

const open = new Set<Server>();
afterEach(async () => {
  for (const server of open) {
    server.closeAllConnections();
    server.close();
  }
  open.clear();
});

/** A host behind the binding that keeps what reached it, and answers with the effect and the body it read. */
async function served(engine: Pick<Latchkey, 'authenticate'>, options?: BindingOptions) {
  const reached: { req: IncomingMessage; decision: Decision | undefined }[] = [];
  const failures: unknown[] = [];
  const guard = latchkey(engine, options);
  const { server, port } = await listening((req, res) => {
    guard(req, res, async () => {
      reached.push({ req, decision: req.latchkey });
      let text = '';
      for await (const chunk of req.setEncoding('utf8')) text += chunk;
      res.end(`${req.latchkey?.effect} ${req.url} ${text}`);
    }).catch((error: unknown) => failures.push(error));
  });
  open.add(server);
  return { port, reached, failures };
}

const bearer = (token: string): string => `Authorization: Bearer ${token}`;
const basic = (text: string): string => `Authorization: Basic ${Buffer.from(text).toString('base64')}`;

describe('what reaches the engine', () => {
  test('BI-2 the raw target and all header lines in order arrive unaltered, with the peer of the socket', async () => {
    const { engine, seen } = await bench();
    const { port } = await served(engine);
    await exchange(
      port,
      requestText('GET /API/%72est/../x%2Fy?_method=PUT&a=%ff', [
        'X-Forwarded-For: 203.0.113.9',
        'x-dup: 1',
        'X-DUP: 2',
        'x-forwarded-for:  198.51.100.1 ',
        'X-Latin: caf\u00e9',
      ]),
    );
    expect(seen).toEqual([
      {
        method: 'GET',
        target: '/API/%72est/../x%2Fy?_method=PUT&a=%ff',
        headers: [
          ['Host', 'test'],
          ['X-Forwarded-For', '203.0.113.9'],
          ['x-dup', '1'],
          ['X-DUP', '2'],
          ['x-forwarded-for', '198.51.100.1'],
          ['X-Latin', 'caf\u00e9'],
          ['Connection', 'close'],
        ],
        peer: '127.0.0.1',
      },
    ]);
  });

  test.each(['GET http://elsewhere/api/notes?x', 'OPTIONS *', 'PROPFIND //api//notes'])(
    'BI-2 the request line %s arrives as written',
    async (line) => {
      const { engine, seen } = await bench();
      const { port } = await served(engine);
      await exchange(port, requestText(line));
      expect(seen.map(({ method, target }) => `${method} ${target}`)).toEqual([line]);
    },
  );

  test('BI-2 a repeated Authorization line is seen as two and refused as malformed', async () => {
    const { engine, readOnly } = await bench();
    const { port, reached } = await served(engine);
    const line = bearer(readOnly);
    const { status, body } = answerIn(await exchange(port, requestText('GET /api/notes', [line, line])));
    expect([status, JSON.parse(body).reason]).toEqual([401, 'credential-malformed']);
    expect(reached).toEqual([]);
  });
});

describe('allow and defer', () => {
  test('BI-1 an allow puts the decision on the request and leaves target, headers and body alone', async () => {
    const { engine, readWrite } = await bench();
    const { port, reached } = await served(engine);
    const text = await exchange(
      port,
      requestText('POST /api/notes?x=1', [bearer(readWrite), 'Content-Length: 5'], 'hello'),
    );
    expect(answerIn(text).body).toContain('allow /api/notes?x=1 hello');
    const decision = reached[0]?.decision;
    expect(decision).toMatchObject({ effect: 'allow', principal: { subject: 'ada', scope: 'read-write' } });
    expect(reached[0]?.req.headers.authorization).toBe(bearer(readWrite).slice('Authorization: '.length));
  });

  test('BI-1 a defer goes on untouched, with its obligations within reach', async () => {
    const { engine } = await bench();
    const { port, reached } = await served(engine);
    const line = basic('ada:a password');
    const text = await exchange(port, requestText('PUT /api/notes/1', [line, 'Content-Length: 2'], '{}'));
    expect(answerIn(text).body).toContain('defer /api/notes/1 {}');
    expect(reached[0]?.req.headers.authorization).toBe(line.slice('Authorization: '.length));
    expect(reached[0]?.decision).toMatchObject({
      effect: 'defer',
      obligations: [{ do: 'report-password-outcome' }],
    });
    expect(reached[0]?.decision).not.toHaveProperty('principal');
  });

  test.each([
    [
      'throws',
      () => {
        throw new RangeError('of the host');
      },
    ],
    ['rejects with', () => Promise.reject(new RangeError('of the host'))],
  ])(
    'BI-1 what the host %s is the host’s: it comes out of the middleware, and is not a 503',
    async (_, host) => {
      const { engine } = await bench();
      const { server, port } = await listening((req, res) => {
        latchkey(engine)(req, res, host).then(
          () => res.end('lost'),
          (error: Error) => res.end(`caught ${error.name} ${error.message}`),
        );
      });
      open.add(server);
      expect(await exchange(port, requestText('GET /api/notes'))).toContain('caught RangeError of the host');
    },
  );

  test('BI-1 keep-alive: each request on one connection has its own decision, also after a deny with a body', async () => {
    const { engine, readOnly, readWrite } = await bench();
    const { port, reached } = await served(engine);
    const one = (line: string, token: string, body: string): string =>
      [`${line} HTTP/1.1`, 'Host: test', bearer(token), `Content-Length: ${body.length}`, '', body].join(
        '\r\n',
      );
    const socket = connect(port, '127.0.0.1').setEncoding('latin1');
    const statuses: number[] = [];
    for (const text of [
      one('POST /api/notes', readOnly, 'x'.repeat(30_000)),
      one('POST /api/notes', readWrite, 'ab'),
      one('GET /api/notes', readOnly, ''),
    ]) {
      socket.write(text);
      const [answer] = (await once(socket, 'data')) as [string];
      statuses.push(answerIn(answer).status);
    }
    socket.destroy();
    expect(statuses).toEqual([403, 200, 200]);
    expect(reached.map(({ decision }) => decision?.effect)).toEqual(['allow', 'allow']);
  });

  test('BI-1 pipelined requests are answered in order, each by its own decision', async () => {
    const { engine, readOnly } = await bench();
    const { port } = await served(engine);
    const first = ['DELETE /api/notes/1 HTTP/1.1', 'Host: test', bearer(readOnly), '', ''].join('\r\n');
    const second = ['GET /api/notes HTTP/1.1', 'Host: test', bearer(readOnly), '', ''].join('\r\n');
    const text = await exchange(
      port,
      first + second + requestText('HEAD /api/notes', [bearer(`${readOnly}0`)]),
    );
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '403',
      '200',
      '200',
    ]);
    expect(text.indexOf('scope-exceeded')).toBeLessThan(text.indexOf('allow /api/notes'));
  });
});

describe('deny', () => {
  test('BI-3 a deny is a problem document with the public reason, not to be stored', async () => {
    const { engine, readOnly } = await bench();
    const { port, reached } = await served(engine);
    const { status, lines, body } = answerIn(
      await exchange(port, requestText('POST /api/notes', [bearer(readOnly)])),
    );
    expect(status).toBe(403);
    expect(lines).toEqual(
      expect.arrayContaining([
        'Content-Type: application/problem+json',
        'Cache-Control: no-store',
        `Content-Length: ${body.length}`,
      ]),
    );
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      detail: expect.any(String),
      reason: 'scope-exceeded',
    });
    expect(reached).toEqual([]);
  });

  test('BI-3 an unknown token is told only token-not-accepted, with both challenges as lines of their own', async () => {
    const { engine } = await bench();
    const stranger = (await bench()).readOnly;
    const { port } = await served(engine);
    const { status, lines, body } = answerIn(
      await exchange(port, requestText('GET /api/notes', [bearer(stranger)])),
    );
    expect([status, JSON.parse(body).reason]).toEqual([401, 'token-not-accepted']);
    expect(lines.filter((line) => line.startsWith('WWW-Authenticate: '))).toHaveLength(2);
    expect(body).not.toContain('token-unknown');
  });

  test('BI-3 HEAD has the headers of the same deny and no body', async () => {
    const { engine, readOnly } = await bench(({ permissions, ...rest }) => ({
      ...rest,
      permissions: { ...permissions, use: { to: 'groups', groups: ['nobody'] } },
    }));
    const { port } = await served(engine);
    const answer = async (method: string) =>
      answerIn(await exchange(port, requestText(`${method} /api/notes`, [bearer(readOnly)])));
    const [get, head] = [await answer('GET'), await answer('HEAD')];
    const undated = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('Date:'));
    expect([get.status, head.status]).toEqual([403, 403]);
    expect(undated(head.lines)).toEqual(undated(get.lines));
    expect(get.body).not.toBe('');
    expect(head.body).toBe('');
  });

  test('BI-3 headers that somebody set before stay, but never loosen the deny', async () => {
    const { engine, readOnly } = await bench();
    const { server, port } = await listening((req, res) => {
      res.setHeader('X-Request-Id', '7');
      res.setHeader('Cache-Control', 'public');
      void latchkey(engine)(req, res, () => res.end() as unknown as undefined);
    });
    open.add(server);
    const { lines } = answerIn(await exchange(port, requestText('POST /api/notes', [bearer(readOnly)])));
    expect(lines.map((line) => line.toLowerCase())).toEqual(
      expect.arrayContaining(['x-request-id: 7', 'cache-control: no-store']),
    );
    expect(lines.filter((line) => /^cache-control:/i.test(line))).toHaveLength(1);
  });
});

describe('faults', () => {
  test('BI-3 a closed engine is 503 with a problem document, told to onError and never an unhandled rejection', async () => {
    const { engine, readOnly } = await bench();
    const errors: unknown[] = [];
    const { port, reached, failures } = await served(engine, { onError: (error) => errors.push(error) });
    await engine.close();
    const { status, lines, body } = answerIn(
      await exchange(port, requestText('GET /api/notes', [bearer(readOnly)])),
    );
    expect([status, JSON.parse(body).reason]).toEqual([503, 'service-unavailable']);
    expect(lines).toEqual(expect.arrayContaining(['Retry-After: 5', 'Cache-Control: no-store']));
    expect(errors).toEqual([expect.objectContaining({ code: 'engine-closed' })]);
    expect([reached, failures]).toEqual([[], []]);
  });

  test('BI-3 a closed engine without onError is 503 as well', async () => {
    const { engine } = await bench();
    const { port, failures } = await served(engine);
    await engine.close();
    expect(answerIn(await exchange(port, requestText('GET /'))).status).toBe(503);
    expect(failures).toEqual([]);
  });

  test('BI-1 a caller that goes away meanwhile reaches neither host nor answer', async () => {
    const { engine, readWrite } = await bench();
    let proceed = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    let asked = 0;
    let settled = 0;
    const slow: Pick<Latchkey, 'authenticate'> = {
      async authenticate(input) {
        asked++;
        await gate;
        const decision = await engine.authenticate(input);
        settled++;
        return decision;
      },
    };
    const { port, reached, failures } = await served(slow);
    const text = [
      'POST /api/notes HTTP/1.1',
      'Host: test',
      bearer(readWrite),
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
    const socket = connect(port, '127.0.0.1');
    // Two in one: the second has no socket of its own yet when the caller goes.
    socket.write(text + text);
    while (asked < 2) await pause(5);
    socket.destroy();
    await pause(30);
    proceed();
    while (settled < 2) await pause(5);
    await pause(10);
    expect([reached, failures]).toEqual([[], []]);
  });

  test('BI-1 a response that somebody else has sent is left alone', async () => {
    const { engine, readOnly, readWrite } = await bench();
    const outcomes: string[] = [];
    const { server, port } = await listening((req, res) => {
      const guarded = latchkey(engine)(req, res, () => {
        outcomes.push('host');
      });
      res.writeHead(408).end('too late');
      guarded.then(
        () => outcomes.push('settled'),
        () => outcomes.push('rejected'),
      );
    });
    open.add(server);
    for (const token of [readOnly, readWrite]) {
      const { status, body } = answerIn(
        await exchange(port, requestText('POST /api/notes', [bearer(token)])),
      );
      expect([status, body]).toEqual([408, expect.stringContaining('too late')]);
    }
    expect(outcomes).toEqual(['settled', 'settled']);
  });
});
