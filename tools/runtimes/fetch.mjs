// The fetch binding on Bun, Deno and workerd, held to the suite that it passes on Node. What a runtime cannot show is
// declared below, and the suite proves that it is so.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/pnpm.mjs';
import { bundle } from './bundle.mjs';
import { startWorkerd } from './workerd.mjs';

/** @typedef {import('./install.mjs').Runtimes} Runtimes */
/** @typedef {{ id: string, problem: string | null }} Outcome */

const fixtures = path.join(root, 'packages', 'fetch', 'test', 'runtime');

/** What a `Request` says less than the wire, wherever nothing else is to be had. */
const plain = ['raw-headers', 'absolute-form', 'asterisk-form', 'earlier-headers', 'departure'];
/** @type {Readonly<Record<string, readonly string[]>>} */
const lacks = {
  bun: [...plain, 'raw-target'],
  deno: plain,
  workerd: [...plain, 'empty-authorization', 'peer'],
};

/** Runs the suite inside a runtime; gives what it printed. @param {Runtimes} runtimes @param {string} name @param {readonly string[]} args */
async function within(runtimes, name, args) {
  const suite = await bundle(runtimes, path.join(fixtures, 'server.ts'), 'server');
  const child = spawn(runtimes.program(name), [...args, suite, ...(lacks[name] ?? [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {Outcome[]} */
  const outcomes = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) outcomes.push(JSON.parse(line));
  }
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) outcomes.push({ id: 'the run', problem: `exit code ${child.exitCode}` });
  return outcomes;
}

/**
 * The suite from outside: workers cannot hold it, so that engine and host of each case answer over HTTP.
 *
 * @param {Runtimes} runtimes
 */
async function workerd(runtimes) {
  const testing = path.join(root, 'packages', 'testing', 'dist', 'index.js');
  const { httpBindingCases } = await import(pathToFileURL(testing).href);
  /** @type {any} the probe of the case that runs */
  let probe;
  /** @type {unknown} */
  let fault;
  const bridge = createServer(async (req, res) => {
    const message = /** @type {any} */ (await json(req));
    try {
      if (req.url === '/engine') {
        const decision = await probe.engine.authenticate({ ...message, peer: message.peer ?? undefined });
        res.end(JSON.stringify(decision));
      } else if (req.url === '/host') {
        res.end(await probe.host({ ...message, body: async () => message.body }));
      } else {
        probe.onError(fault);
        res.end();
      }
    } catch (error) {
      fault = error;
      res.writeHead(500).end(/** @type {Error} */ (error).message);
    }
  }).listen(0, '127.0.0.1');
  await once(bridge, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (bridge.address());

  for (const name of ['bridge', 'worker']) await bundle(runtimes, path.join(fixtures, `${name}.ts`), name);
  const server = await startWorkerd(runtimes, { bridge: { BRIDGE: `http://127.0.0.1:${port}` }, worker: {} });

  /** @type {Outcome[]} */
  const outcomes = [];
  const create = async (/** @type {unknown} */ given) => {
    probe = given;
    return { port: server.port('bridge'), lacks: lacks['workerd'], close: async () => undefined };
  };
  for (const { id, run } of httpBindingCases()) {
    const problem = await run(create).then(
      () => null,
      (/** @type {Error} */ error) => error.message,
    );
    outcomes.push({ id, problem });
  }
  const base = `http://127.0.0.1:${server.port('worker')}`;
  const token = await (await fetch(`${base}/public/token`, { method: 'POST' })).text();
  const ask = async (/** @type {string} */ method, /** @type {string} */ text) =>
    (await fetch(`${base}/api/notes`, { method, headers: { Authorization: `Bearer ${text}` } })).status;
  const statuses = String([
    await ask('GET', token),
    await ask('POST', token),
    await ask('GET', `${token} x`),
  ]);
  outcomes.push({ id: 'memory-store', problem: statuses === '200,403,401' ? null : `statuses ${statuses}` });
  await server.stop();
  bridge.close();
  bridge.closeAllConnections();
  return outcomes;
}

/** How the suite runs on each runtime. @type {Readonly<Record<string, (runtimes: Runtimes) => Promise<Outcome[]>>>} */
const ways = {
  bun: (runtimes) => within(runtimes, 'bun', []),
  deno: (runtimes) => within(runtimes, 'deno', ['run', '--allow-net']),
  workerd,
};

/**
 * Runs the suite of the fetch binding on one runtime and prints what came of it; true where all is well, also on a
 * runtime that it does not concern.
 *
 * @param {Runtimes} runtimes @param {string} name
 */
export async function tryFetch(runtimes, name) {
  const outcomes = await ways[name]?.(runtimes);
  if (outcomes === undefined) return true;
  const bad = outcomes.filter(({ problem }) => problem !== null);
  console.log(`${name}, the fetch binding: ${outcomes.length - bad.length} passed, ${bad.length} failed`);
  for (const { id, problem } of bad) console.log(`  ${id}: ${problem}`);
  return bad.length === 0 && outcomes.some(({ id }) => id === 'memory-store');
}
