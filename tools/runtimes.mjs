// `npm run runtimes`: the fetch binding on Bun, Deno and workerd, held to the suite that it passes on Node. The runtimes
// are installed in tools/runtimes, outside of the workspace; no other command needs them. What a runtime cannot show
// is declared below, and the suite proves that it is so.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { root } from '../scripts/pnpm.mjs';

/** @typedef {{ id: string, problem: string | null }} Outcome */

const folder = path.join(root, 'tools', 'runtimes');
const fixtures = path.join(root, 'packages', 'fetch', 'test', 'runtime');
const scratch = mkdtempSync(path.join(tmpdir(), 'latchkey-runtimes-'));

/** @param {string} name */
const binary = (name) => path.join(folder, 'node_modules', '.bin', name);

/** What a `Request` says less than the wire, wherever nothing else is to be had. */
const plain = ['raw-headers', 'absolute-form', 'asterisk-form', 'earlier-headers', 'departure'];
/** @type {Readonly<Record<string, readonly string[]>>} */
const lacks = {
  bun: [...plain, 'raw-target'],
  deno: plain,
  workerd: [...plain, 'empty-authorization', 'peer'],
};

function install() {
  const wanted = Object.keys(
    JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).dependencies,
  );
  if (wanted.every((name) => existsSync(path.join(folder, 'node_modules', name)))) return;
  const options = ['--no-package-lock', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['install', ...options], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error('the runtimes could not be installed');
}

/** One file of what a runtime is to run, over the built packages. @param {string} name */
function bundle(name) {
  const output = path.join(scratch, `${name}.mjs`);
  const source = path.join(fixtures, `${name}.ts`);
  const options = [
    '--bundle',
    '--format=esm',
    '--external:node:*',
    '--log-level=warning',
    `--outfile=${output}`,
  ];
  const { status } = spawnSync(binary('esbuild'), [source, ...options], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} could not be bundled`);
  return output;
}

/** Runs the suite inside a runtime; gives what it printed. @param {string} name @param {readonly string[]} args */
async function within(name, args) {
  const child = spawn(binary(name), [...args, ...(lacks[name] ?? [])], {
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

/** The suite from outside: workers cannot hold it, so that engine and host of each case answer over HTTP. */
async function workerd() {
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

  for (const name of ['bridge', 'worker']) bundle(name);
  const config = path.join(scratch, 'config.capnp');
  const date = 'compatibilityDate = "2026-01-01", globalOutbound = "net"';
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "net", network = (allow = ["public", "private"])),
    (name = "bridge", worker = (modules = [(name = "worker", esModule = embed "bridge.mjs")], ${date},
      bindings = [(name = "BRIDGE", text = "http://127.0.0.1:${port}")])),
    (name = "whole", worker = (modules = [(name = "worker", esModule = embed "worker.mjs")], ${date})) ],
  sockets = [
    (name = "bridge", address = "127.0.0.1:0", http = (), service = "bridge"),
    (name = "whole", address = "127.0.0.1:0", http = (), service = "whole") ]
);
`,
  );
  const child = spawn(binary('workerd'), ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  /** @type {Map<string, number>} */
  const ports = new Map();
  const control = createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdio[3]) });
  for await (const line of control) {
    const { socket, port: heard } = JSON.parse(line);
    if (socket !== undefined) ports.set(socket, heard);
    if (ports.size === 2) break;
  }

  /** @type {Outcome[]} */
  const outcomes = [];
  const create = async (/** @type {unknown} */ given) => {
    probe = given;
    return { port: ports.get('bridge'), lacks: lacks['workerd'], close: async () => undefined };
  };
  for (const { id, run } of httpBindingCases()) {
    const problem = await run(create).then(
      () => null,
      (/** @type {Error} */ error) => error.message,
    );
    outcomes.push({ id, problem });
  }
  const base = `http://127.0.0.1:${ports.get('whole')}`;
  const token = await (await fetch(`${base}/public/token`, { method: 'POST' })).text();
  const ask = async (/** @type {string} */ method, /** @type {string} */ text) =>
    (await fetch(`${base}/api/notes`, { method, headers: { Authorization: `Bearer ${text}` } })).status;
  const statuses = String([
    await ask('GET', token),
    await ask('POST', token),
    await ask('GET', `${token} x`),
  ]);
  outcomes.push({ id: 'memory-store', problem: statuses === '200,403,401' ? null : `statuses ${statuses}` });
  child.kill();
  bridge.close();
  bridge.closeAllConnections();
  return outcomes;
}

install();
const suite = bundle('server');
/** @type {Record<string, Outcome[]>} */
const results = {
  bun: await within('bun', [suite]),
  deno: await within('deno', ['run', '--allow-net', suite]),
  workerd: await workerd(),
};
rmSync(scratch, { recursive: true });

let failed = 0;
for (const [name, outcomes] of Object.entries(results)) {
  const bad = outcomes.filter(({ problem }) => problem !== null);
  failed += bad.length + (outcomes.some(({ id }) => id === 'memory-store') ? 0 : 1);
  console.log(`${name}: ${outcomes.length - bad.length} passed, ${bad.length} failed`);
  for (const { id, problem } of bad) console.log(`  ${id}: ${problem}`);
}
process.exitCode = failed > 0 ? 1 : 0;
