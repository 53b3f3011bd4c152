import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultSettings, hosts } from '@latchkey/core';
import { expect, onTestFinished, test } from 'vitest';
import { hashPassword } from '../../src/serve/passwords.ts';
import { fileWith } from '../program.ts';

/** `npm run soak` asks for 100,000. */
const requests = Number(process.env['LATCHKEY_SOAK'] ?? 10_000);
const atOnce = 64;
const isWhole = requests >= 100_000;
/** How much memory may grow after the first third; a short run is still warming up. */
const growth = isWhole ? 1.3 : 1.6;

/** Loaded into the server's process: tells over IPC what it holds, after a full collection. */
const gauge = `
process.on('message', () => {
  gc();
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ rss, heapUsed, sockets });
});
process.channel.unref();
`;

/** What the server's process holds. */
interface Held {
  readonly rss: number;
  readonly heapUsed: number;
  readonly sockets: number;
}

async function held(child: ChildProcess): Promise<Held> {
  const told = once(child, 'message');
  child.send('measure');
  const [message] = (await told) as [Held];
  return message;
}

/** The built program in a process of its own; answers it and the address it listens on. */
async function served(users: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const program = path.join(import.meta.dirname, '../../bin/latchkey.js');
  const preload = `data:text/javascript,${encodeURIComponent(gauge)}`;
  const args = ['--expose-gc', '--import', preload, program];
  const child = spawn(
    process.execPath,
    [...args, 'serve', '--port', '0', '--store', 'memory', '--users', users],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let banner = '';
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    banner += String(chunk);
    const url = /Listening on (\S+)\//.exec(banner)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('The server ended before it listened.');
}

/** One kind of request, and the one status that answers it; null for one that the client breaks off. */
interface Kind {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number | null;
}

const json = { 'Content-Type': 'application/json' };
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

const kindsWith = (admin: string, reader: string): readonly Kind[] => [
  { line: 'GET /api/notes', headers: bearer(reader), status: 200 },
  { line: 'GET /api/me', headers: { Authorization: `Basic ${btoa(`ada:${reader}`)}` }, status: 200 },
  { line: 'POST /api/notes', headers: { ...bearer(reader), ...json }, body: '{"text":"a"}', status: 403 },
  { line: 'GET /api/notes', headers: { Authorization: `Basic ${btoa('ada:guess')}` }, status: 401 },
  { line: 'GET /api/notes', headers: bearer('lk_nonsense'), status: 401 },
  { line: 'GET /api/notes', headers: {}, status: 401 },
  { line: 'GET /api/notes', headers: { Authorization: 'Negotiate abc' }, status: 401 },
  { line: 'GET /', headers: {}, status: 200 },
  { line: 'GET /nowhere', headers: bearer(reader), status: 404 },
  { line: 'GET /api/../secret', headers: bearer(reader), status: 400 },
  { line: 'GET /api/notes', headers: { Authorization: 'Basic !!!' }, status: 401 },
  { line: 'POST /api/notes', headers: { ...bearer(admin), ...json }, body: '{"text":', status: 400 },
  { line: 'POST /api/latchkey/tokens', headers: { ...bearer(admin), ...json }, body: '{"x":1}', status: 422 },
  { line: 'GET /api/latchkey/me', headers: bearer(reader), status: 200 },
  { line: 'GET /api/latchkey/tokens?limit=10', headers: bearer(admin), status: 200 },
  { line: 'GET /api/latchkey/settings', headers: bearer(admin), status: 200 },
  { line: 'GET /api/latchkey/audit?limit=5', headers: bearer(reader), status: 403 },
  { line: 'POST /api/notes', headers: { ...bearer(admin), ...json, 'Content-Length': '99' }, status: null },
];

/** The status, null where the client broke off, `closed` for a kept connection that the server had just ended. */
type Outcome = number | null | 'closed';

/** Sends one request and reads its answer to the end. */
function send(url: URL, agent: Agent, { line, headers, body, status }: Kind): Promise<Outcome> {
  const [method = '', target = ''] = line.split(' ');
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    const sent = request({ hostname, port, method, path: target, headers, agent });
    if (status === null) {
      sent.once('error', () => undefined);
      sent.once('close', () => resolve(null));
      sent.write('{"te', () => sent.destroy());
      return;
    }
    sent.once('error', (error) =>
      // The server may end an idle connection at the very moment at which it is used again.
      sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET' ? resolve('closed') : reject(error),
    );
    sent.once('response', (reply) => {
      reply.once('end', () => resolve(reply.statusCode ?? 0));
      reply.once('error', reject);
      reply.resume();
    });
    sent.end(body);
  });
}

test(`BI-4, MA-2 ${requests} mixed requests, ${atOnce} at once, are each answered as they should be and leave nothing behind`, async () => {
  const passwordHash = await hashPassword('sesame');
  const admin = { name: 'admin', passwordHash, groups: ['administrators'], administrator: true };
  const users = fileWith(
    JSON.stringify([admin, { ...admin, name: 'ada', administrator: false }]),
    'users.json',
  );
  const { child, url } = await served(users);
  const headers = { Authorization: `Basic ${btoa('admin:sesame')}`, 'X-Latchkey-Request': '1', ...json };
  const manage = async (what: string, method: string, document: unknown, more = {}) => {
    const body = JSON.stringify(document);
    const reply = await fetch(`${url}/api/latchkey${what}`, {
      method,
      headers: { ...headers, ...more, Connection: 'close' },
      body,
    });
    expect(reply.status).toBe(method === 'POST' ? 201 : 200);
    return (await reply.json()) as { readonly text: string };
  };
  const issue = async (subject: string, scope: string): Promise<string> =>
    (await manage('/tokens', 'POST', { label: 'soak', subject, scope })).text;
  const kinds = kindsWith(await issue('admin', 'read-write'), await issue('ada', 'read-only'));
  const standing = await fetch(`${url}/api/latchkey/settings`, {
    headers: { ...headers, Connection: 'close' },
  });
  await standing.arrayBuffer();
  const passwords = { mode: 'refused', pathGuard: true, remoteApi: 'refused' };
  await manage(
    '/settings',
    'PUT',
    { ...defaultSettings(hosts.generic), passwords },
    {
      'If-Match': standing.headers.get('etag') ?? '',
    },
  );

  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const unexpected = new Map<string, number>();
  const target = new URL(url);
  let [next, closed] = [0, 0];
  async function runTo(last: number): Promise<void> {
    const worker = async (): Promise<void> => {
      while (next < last) {
        const kind = kinds[next++ % kinds.length] as Kind;
        let status = await send(target, agent, kind);
        if (status === 'closed') {
          closed++;
          status = await send(target, agent, kind);
        }
        if (status === kind.status) continue;
        const told = `${kind.line}: ${status} in place of ${kind.status}`;
        unexpected.set(told, (unexpected.get(told) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  const startedAt = performance.now();
  await runTo(Math.floor(requests / 3));
  const warm = await held(child);
  await runTo(requests);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await held(child);
  agent.destroy();
  let { sockets } = await held(child);
  for (let tries = 0; sockets > 0 && tries < 100; tries++) {
    await pause(100);
    ({ sockets } = await held(child));
  }

  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  if (isWhole)
    console.info(
      `${requests} requests in ${seconds.toFixed(1)} s; resident ${mebibytes(warm.rss)} → ${mebibytes(after.rss)} MiB,`,
      `heap ${mebibytes(warm.heapUsed)} → ${mebibytes(after.heapUsed)} MiB; ${after.sockets} sockets, then ${sockets}`,
    );
  expect(Object.fromEntries(unexpected)).toEqual({});
  // Those that a client broke off may be on their way out.
  expect(after.sockets).toBeLessThan(2 * atOnce);
  expect(sockets).toBe(0);
  expect(closed).toBeLessThanOrEqual(requests / 1000);
  expect(after.heapUsed).toBeLessThan(1.3 * warm.heapUsed);
  expect(after.rss).toBeLessThan(growth * warm.rss);
}, 300_000);
