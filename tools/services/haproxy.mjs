// A real HAProxy for tests.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from './packages.mjs';
import { launch, makeFolder, onFreePorts, removeFolder, unprivileged } from './process.mjs';
import { serverOf } from './server.mjs';

/** @typedef {import('./server.mjs').Server & { readonly port: number }} HaproxyServer */

/**
 * Starts a HAProxy on a free port of the loopback address; `files` gives its configuration and the text of its Lua
 * file, whose place it is told.
 *
 * @param {(port: number, luaFile: string) => { readonly config: string, readonly lua: string }} files
 * @returns {Promise<HaproxyServer>}
 */
export const startHaproxy = (files) =>
  onFreePorts(1, async ([port = 0]) => {
    const command = await requireProgram({ name: 'haproxy', debian: 'haproxy' });
    const account = unprivileged(['haproxy', 'nobody']);
    const folder = makeFolder('haproxy', account);
    const file = path.join(folder, 'haproxy.cfg');
    const luaFile = path.join(folder, 'latchkey.lua');
    const socket = path.join(folder, 'socket');
    const { config, lua } = files(port, luaFile);
    writeFileSync(luaFile, lua, { mode: 0o644 });
    writeFileSync(file, `global\n  stats socket ${socket}\n\n${config}`, { mode: 0o644 });
    try {
      const server = await serverOf({
        url: `http://127.0.0.1:${port}`,
        folder,
        endSignal: 'SIGTERM',
        start: () => {
          rmSync(socket, { force: true });
          return launch({
            name: 'haproxy',
            command,
            args: ['-db', '-f', file],
            account,
            cwd: folder,
            log: path.join(folder, 'log'),
            // It shows its socket once it has all its ports; another that has one makes it end.
            isReady: () => existsSync(socket),
          });
        },
      });
      return { ...server, port };
    } catch (error) {
      removeFolder(folder);
      throw error;
    }
  });
