// Opens a page in Chromium and hears what its script tells.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { requireProgram } from '../services/packages.mjs';

/** With these a page gets a clock that is fine enough to measure with. */
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const minutes = 10;

/** Where Debian's Chromium is, after installing it if need be. */
export const findChromium = () => requireProgram({ name: 'chromium', debian: 'chromium' });

/**
 * Runs a module script in a page of a new Chromium; gives the lines that it posts until it posts the end.
 *
 * @param {string} program @param {string} script The file. @param {string} scratch A folder for the profile.
 * @returns {Promise<readonly string[]>}
 */
export async function linesOfPage(program, script, scratch) {
  /** @type {string[]} */
  const lines = [];
  /** @type {() => void} */
  let end = () => undefined;
  const ended = new Promise((resolve) => {
    end = () => resolve(null);
  });
  const page = '<!doctype html><title>Latchkey</title><script type="module" src="/script.js"></script>';
  const server = createServer(async (req, res) => {
    if (req.url === '/line') lines.push(await text(req));
    else if (req.url === '/end') end();
    if (req.url === '/') res.writeHead(200, { ...isolated, 'Content-Type': 'text/html' }).end(page);
    else if (req.url === '/script.js')
      res.writeHead(200, { 'Content-Type': 'text/javascript' }).end(readFileSync(script));
    else res.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  const child = spawn(
    program,
    [
      '--headless',
      // The sandbox of Chromium does not start for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--user-data-dir=${path.join(scratch, 'profile')}`,
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: 'ignore' },
  );
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Chromium did not end in ${minutes} minutes`)),
      minutes * 60_000,
    );
  });
  const exited = once(child, 'exit').then(() => Promise.reject(new Error('Chromium ended before the page')));
  try {
    await Promise.race([ended, late, exited]);
  } finally {
    clearTimeout(timer);
    exited.catch(() => undefined);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    server.close();
    server.closeAllConnections();
  }
  return lines;
}
