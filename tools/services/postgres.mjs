// A real PostgreSQL for tests.
import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mountDisk } from './disk.mjs';
import { requireProgram } from './packages.mjs';
import { launch, makeFolder, onFreePorts, removeFolder, run, unprivileged } from './process.mjs';
import { serverOf } from './server.mjs';

/**
 * @typedef {object} PostgresOptions
 * @property {boolean} [durable] Without it a power cut would lose data, which makes it several times faster.
 * @property {Readonly<Record<string, string | number>>} [settings] As in postgresql.conf.
 * @property {number} [walSegmentMb] How large each file of its log is; 16 unless told.
 * @property {number} [diskBytes] Everything of it is on a disk of its own, of this size: `mayMount` tells where that
 *   is possible.
 */

/** The path of one of the programs that come with PostgreSQL. @param {string} name */
export const postgresProgram = (name) =>
  requireProgram({ name, debian: 'postgresql', folders: ['/usr/lib/postgresql/*/bin'] });

/** Whom it runs as; it refuses to run as root. */
export const postgresAccount = () => unprivileged(['postgres', 'nobody']);

/**
 * Starts a PostgreSQL on a free port, with the extension pg_stat_statements loaded and a superuser `latchkey`.
 *
 * Its default collation follows language rules, not bytes, so that a query which leaves the order or equality of
 * text to the default is found out.
 *
 * @param {PostgresOptions} [options]
 * @returns {Promise<import('./server.mjs').Server>}
 */
export async function startPostgres({ durable = false, settings = {}, walSegmentMb = 16, diskBytes } = {}) {
  const initdb = await postgresProgram('initdb');
  const account = postgresAccount();
  const password = randomBytes(12).toString('hex');
  return onFreePorts(1, async ([port = 0]) => {
    const folder = makeFolder('postgres', account);
    const leaveDisk = diskBytes === undefined ? () => undefined : mountDisk(folder, diskBytes, account);
    try {
      const passwordFile = path.join(folder, 'password');
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (account !== null) chownSync(passwordFile, account.uid, account.gid);
      const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
      const authentication = ['--auth=scram-sha-256', '--username=latchkey', `--pwfile=${passwordFile}`];
      const form = ['--no-sync', '--no-instructions', `--wal-segsize=${walSegmentMb}`];
      await run(initdb, ['-D', dataIn(folder), ...form, ...locale, ...authentication], {
        account,
        cwd: folder,
      });
      const server = await servePostgres({ folder, port, password, durable, settings });
      return {
        ...server,
        async stop() {
          await server.kill('SIGINT');
          leaveDisk();
          await server.stop();
        },
      };
    } catch (error) {
      leaveDisk();
      removeFolder(folder);
      throw error;
    }
  });
}

/** Where a server keeps its data. @param {string} folder */
export const dataIn = (folder) => path.join(folder, 'data');

/**
 * Starts the server of a folder that holds its data.
 *
 * @param {{ folder: string, port: number, password: string, durable: boolean, settings: Readonly<Record<string, string | number>> }} options
 * @returns {Promise<import('./server.mjs').Server>}
 */
export async function servePostgres({ folder, port, password, durable, settings }) {
  const command = await postgresProgram('postgres');
  const data = dataIn(folder);
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
  return serverOf({
    url: `postgres://latchkey:${password}@127.0.0.1:${port}/postgres`,
    folder,
    endSignal: 'SIGINT', // SIGTERM would wait for every client to leave.
    start: () =>
      launch({
        name: 'postgres',
        command,
        args: ['-D', data, ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
        account: postgresAccount(),
        cwd: folder,
        log: path.join(folder, 'log'),
        isReady: (pid) => isReady(path.join(data, 'postmaster.pid'), pid),
      }),
  });
}

/**
 * The file names the server's process in its first line and its state in the eighth; one that follows another is ready
 * to be read.
 *
 * @param {string} file @param {number} pid
 */
function isReady(file, pid) {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return Number(lines[0]) === pid && ['ready', 'standby'].includes(lines[7]?.trim() ?? '');
  } catch {
    return false;
  }
}
