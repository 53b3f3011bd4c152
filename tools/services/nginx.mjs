// A real nginx for tests.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from './packages.mjs';
import { launch, makeFolder, onFreePorts, removeFolder, unprivileged } from './process.mjs';
import { serverOf } from './server.mjs';

/** @typedef {import('./server.mjs').Server & { readonly port: number }} NginxServer */

/**
 * The main configuration around what stands within `http { … }`: everything that it writes goes to its own folder.
 *
 * @param {string} http
 */
const around = (http) => `daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
${http}
}
`;

/**
 * Starts an nginx on a free port of the loopback address; `http` gives what stands within `http { … }`.
 *
 * @param {(port: number) => string} http @returns {Promise<NginxServer>}
 */
export const startNginx = (http) =>
  onFreePorts(1, async ([port = 0]) => {
    const command = await requireProgram({ name: 'nginx', debian: 'nginx' });
    const account = unprivileged(['www-data', 'nobody']);
    const folder = makeFolder('nginx', account);
    const file = path.join(folder, 'nginx.conf');
    writeFileSync(file, around(http(port)), { mode: 0o644 });
    const pidOf = () => {
      try {
        return Number(readFileSync(path.join(folder, 'nginx.pid'), 'utf8'));
      } catch {
        return null;
      }
    };
    try {
      const server = await serverOf({
        url: `http://127.0.0.1:${port}`,
        folder,
        endSignal: 'SIGTERM',
        start: () =>
          launch({
            name: 'nginx',
            command,
            args: ['-p', folder, '-e', 'stderr', '-c', file],
            account,
            cwd: folder,
            log: path.join(folder, 'log'),
            // It writes its id once it has its port.
            isReady: (pid) => pidOf() === pid,
          }),
      });
      return { ...server, port };
    } catch (error) {
      removeFolder(folder);
      throw error;
    }
  });
