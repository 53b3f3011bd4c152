import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Decision, outageAnswer, type PublicAnswer, pairedHeaderLines } from '@latchkey/core';
import { expect, test } from 'vitest';
import {
  type BindingFactory,
  type BindingProbe,
  type BindingTrait,
  httpBindingCases,
} from '../../src/index.ts';

/** The parts of a binding for node:http, each to be broken by itself. */
const sound = {
  target: (req: IncomingMessage): string => req.url ?? '',
  headers: (req: IncomingMessage): readonly (readonly [string, string])[] =>
    pairedHeaderLines(req.rawHeaders),
  peer: (req: IncomingMessage): string | undefined => req.socket.remoteAddress,
  before: async (_req: IncomingMessage, _res: ServerResponse): Promise<void> => undefined,
  isOver: (req: IncomingMessage): boolean => req.socket.destroyed,
  carry: (decision: Decision): Decision | undefined => decision,
  refuse(res: ServerResponse, { status, headers, body }: PublicAnswer): void {
    res.statusCode = status;
    for (const [name] of headers) res.removeHeader(name);
    for (const [name, value] of headers) res.appendHeader(name, value);
    res.end(JSON.stringify(body));
  },
  onFault(res: ServerResponse, probe: BindingProbe, error: unknown): void {
    sound.refuse(res, outageAnswer);
    probe.onError(error);
  },
  onHostFault(res: ServerResponse, _probe: BindingProbe, error: Error): void {
    res.writeHead(418).end(error.message);
  },
  lacks: [] as readonly BindingTrait[],
};

const serving =
  (change: Partial<typeof sound>): BindingFactory =>
  async (probe) => {
    const parts = { ...sound, ...change };
    const handle = async (req: IncomingMessage, res: ServerResponse): Promise<unknown> => {
      res.setHeader('X-Before', '1').setHeader('Cache-Control', 'public');
      await parts.before(req, res);
      const { method = '', url: target = '' } = req;
      const input = { method, target: parts.target(req), headers: parts.headers(req), peer: parts.peer(req) };
      let decision: Decision;
      try {
        decision = await probe.engine.authenticate(input);
      } catch (error) {
        return parts.onFault(res, probe, error);
      }
      if (decision.effect === 'deny') return parts.refuse(res, decision.answer);
      if (parts.isOver(req)) return;
      const { authorization } = req.headers;
      const seen = { decision: parts.carry(decision), method, target, authorization };
      try {
        return res.end(await probe.host({ ...seen, body: () => text(req) }));
      } catch (error) {
        return parts.onHostFault(res, probe, error as Error);
      }
    };
    const server = createServer((req, res) => void handle(req, res).catch(() => res.destroy())).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const close = async (): Promise<void> => void server.close().closeAllConnections();
    return { port: (server.address() as AddressInfo).port, lacks: parts.lacks, close };
  };

/** The ids of the cases that a server fails. */
async function failures(change: Partial<typeof sound>): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { id, run } of httpBindingCases())
    await run(serving(change)).catch(() => {
      failed.push(id);
    });
  return failed;
}

const withoutHeader =
  (left: string): typeof sound.refuse =>
  (res, answer) =>
    sound.refuse(res, { ...answer, headers: answer.headers.filter(([name]) => name !== left) });

let shared: Decision | undefined;

const faults: readonly [what: string, change: Partial<typeof sound>, caught: readonly string[]][] = [
  ['decodes the target', { target: ({ url = '' }) => unescape(url) }, ['target-1', 'target-2']],
  ['drops the query', { target: ({ url = '' }) => url.replace(/\?.*/, '') }, ['target-1', 'target-5']],
  ['merges slashes', { target: ({ url = '' }) => url.replace(/\/+/g, '/') }, ['target-3']],
  [
    'reads the target as a URL does',
    { target: ({ url = '' }) => new URL(url, 'http://x').href.slice(8) },
    ['target-dots', 'target-absolute'],
  ],
  [
    'takes the headers that Node joins and drops',
    { headers: ({ headers }) => Object.entries(headers).map(([name, value]) => [name, String(value)]) },
    ['header-lines', 'authorization-two-equal-ones'],
  ],
  [
    'believes X-Forwarded-For',
    { peer: ({ headers }) => String(headers['x-forwarded-for'] ?? '127.0.0.1').split(',')[0] },
    ['peer-socket', 'peer-allowed', 'peer-forged'],
  ],
  ['knows no peer, and does not say so', { peer: () => undefined }, ['peer-socket', 'peer-allowed']],
  ['says it knows no peer, and does', { lacks: ['peer'] }, ['peer-socket', 'peer-allowed']],
  ['says it cannot see raw headers, and does', { lacks: ['raw-headers'] }, ['header-lines']],
  ['says it sees no empty line, and does', { lacks: ['empty-authorization'] }, ['authorization-empty-first']],
  ['says it cannot see raw targets, and does', { lacks: ['raw-target'] }, ['target-dots']],
  ['says it cannot see absolute targets, and does', { lacks: ['absolute-form'] }, ['target-absolute']],
  ['says it cannot see the target *, and does', { lacks: ['asterisk-form'] }, ['target-asterisk']],
  ['says it notices no departure, and does', { lacks: ['departure'] }, ['departed']],
  ['reads the body', { before: async (req) => void (await text(req)) }, ['allow', 'defer', 'defer-body']],
  ['puts the decision nowhere', { carry: () => undefined }, ['allow', 'defer', 'keep-alive']],
  [
    'keeps the decision beside the requests',
    {
      carry: (decision) => {
        shared = shared?.effect === 'allow' ? shared : decision;
        return shared;
      },
    },
    ['keep-alive', 'overtaking'],
  ],
  ['goes on for callers that have gone', { isOver: () => false }, ['departed']],
  ['allows to store a deny', { refuse: withoutHeader('Cache-Control') }, ['deny', 'deny-earlier']],
  ['challenges nobody', { refuse: withoutHeader('WWW-Authenticate') }, ['deny-challenges']],
  [
    'sends the last challenge only',
    {
      refuse: (res, { status, headers, body }) =>
        void res.writeHead(status, Object.fromEntries(headers)).end(JSON.stringify(body)),
    },
    ['deny-challenges'],
  ],
  [
    'tells the real reason',
    {
      refuse: (res, answer) =>
        sound.refuse(res, { ...answer, reason: 'x', body: { ...answer.body, reason: 'x' } }),
    },
    ['deny', 'deny-challenges'],
  ],
  [
    'challenges whoever is deferred',
    { before: async (_, res) => void res.setHeader('WWW-Authenticate', 'Bearer') },
    ['defer-anonymous'],
  ],
  [
    'lets through what the engine failed to decide',
    { onFault: (res) => void res.end('let through') },
    ['engine-rejects', 'engine-throws', 'engine-closed'],
  ],
  [
    'keeps a failure of the engine to itself',
    { onFault: (res) => sound.refuse(res, outageAnswer) },
    ['engine-rejects', 'engine-throws', 'engine-closed'],
  ],
  [
    'takes a failure of the host for one of the engine',
    { onHostFault: sound.onFault },
    ['host-throws', 'host-rejects-with'],
  ],
];

test('BI-4 a sound binding passes every case, and each has an id and a clause of its own', async () => {
  expect(await failures({})).toEqual([]);
  const cases = httpBindingCases();
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  for (const { title } of cases) expect(title).toMatch(/^BI-[1-4]|^CR-1/);
});

test.each(faults)('BI-4 a binding that %s is found out', async (_, change, caught) => {
  shared = undefined;
  expect(await failures(change)).toEqual(expect.arrayContaining([...caught]));
});
