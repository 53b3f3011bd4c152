// Starts a real server for tests: on its own port, in its own folder, under an account without privileges, and
// never longer than this process lives. Nothing that already runs on the machine is touched.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {{ readonly uid: number, readonly gid: number }} Account
 *
 * @typedef {object} Launch How to start a server.
 * @property {string} name For messages.
 * @property {string} command
 * @property {readonly string[]} args
 * @property {Account | null} account Whom it runs as; null for the user of this process.
 * @property {string} cwd A folder of {@link makeFolder}.
 * @property {string} log The file that its output is appended to.
 * @property {Readonly<Record<string, string>>} [env] Added to the environment.
 * @property {(pid: number) => boolean | Promise<boolean>} isReady Asked again and again; has to prove that the one who
 *   answers is the process with this id, because another server may have taken the port.
 * @property {number} [timeoutMs] Longest wait until it is ready; 30 s unless told.
 *
 * @typedef {object} Running A server that was ready.
 * @property {number} pid
 * @property {string} log
 * @property {Promise<void>} exited
 * @property {(signal: NodeJS.Signals) => void} kill Sends it a signal; SIGKILL ends its children too, like a power cut.
 * @property {() => void} pause Stops it and all its children where they stand (SIGSTOP), as if frozen.
 * @property {() => void} resume Lets them go on.
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop Ends it and waits; SIGKILL when 5 s do not suffice.
 */

/** A server that ended before it was ready: most often somebody else was faster at its port. */
export class EarlyExit extends Error {}

const handedOut = new Set();

/** A TCP port of the loopback address that is free, and that this process has not been given before. */
export async function freePort() {
  for (;;) {
    const port = await new Promise((resolve, reject) => {
      const probe = createServer();
      probe.on('error', reject);
      probe.listen(0, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
      });
    });
    if (!Number.isInteger(port) || handedOut.has(port)) continue;
    handedOut.add(port);
    return /** @type {number} */ (port);
  }
}

/**
 * Calls `start` with free ports, and with others as long as the server ends early; at most five times.
 *
 * @template T @param {number} count @param {(ports: number[]) => Promise<T>} start @returns {Promise<T>}
 */
export async function onFreePorts(count, start) {
  for (let attempt = 1; ; attempt++) {
    const ports = [];
    for (let index = 0; index < count; index++) ports.push(await freePort());
    try {
      return await start(ports);
    } catch (error) {
      if (!(error instanceof EarlyExit) || attempt === 5) throw error;
    }
  }
}

/**
 * The first of these accounts that exists, for servers that refuse to run as root; null when not root.
 *
 * @param {readonly string[]} names @returns {Account | null}
 */
export function unprivileged(names) {
  if (process.getuid?.() !== 0) return null;
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  for (const name of names) {
    const account = accounts.get(name);
    if (account !== undefined) return account;
  }
  throw new Error(`none of the accounts ${names.join(', ')} exists on this machine`);
}

/** A new private folder of an account, in the system's temporary folder. @param {string} name @param {Account | null} account */
export function makeFolder(name, account) {
  const folder = mkdtempSync(path.join(tmpdir(), `latchkey-${name}-`));
  chmodSync(folder, 0o700);
  if (account !== null) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** Deletes a folder of {@link makeFolder}. @param {string} folder */
export const removeFolder = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

const hasSetpriv = spawnSync('setpriv', ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * A command line that runs under an account and dies with the process that spawned it, whatever ends that.
 *
 * @param {string} command @param {readonly string[]} args @param {Account | null} account
 */
function guarded(command, args, account) {
  if (!hasSetpriv) return { command, args, identity: account ?? {} };
  const as =
    account === null ? [] : ['--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--clear-groups'];
  return { command: 'setpriv', args: ['--pdeathsig', 'KILL', ...as, '--', command, ...args], identity: {} };
}

/**
 * Runs a command to its end and answers what it printed; throws with its output when it fails.
 *
 * @param {string} command @param {readonly string[]} args
 * @param {{ account?: Account | null, cwd?: string, env?: Readonly<Record<string, string>>, timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { account = null, cwd, env = {}, timeoutMs = 120_000 } = {}) {
  const guard = guarded(command, args, account);
  return new Promise((resolve, reject) => {
    const child = spawn(guard.command, guard.args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...guard.identity,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code ?? signal}:\n${output}`)),
    );
  });
}

/** The ids of a process and of everything that it started, parents first; of itself alone without /proc. @param {number} pid */
export function tree(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const entry of existsSync('/proc') ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      // The name in parentheses may hold anything, so the fields are counted from its end.
      const fields = readFileSync(`/proc/${entry}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // It has ended since the folder was read.
    }
  }
  const found = [pid];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

/** Starts a server and waits until it has proven that it is ready. @param {Launch} launch @returns {Promise<Running>} */
export async function launch({
  name,
  command,
  args,
  account,
  cwd,
  log,
  env = {},
  isReady,
  timeoutMs = 30_000,
}) {
  const guard = guarded(command, args, account);
  const output = openSync(log, 'a');
  const child = spawn(guard.command, guard.args, {
    cwd,
    ...guard.identity,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
    // A Ctrl-C in the terminal is for the tests, which then stop their servers.
    detached: hasSetpriv,
  });
  closeSync(output);
  let hasExited = false;
  const exited = /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const end = () => {
        hasExited = true;
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    })
  );
  const pid = child.pid ?? -1;
  const lastWords = () => readFileSync(log, 'utf8').slice(-2000);
  const signalTree = (/** @type {NodeJS.Signals} */ signal) => {
    // A process id is another's once its process has ended.
    for (const each of hasExited ? [] : tree(pid)) {
      try {
        process.kill(each, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  const kill = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal === 'SIGKILL') signalTree(signal);
    else if (!hasExited) child.kill(signal);
  };
  const pause = () => signalTree('SIGSTOP');
  const resume = () => signalTree('SIGCONT');
  const stop = async (/** @type {NodeJS.Signals} */ signal = 'SIGTERM') => {
    // A paused process acts on no other signal than SIGKILL.
    resume();
    // Again and again, because some servers miss what comes in the moment they are ready.
    for (let attempt = 0; attempt < 10 && !hasExited; attempt++) {
      kill(signal);
      await Promise.race([exited, sleep(500, undefined, { ref: false })]);
    }
    kill('SIGKILL');
    await exited;
  };
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (hasExited) throw new EarlyExit(`${name} ended before it was ready:\n${lastWords()}`);
    if (await isReady(pid)) break;
    if (Date.now() > deadline) {
      await stop('SIGKILL');
      throw new Error(`${name} was not ready after ${timeoutMs} ms:\n${lastWords()}`);
    }
    await sleep(15);
  }
  return { pid, log, exited, kill, pause, resume, stop };
}
