import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { findProgram, requireProgram } from '../services/packages.mjs';
import {
  EarlyExit,
  freePort,
  launch,
  makeFolder,
  onFreePorts,
  removeFolder,
  run,
} from '../services/process.mjs';

/** Starts this Node with a script as if it were a server. @param {string} script @param {(pid: number) => boolean} isReady */
async function started(script, isReady) {
  const folder = makeFolder('test', null);
  const log = path.join(folder, 'log');
  const running = await launch({
    name: 'a server',
    command: process.execPath,
    args: ['-e', script],
    account: null,
    cwd: folder,
    log,
    isReady: (pid) => isReady(pid),
    timeoutMs: 3000,
  });
  return { running, folder };
}

const saidReady = (/** @type {string} */ folder) =>
  readFileSync(path.join(folder, 'log'), 'utf8').includes('ready');

test('a port is free and is given once', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
  const server = createServer();
  await new Promise((resolve) => server.listen(ports[0], '127.0.0.1', () => resolve(undefined)));
  server.close();
});

test('a server that ends early gets other ports, five times at most', async () => {
  const seen = new Set();
  const answer = await onFreePorts(2, async (ports) => {
    for (const port of ports) seen.add(port);
    if (seen.size < 6) throw new EarlyExit('taken');
    return 'ready';
  });
  expect(answer).toBe('ready');
  expect(seen.size).toBe(6);
  await expect(onFreePorts(1, () => Promise.reject(new EarlyExit('taken')))).rejects.toThrow('taken');
  await expect(onFreePorts(1, () => Promise.reject(new TypeError('another')))).rejects.toThrow(TypeError);
});

test('a server that ends before it is ready is told with its last words', async () => {
  await expect(started('console.error("no such option"); process.exit(1)', () => false)).rejects.toThrow(
    /ended before it was ready:\nno such option/,
  );
});

test('a server is paused, resumed and stopped, with what it started', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-beat-'));
  const beat = path.join(folder, 'beat');
  // The child is what beats, so that a pause of the parent alone would not be noticed as one.
  const child = `setInterval(() => require("node:fs").appendFileSync(${JSON.stringify(beat)}, "."), 5)`;
  const script = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}]); setInterval(() => 0, 1e6)`;
  const server = await started(script, () => existsSync(beat));
  const beats = async () => {
    const before = readFileSync(beat).length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    return readFileSync(beat).length - before;
  };
  expect(await beats()).toBeGreaterThan(0);
  server.running.pause();
  await beats();
  expect(await beats()).toBe(0);
  server.running.resume();
  expect(await beats()).toBeGreaterThan(0);
  await server.running.stop('SIGKILL');
  await beats();
  expect(await beats()).toBe(0);
  removeFolder(server.folder);
  rmSync(folder, { recursive: true });
});

test('a server that no signal but SIGKILL ends is ended', async () => {
  const folder = makeFolder('test', null);
  const running = await launch({
    name: 'a deaf server',
    command: process.execPath,
    args: ['-e', 'process.on("SIGTERM", () => 0); setInterval(() => 0, 1e6); console.log("ready")'],
    account: null,
    cwd: folder,
    log: path.join(folder, 'log'),
    isReady: () => saidReady(folder),
  });
  await running.stop('SIGTERM');
  expect(() => process.kill(running.pid, 0)).toThrow();
  removeFolder(folder);
}, 20_000);

test('a program is found by its newest folder, and a missing one is named with its package', async () => {
  expect(findProgram({ name: 'node', debian: 'nodejs', folders: [path.dirname(process.execPath)] })).toBe(
    path.join(path.dirname(process.execPath), 'node'),
  );
  expect(findProgram({ name: 'no-such-program', debian: 'none', folders: ['/nowhere/*/bin'] })).toBeNull();
  await expect(run(process.execPath, ['-e', 'console.log("why"); process.exit(3)'])).rejects.toThrow(
    /ended with 3:\nwhy/,
  );
  if (process.getuid?.() === 0) return;
  await expect(requireProgram({ name: 'no-such-program', debian: 'no-such-package' })).rejects.toThrow(
    /apt-get install no-such-package/,
  );
});
