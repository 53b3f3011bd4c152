// A real Caddy for tests.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from './packages.mjs';
import { launch, makeFolder, onFreePorts, removeFolder, unprivileged } from './process.mjs';
import { serverOf } from './server.mjs';

/** @typedef {import('./server.mjs').Server & { readonly port: number }} CaddyServer */

/**
 * Starts a Caddy on a free port of the loopback address; `site` gives what stands within its site block.
 *
 * @param {(port: number) => string} site @returns {Promise<CaddyServer>}
 */
export const startCaddy = (site) =>
  onFreePorts(1, async ([port = 0]) => {
    const command = await requireProgram({ name: 'caddy', debian: 'caddy' });
    const account = unprivileged(['caddy', 'nobody']);
    const folder = makeFolder('caddy', account);
    const file = path.join(folder, 'Caddyfile');
    const log = path.join(folder, 'log');
    const text = `{\n\tadmin off\n\tauto_https off\n}\n\nhttp://:${port} {\n\tbind 127.0.0.1\n${site(port)}\n}\n`;
    writeFileSync(file, text, { mode: 0o644 });
    try {
      const server = await serverOf({
        url: `http://127.0.0.1:${port}`,
        folder,
        endSignal: 'SIGTERM',
        start: () =>
          launch({
            name: 'caddy',
            command,
            args: ['run', '--config', file, '--adapter', 'caddyfile'],
            account,
            cwd: folder,
            log,
            env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
            // It says so once it has its port; another that has it makes it end.
            isReady: () => readFileSync(log, 'utf8').includes('serving initial configuration'),
          }),
      });
      return { ...server, port };
    } catch (error) {
      removeFolder(folder);
      throw error;
    }
  });
