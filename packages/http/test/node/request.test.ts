import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fromNode, type Handler, nodeListener, type RequestContext } from '../../src/index.ts';
import { raw } from '../forward/gateway.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections();
});

async function serving(handler: Handler): Promise<number> {
  const server = createServer(nodeListener(handler)).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What a handler is given for the bytes of a request. */
async function given(text: string): Promise<[Request, RequestContext]> {
  let seen: [Request, RequestContext] | null = null;
  const port = await serving(async (request, context = {}) => {
    seen = [request, context];
    return new Response(await request.text());
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  for await (const _ of socket);
  if (seen === null) throw new Error('the handler was not called');
  return seen;
}

const head = (line: string, ...lines: string[]): string =>
  [line, ...lines, 'Connection: close', '', ''].join('\r\n');

describe('BI-2 Node’s own request as a Web Request and its context', () => {
  test.each([
    ['/x?y=/../z', 'app.example', 'http://app.example/x?y=/../z'],
    ['//evil.example/x', 'app.example:81', 'http://app.example:81//evil.example/x'],
    ['/\\evil.example', 'app.example', 'http://app.example//evil.example'],
    ['http://evil.example/x?y', 'app.example', 'http://app.example/x?y'],
    ['/', 'app@evil.example', 'http://latchkey.invalid/'],
    ['/', 'app.example/evil', 'http://latchkey.invalid/'],
    ['/', 'a b', 'http://latchkey.invalid/'],
    ['/', '[::1]:80', 'http://[::1]/'],
    ['/', '', 'http://latchkey.invalid/'],
  ])('BI-2 %s at host %s is told as it is, and its URL is %s', async (target, host, url) => {
    const [request, context] = await given(head(`GET ${target} HTTP/1.1`, `Host: ${host}`));
    expect([context.target, request.url]).toEqual([target, url]);
  });

  test('BI-2 a request without a host has a URL of nobody', async () => {
    const [request] = await given(head('GET /x HTTP/1.0'));
    expect(request.url).toBe('http://latchkey.invalid/x');
  });

  test('BI-2 header lines are told one by one, and the peer is the socket’s', async () => {
    const lines = ['Host: app.example', 'X-A: 1', 'x-a: 2', 'X-Forwarded-For: 192.0.2.1'];
    const [request, context] = await given(head('GET / HTTP/1.1', ...lines));
    expect(context.headers?.slice(1, 3)).toEqual([
      ['X-A', '1'],
      ['x-a', '2'],
    ]);
    expect([context.peer, request.headers.get('x-a')]).toEqual(['127.0.0.1', '1, 2']);
  });

  test('BI-2 a method that no Web Request can have is in the context', async () => {
    const [request, context] = await given(head('TRACE / HTTP/1.1', 'Host: app.example'));
    expect([request.method, context.method]).toEqual(['GET', 'TRACE']);
  });

  test('BI-2 what a framework keeps elsewhere counts before what stands on the request', async () => {
    const server = createServer((req, res) => {
      Object.assign(req, { originalUrl: '/mount/x', body: 'parsed' });
      const [, own] = fromNode(req);
      const [request, told] = fromNode(req, { target: '/told', body: null });
      res.end(JSON.stringify([own.target, own.body, told.target, told.body, new URL(request.url).pathname]));
    }).listen(0, '127.0.0.1');
    open.push(server);
    await once(server, 'listening');
    const { body } = await raw((server.address() as AddressInfo).port, 'GET /x', []);
    expect(JSON.parse(body)).toEqual(['/mount/x', 'parsed', '/told', null, '/told']);
  });
});

describe('BI-1 a handler as a listener', () => {
  test('BI-1 a body of any size goes through', async () => {
    const port = await serving(async (request) => new Response(await request.text()));
    for (const size of [0, 1, 65_536, 3_000_000]) {
      const text = 'ä'.repeat(size);
      const reply = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: text });
      expect((await reply.text()) === text, `${size}`).toBe(true);
    }
  });

  test('BI-1 an answer without a body announces none', async () => {
    const port = await serving(async () => new Response(null, { status: 204 }));
    const { status, headers } = await raw(port, 'GET /', []);
    expect([status, headers.has('content-length'), headers.has('transfer-encoding')]).toEqual([
      204,
      false,
      false,
    ]);
  });

  test('BI-1 a body that breaks off is an error of the stream, and the server goes on', async () => {
    const broken: string[] = [];
    let entered = (): void => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const port = await serving(async (request) => {
      entered();
      const text = await request.text().catch((error: Error) => error.message);
      broken.push(text);
      return new Response(text);
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: app.example\r\nContent-Length: 100\r\n\r\nsome');
    await inside;
    socket.destroy();
    const { body } = await raw(port, 'POST /', [], 'whole');
    expect(body).toBe('whole');
    await expect.poll(() => broken).toContain('The body broke off.');
  });
});
