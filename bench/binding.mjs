// What a guard adds to a request: the CPU time of a server with it beside that of the bare server.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { known, ranges } from './binding/kit.mjs';
import { counted } from './harness/count.mjs';
import { atMost } from './harness/group.mjs';
import { median } from './harness/measure.mjs';
import { below, numbersFrom } from './world/random.mjs';
import { allowed, headerLines, path as target } from './world/world.mjs';

const autocannon = createRequire(import.meta.url)('autocannon');

/** Each server is started anew so often: how its code is compiled and where it lies differs from start to start. */
const lives = 2;
const rounds = 7;
const perRound = 3000;
/** Compiling costs CPU time too, and goes on for so long: a server runs for days. */
const warmUp = 25_000;

/** The variants of each framework; `bare` is what the others are held against. */
const servers = {
  node: ['bare', 'hand', 'latchkey', 'betterAuth'],
  express: ['bare', 'hand', 'latchkey', 'passport'],
  fastify: ['bare', 'hand', 'latchkey'],
  hono: ['bare', 'hand', 'latchkey', 'bearer'],
};

const frameworkNames = { node: 'node:http', express: 'Express', fastify: 'Fastify', hono: 'Hono' };
const variantNames = {
  bare: 'bare',
  hand: 'hand-written',
  latchkey: 'Latchkey',
  betterAuth: 'better-auth',
  passport: 'passport-http-bearer',
  bearer: 'bearerAuth + ipRestriction',
};
const variantNotes = {
  bare: 'CPU of a whole request, no check',
  hand: 'hashes the token with one-shot `hash` and looks it up; no addresses, scopes or ends',
  latchkey: `the whole policy, ${counted(ranges)} ranges, two proxies`,
  betterAuth: '`verifyApiKey`, memory adapter with 100 keys, rate limit off',
  passport: "`authenticate('bearer')`; its verify callback is the hand-written check",
  bearer: `\`verifyToken\` is the hand-written check; ${counted(ranges)} ranges, the client found by proxy-addr`,
};

/** Requests of different tokens and clients. */
function load() {
  const made = known();
  const clients = allowed(ranges);
  const next = numbersFrom(13);
  return Array.from({ length: 512 }, () => {
    const lines = headerLines(
      made[below(next, made.length)]?.text ?? '',
      clients[below(next, clients.length)]?.member ?? '',
    );
    return { method: 'GET', path: target, headers: Object.fromEntries(lines) };
  });
}

/** @param {string} framework @param {string} variant */
async function start(framework, variant) {
  const child = fork(path.join(import.meta.dirname, 'binding', 'server.mjs'), [framework, variant], {
    execArgv: ['--no-warnings'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [{ port }] = await once(child, 'message');
  const cpu = async () => {
    child.send('cpu');
    const [{ microseconds }] = await once(child, 'message');
    return microseconds;
  };
  /** Microseconds of CPU a request, over so many. @param {readonly unknown[]} requests @param {number} amount */
  const ask = async (requests, amount) => {
    const before = await cpu();
    const {
      non2xx,
      errors,
      '2xx': fine,
    } = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections: 16,
      amount,
      requests,
      // It looks no more often than this whether all have been answered.
      sampleInt: 50,
    });
    if (non2xx + errors > 0) throw new Error(`${framework}, ${variant}: ${non2xx} refused, ${errors} errors`);
    return ((await cpu()) - before) / fine;
  };
  return { framework, variant, ask, stop: () => child.disconnect(), samples: /** @type {number[]} */ ([]) };
}

/**
 * What each variant adds to the bare server in each round of one life of the servers; of the bare one, all it takes.
 *
 * @param {string} framework @param {readonly string[]} variants @param {readonly unknown[]} requests
 */
async function addedBy(framework, variants, requests) {
  const started = [];
  for (const variant of variants) started.push(await start(framework, variant));
  for (const { ask } of started) await ask(requests, warmUp);
  for (let round = 0; round < rounds; round++)
    for (let place = 0; place < started.length; place++) {
      const server = started[(place + round) % started.length];
      server?.samples.push(await server.ask(requests, perRound));
    }
  const bare = started[0]?.samples ?? [];
  return started.map(({ variant, samples, stop }) => {
    stop();
    const values =
      variant === 'bare' ? samples : samples.map((value, round) => value - (bare[round] ?? Number.NaN));
    return /** @type {const} */ ([variant, values]);
  });
}

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Binding',
  about:
    'CPU time (user and system) that a check adds to a request: that of a server with it less that of the bare server in the same round. Each server is a process of its own, warm after 25,000 requests; the load is another, 16 connections.',
  async measure() {
    const requests = load();
    const figures = [];
    /** @type {Map<string, number[]>} */
    const added = new Map();
    for (const [framework, variants] of Object.entries(servers)) {
      for (let life = 0; life < lives; life++)
        for (const [variant, values] of await addedBy(framework, variants, requests)) {
          const name = `${framework} ${variant}`;
          added.set(name, [...(added.get(name) ?? []), ...values]);
        }
      for (const variant of variants)
        figures.push({
          name: `${frameworkNames[/** @type {keyof typeof frameworkNames} */ (framework)]}, ${variantNames[/** @type {keyof typeof variantNames} */ (variant)]}`,
          value: median(added.get(`${framework} ${variant}`) ?? []),
          unit: 'µs',
          note: variantNotes[/** @type {keyof typeof variantNotes} */ (variant)],
        });
    }
    /**
     * Medians and not rounds are divided: within a round the difference may be next to nothing. Where even the
     * median is, the machine was too busy to tell.
     *
     * @param {string} of @param {string} beside
     */
    const ratio = (of, beside) => {
      const [dividend, divisor] = [of, beside].map((name) => median(added.get(name) ?? []));
      return dividend !== undefined && divisor !== undefined && Math.min(dividend, divisor) > 0
        ? dividend / divisor
        : Number.NaN;
    };
    return {
      figures,
      charts: [
        {
          title: 'CPU time that a check adds to a request',
          unit: 'µs',
          better: 'less',
          bars: figures.filter(({ name }) => !name.endsWith(', bare')),
        },
      ],
      targets: [
        ...Object.entries(frameworkNames).map(([framework, name]) =>
          atMost(
            `CPU added beside the hand-written check, ${name}`,
            1.4,
            ratio(`${framework} latchkey`, `${framework} hand`),
          ),
        ),
        atMost('beside passport-http-bearer, Express', 0.5, ratio('express latchkey', 'express passport')),
        atMost('beside bearerAuth + ipRestriction, Hono', 0.25, ratio('hono latchkey', 'hono bearer')),
        atMost('beside better-auth, node:http', 0.05, ratio('node latchkey', 'node betterAuth')),
      ],
    };
  },
};
