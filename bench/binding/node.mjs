import { createServer } from 'node:http';
import { latchkey } from '@latchkey/node';
import { inMemoryAdapter } from '../peers/better-auth.mjs';
import { bearerOf, body, handWritten, latchkeyEngine } from './kit.mjs';

/** @typedef {import('node:http').RequestListener} RequestListener */

/** @type {RequestListener} */
const handler = (_, res) => {
  res.setHeader('Content-Type', 'application/json');
  res.end(body);
};

/** @type {Record<string, () => Promise<RequestListener>>} */
const guarded = {
  bare: async () => handler,
  async hand() {
    const check = handWritten();
    return async (req, res) => {
      const found = await check(bearerOf(req.headers.authorization));
      if (found === undefined) return void res.writeHead(401).end();
      handler(req, res);
    };
  },
  async latchkey() {
    const guard = latchkey(await latchkeyEngine());
    return (req, res) => void guard(req, res, () => handler(req, res));
  },
  /** The load's tokens are not its own, so each request is given one of its keys; the header is read all the same. */
  async betterAuth() {
    const { auth, keys } = await inMemoryAdapter(100);
    let number = 0;
    return async (req, res) => {
      bearerOf(req.headers.authorization);
      const { valid } = await auth.api.verifyApiKey({ body: { key: keys[number++ % keys.length] ?? '' } });
      if (!valid) return void res.writeHead(401).end();
      handler(req, res);
    };
  },
};

/** @param {string} variant */
export async function serve(variant) {
  const listener = await guarded[variant]?.();
  if (listener === undefined) throw new Error(`no variant ${variant}`);
  return createServer(listener);
}
