import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import * as latchkeyExpress from '@latchkey/express';
import * as latchkeyFastify from '@latchkey/fastify';
import * as latchkeyFetch from '@latchkey/fetch';
import * as latchkeyHono from '@latchkey/hono';
import * as latchkeyKoa from '@latchkey/koa';
import * as latchkeyNode from '@latchkey/node';
import * as express from 'express';
import * as fastify from 'fastify';
import * as hono from 'hono';
import type Koa from 'koa';
import * as koa from 'koa';
import * as latchkeyHttp from '../../src/index.ts';
import { programOf, run } from './program.ts';

const modules = {
  'node:http': http,
  '@latchkey/express': latchkeyExpress,
  '@latchkey/fastify': latchkeyFastify,
  '@latchkey/fetch': latchkeyFetch,
  '@latchkey/hono': latchkeyHono,
  '@latchkey/http': latchkeyHttp,
  '@latchkey/koa': latchkeyKoa,
  '@latchkey/node': latchkeyNode,
  express,
  fastify,
  hono,
  koa,
};

/** What a program of the guide is given. */
export interface Given {
  readonly engine: Parameters<typeof latchkeyNode.latchkey>[0];
  readonly api: latchkeyHttp.Handler;
  /** Reads a whole body, for a change that puts a parser before the API. */
  readonly textOf?: (stream: AsyncIterable<unknown>) => Promise<string>;
}

/** A server of the guide, listening on the loopback address. */
export interface Mounted {
  readonly port: number;
  close(): Promise<void>;
}

/** Changes the text of a program before it runs; what is changed has to be in it. */
export type Change = readonly [before: string, after: string];

/** What the host behind the mount answers with. */
export const hostText = 'the host';

async function listening(server: http.Server): Promise<Mounted> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => void server.close().closeAllConnections();
  return { port: (server.address() as AddressInfo).port, close };
}

const pasted = (binding: string, given: object, result: string, changes: readonly Change[]) => {
  let program = programOf(binding);
  for (const [before, after] of changes) {
    if (!program.includes(before)) throw new Error(`the program for ${binding} does not say ${before}`);
    program = program.replace(before, after);
  }
  return run(program, modules, { ...given }, result);
};

/** For every binding the program of the guide, with a host behind it that answers everything else. */
export const mounts: Readonly<Record<string, (given: Given, ...changes: Change[]) => Promise<Mounted>>> = {
  async node(given, ...changes) {
    const host: http.RequestListener = (_req, res) => void res.end(hostText);
    return listening((await pasted('node', { ...given, host }, 'server', changes)) as http.Server);
  },
  async express(given, ...changes) {
    const app = (await pasted('express', given, 'app', changes)) as express.Express;
    app.use((_req, res) => void res.end(hostText));
    return listening(http.createServer(app));
  },
  async fastify(given, ...changes) {
    const app = (await pasted('fastify', given, 'app', changes)) as fastify.FastifyInstance;
    app.setNotFoundHandler((_request, reply) => reply.code(200).send(hostText));
    await app.listen({ port: 0, host: '127.0.0.1' });
    const close = async (): Promise<void> => {
      app.server.closeAllConnections();
      await app.close();
    };
    return { port: (app.server.address() as AddressInfo).port, close };
  },
  async hono(given, ...changes) {
    const app = (await pasted('hono', given, 'app', changes)) as hono.Hono;
    app.notFound((c) => c.text(hostText));
    return listening(createAdaptorServer({ fetch: app.fetch }) as http.Server);
  },
  async koa(given, ...changes) {
    const app = (await pasted('koa', given, 'app', changes)) as Koa;
    app.silent = true;
    app.use((ctx) => {
      ctx.body = hostText;
    });
    return listening(http.createServer(app.callback()));
  },
  async fetch(given, ...changes) {
    const host = (): Response => new Response(hostText);
    type Handle = (request: Request, server: object) => Promise<Response>;
    const handle = (await pasted('fetch', { ...given, host }, 'handle', changes)) as Handle;
    const fetch = (request: Request, { incoming }: { incoming: http.IncomingMessage }) =>
      // What the runtime of the program has: the address of a request.
      handle(request, { requestIP: () => ({ address: incoming.socket.remoteAddress }) });
    return listening(createAdaptorServer({ fetch: fetch as never }) as http.Server);
  },
};
