import { createServer } from 'node:http';
import { latchkey } from '@latchkey/express';
import express from 'express';
import passport from 'passport';
import { Strategy } from 'passport-http-bearer';
import { bearerOf, body, handWritten, latchkeyEngine } from './kit.mjs';

/** @typedef {(req: any, res: any, next: () => void) => unknown} Handler */

/** @type {Record<string, () => Promise<Handler | null>>} */
const guards = {
  bare: async () => null,
  async hand() {
    const check = handWritten();
    return async (req, res, next) => {
      const found = await check(bearerOf(req.headers.authorization));
      if (found === undefined) return void res.status(401).end();
      next();
    };
  },
  latchkey: async () => latchkey(await latchkeyEngine()),
  async passport() {
    const check = handWritten();
    passport.use(
      new Strategy((/** @type {string} */ token, /** @type {(...answer: any) => void} */ done) => {
        check(token).then((found) => done(null, found ?? false), done);
      }),
    );
    return passport.authenticate('bearer', { session: false });
  },
};

/** @param {string} variant */
export async function serve(variant) {
  const app = express();
  const guard = await guards[variant]?.();
  if (guard !== null && guard !== undefined) app.use(guard);
  app.get('/api/projects/:id/issues', (/** @type {any} */ _, /** @type {any} */ res) => {
    res.setHeader('Content-Type', 'application/json');
    res.end(body);
  });
  return createServer(app);
}
