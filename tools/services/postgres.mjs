// A real PostgreSQL for tests.
import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { requireProgram } from './packages.mjs';
import { launch, makeFolder, onFreePorts, removeFolder, run, unprivileged } from './process.mjs';
import { serverOf } from './server.mjs';

/** @param {string} name @returns {import('./packages.mjs').Program} */
const program = (name) => ({ name, debian: 'postgresql', folders: ['/usr/lib/postgresql/*/bin'] });

/**
 * Starts a PostgreSQL on a free port, with the extension pg_stat_statements loaded and a superuser `latchkey`.
 *
 * Its default collation follows language rules, not bytes, so that a query which leaves the order or equality of
 * text to the default is found out. Without `durable` a power cut would lose data, which makes it several times faster.
 *
 * @param {{ durable?: boolean, settings?: Readonly<Record<string, string | number>> }} [options] `settings` as in
 *   postgresql.conf.
 * @returns {Promise<import('./server.mjs').Server>}
 */
export async function startPostgres({ durable = false, settings = {} } = {}) {
  const [initdb, postgres] = [
    await requireProgram(program('initdb')),
    await requireProgram(program('postgres')),
  ];
  const account = unprivileged(['postgres', 'nobody']);
  const password = randomBytes(12).toString('hex');
  return onFreePorts(1, async ([port = 0]) => {
    const folder = makeFolder('postgres', account);
    const data = path.join(folder, 'data');
    try {
      const passwordFile = path.join(folder, 'password');
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (account !== null) chownSync(passwordFile, account.uid, account.gid);
      const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
      const authentication = ['--auth=scram-sha-256', '--username=latchkey', `--pwfile=${passwordFile}`];
      await run(initdb, ['-D', data, '--no-sync', '--no-instructions', ...locale, ...authentication], {
        account,
        cwd: folder,
      });
      const unsafe = durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
      const all = {
        listen_addresses: '127.0.0.1',
        port,
        unix_socket_directories: '',
        shared_preload_libraries: 'pg_stat_statements',
        max_connections: 200,
        ...unsafe,
        ...settings,
      };
      const args = ['-D', data, ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
      return await serverOf({
        url: `postgres://latchkey:${password}@127.0.0.1:${port}/postgres`,
        folder,
        endSignal: 'SIGINT', // SIGTERM would wait for every client to leave.
        start: () =>
          launch({
            name: 'postgres',
            command: postgres,
            args,
            account,
            cwd: folder,
            log: path.join(folder, 'log'),
            isReady: (pid) => isReady(path.join(data, 'postmaster.pid'), pid),
          }),
      });
    } catch (error) {
      removeFolder(folder);
      throw error;
    }
  });
}

/** The file names the server's process in its first line and its state in the eighth. @param {string} file @param {number} pid */
function isReady(file, pid) {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}
