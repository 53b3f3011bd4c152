import { createAdaptorServer } from '@hono/node-server';
import { latchkey } from '@latchkey/hono';
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { ipRestriction } from 'hono/ip-restriction';
import proxyAddr from 'proxy-addr';
import { trusted } from '../world/world.mjs';
import { bearerOf, body, cidrs, handWritten, latchkeyEngine } from './kit.mjs';

/** Trusts proxies by their addresses, as Latchkey does; the middleware itself knows the socket's address only. */
const trust = proxyAddr.compile(trusted);
const clientOf = (/** @type {import('hono').Context} */ c) => proxyAddr(c.env.incoming, trust);

/** @type {Record<string, () => Promise<import('hono').MiddlewareHandler[]>>} */
const guards = {
  bare: async () => [],
  async hand() {
    const check = handWritten();
    return [
      async (c, next) => {
        const found = await check(bearerOf(c.req.header('Authorization')));
        if (found === undefined) return c.body(null, 401);
        await next();
      },
    ];
  },
  latchkey: async () => [latchkey(await latchkeyEngine())],
  async bearer() {
    const check = handWritten();
    return [
      ipRestriction(clientOf, { allowList: cidrs() }),
      bearerAuth({ verifyToken: async (token) => (await check(token)) !== undefined }),
    ];
  },
};

/** @param {string} variant */
export async function serve(variant) {
  const app = new Hono();
  for (const guard of (await guards[variant]?.()) ?? []) app.use(guard);
  app.get('/api/projects/:id/issues', (c) => c.body(body, 200, { 'Content-Type': 'application/json' }));
  return createAdaptorServer({ fetch: app.fetch });
}
