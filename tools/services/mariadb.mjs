// A real MariaDB for tests.
import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deafToFileSize, mountDisk } from './disk.mjs';
import { requireProgram } from './packages.mjs';
import { launch, makeFolder, onFreePorts, removeFolder, run, unprivileged } from './process.mjs';
import { serverOf } from './server.mjs';

/** @param {string} name @returns {import('./packages.mjs').Program} */
const program = (name) => ({ name, debian: 'mariadb-server' });

/**
 * @typedef {object} MariadbOptions
 * @property {boolean} [durable] Without it a power cut would lose data, which makes it several times faster.
 * @property {Readonly<Record<string, string | number>>} [settings] As in my.cnf.
 * @property {string} [password] Of its user; one that nobody can guess unless told.
 * @property {number} [diskBytes] Everything of it is on a disk of its own, of this size: `mayMount` tells where that
 *   is possible.
 */

/**
 * Starts a MariaDB on a free port with a user `latchkey` of all rights and an empty database of that name.
 *
 * Its default collation ignores case and trailing spaces, so that a query which leaves equality to the default is
 * found out.
 *
 * @param {MariadbOptions} [options]
 * @returns {Promise<import('./server.mjs').Server>}
 */
export async function startMariadb({
  durable = false,
  settings = {},
  password = randomBytes(12).toString('hex'),
  diskBytes,
} = {}) {
  const [install, mariadbd] = [
    await requireProgram(program('mariadb-install-db')),
    await requireProgram(program('mariadbd')),
  ];
  const account = unprivileged(['mysql', 'nobody']);
  return onFreePorts(1, async ([port = 0]) => {
    const folder = makeFolder('mariadb', account);
    const leaveDisk = diskBytes === undefined ? () => undefined : mountDisk(folder, diskBytes, account);
    const data = path.join(folder, 'data');
    const pidFile = path.join(folder, 'pid');
    const userFile = path.join(folder, 'user.sql');
    try {
      await run(
        install,
        [
          '--no-defaults',
          '--auth-root-authentication-method=normal',
          '--skip-test-db',
          '--innodb-flush-log-at-trx-commit=0',
          '--innodb-log-file-size=8M',
          `--datadir=${data}`,
          // Two installs at once would find each other's files in the system's folder.
          `--tmpdir=${folder}`,
        ],
        { account, cwd: folder },
      );
      writeFileSync(
        userFile,
        [
          // Each server of a pair makes its own, and neither copies it from the other.
          'SET SESSION sql_log_bin = 0;',
          `CREATE USER IF NOT EXISTS latchkey@'127.0.0.1' IDENTIFIED BY '${password}';`,
          `GRANT ALL ON *.* TO latchkey@'127.0.0.1' WITH GRANT OPTION;`,
          'CREATE DATABASE IF NOT EXISTS latchkey;\n',
        ].join('\n'),
        { mode: 0o600 },
      );
      if (account !== null) chownSync(userFile, account.uid, account.gid);
      const all = {
        datadir: data,
        tmpdir: folder,
        port,
        'bind-address': '127.0.0.1',
        socket: path.join(folder, 'socket'),
        'pid-file': pidFile,
        'init-file': userFile,
        'skip-name-resolve': 1,
        'max-connections': 200,
        'innodb-buffer-pool-size': '64M',
        'innodb-log-file-size': '8M',
        'innodb-flush-log-at-trx-commit': durable ? 1 : 0,
        ...(durable ? {} : { 'innodb-doublewrite': 0, 'innodb-flush-method': 'nosync' }),
        ...settings,
      };
      const { command, args } = deafToFileSize(mariadbd, [
        '--no-defaults',
        ...Object.entries(all).map(([key, value]) => `--${key}=${value}`),
      ]);
      const server = await serverOf({
        url: `mysql://latchkey:${password}@127.0.0.1:${port}/latchkey`,
        folder,
        endSignal: 'SIGTERM',
        start: () =>
          launch({
            name: 'mariadbd',
            command,
            args,
            account,
            cwd: folder,
            log: path.join(folder, 'log'),
            isReady: (pid) => isReady(pidFile, pid),
          }),
      });
      return {
        ...server,
        async stop() {
          await server.kill('SIGTERM');
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

/** The file is written when the server listens; it may be left over from one that was killed. @param {string} file @param {number} pid */
function isReady(file, pid) {
  try {
    return Number(readFileSync(file, 'utf8')) === pid;
  } catch {
    return false;
  }
}
