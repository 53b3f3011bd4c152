// What the examples of a package take as given, beside the fixture: a server of the framework, a request that has come in.
/** Code before the examples of a package, by its name, or by `package name` for a single one. @type {Readonly<Record<string, string>>} */
export const givens = {
  '@latchkey/attempts': `
    import { createClient } from 'redis';
    const storeClient = createClient();`,
  '@latchkey/core impactOf': 'const tokens = [];',
  '@latchkey/express': `
    import express from 'express';
    const app = express();`,
  '@latchkey/fastify': `
    import fastify from 'fastify';
    const app = fastify();`,
  // The runtime that the example is for is tried by npm run runtimes.
  '@latchkey/fetch': 'const Bun = { serve: ({ fetch }) => fetch };',
  '@latchkey/hono': `
    import { Hono } from 'hono';
    const app = new Hono();`,
  '@latchkey/http': `
    import express from 'express';
    import { latchkey } from '@latchkey/express';
    import { managementApi as apiOf } from '@latchkey/http';
    import { requestInput } from '@latchkey/node';
    import { memoryStore } from '@latchkey/store-memory';
    import { engine as ready, ports as options } from './fixture.mjs';
    const app = express();
    const store = memoryStore();
    const req = { method: 'GET', url: '/api/latchkey/me', rawHeaders: ['Host', 'a'], headers: { host: 'a' },
      socket: { remoteAddress: '10.0.0.7' } };
    const ctx = { req, state: {} };
    const request = new Request('http://a/api/latchkey/me');
    const api = apiOf({ ...options, engine: ready });`,
  '@latchkey/koa': `
    import Koa from 'koa';
    const app = new Koa();`,
  '@latchkey/node': "import { createServer } from 'node:http';",
  '@latchkey/store-redis': `
    import { createClient } from 'redis';
    const error = new Error('another');`,
  '@latchkey/store-sql': `
    import { openSql as open } from '@latchkey/store-sql';
    const error = new Error('another');
    const db = await open('sqlite:example.sqlite');`,
  '@latchkey/testing referenceFacts': `
    import { createHash } from 'node:crypto';
    import { composeToken, digestToken } from '@latchkey/core';
    import { host, now, random, settings, users } from './fixture.mjs';
    const { id, text } = composeToken('lk', random);
    const record = { id, digest: digestToken(text), keyVersion: null, label: 'build', subject: 'ada', issuedBy: 'ada',
      scope: 'read-only', createdAt: now, expiresAt: null, lastUsedAt: null, revokedAt: null, revokedBy: null, replaces: null };
    const sha256 = (secret) => createHash('sha256').update(secret).digest('base64url');
    const world = { host, settings, now, users, tokens: [record], sha256 };
    const headers = [['Authorization', \`Bearer \${text}\`]];
    const request = { method: 'GET', target: '/api/hello', headers, peer: '10.0.0.7' };`,
  '@latchkey/testing': `
    import { createHash } from 'node:crypto';
    import fc from 'fast-check';
    import { now, settings, host, users } from './fixture.mjs';
    const sha256 = (text) => createHash('sha256').update(text).digest('base64url');
    const world = { host, settings, now, users, tokens: [], sha256 };
    // The suites are run in full by the tests of this package and of each store and binding.
    const test = (title, body) => [title, body];
    const failsSomewhere = async (factory) => factory;`,
};
