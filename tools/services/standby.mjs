// A PostgreSQL that follows another one (a hot standby), and takes its place when told to.
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataIn, postgresAccount, postgresProgram, servePostgres } from './postgres.mjs';
import { makeFolder, onFreePorts, removeFolder, run } from './process.mjs';

/** The name by which a primary knows its standby. */
const standbyName = 'standby';

/**
 * @typedef {import('./server.mjs').Server & { readonly promote: () => Promise<void> }} Standby `promote` lets it take
 *   writes, and ends its following; it waits until that has happened.
 */

/**
 * Starts a standby of a server of `startPostgres`: a copy of all that it holds, which goes on with its log and can be
 * read. It follows without the other waiting for it, until {@link confirmBy} says so.
 *
 * @param {string} primaryUrl Where the other one is, or a proxy before it. @returns {Promise<Standby>}
 */
export async function startStandby(primaryUrl) {
  const [copy, control] = [await postgresProgram('pg_basebackup'), await postgresProgram('pg_ctl')];
  const account = postgresAccount();
  const { password } = new URL(primaryUrl);
  return onFreePorts(1, async ([port = 0]) => {
    const folder = makeFolder('standby', account);
    try {
      const source = new URL(primaryUrl);
      source.pathname = '';
      source.searchParams.set('application_name', standbyName);
      const form = ['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync'];
      await run(copy, ['-D', dataIn(folder), '-d', source.href, ...form], { account, cwd: folder });
      const server = await servePostgres({
        folder,
        port,
        password,
        durable: true,
        settings: { cluster_name: standbyName },
      });
      return {
        ...server,
        promote: async () => {
          await run(control, ['promote', '-D', dataIn(folder), '--wait'], { account, cwd: folder });
        },
      };
    } catch (error) {
      removeFolder(folder);
      throw error;
    }
  });
}

/**
 * From now on the primary acknowledges nothing that its standby has not written to its disk.
 *
 * @param {import('./server.mjs').Server} primary
 */
export async function confirmBy(primary) {
  const data = dataIn(path.dirname(primary.log));
  appendFileSync(path.join(data, 'postgresql.auto.conf'), `synchronous_standby_names = '${standbyName}'\n`);
  const known = readFileSync(primary.log, 'utf8').length;
  process.kill(primary.pid(), 'SIGHUP');
  while (
    !/synchronous_standby_names.* changed|is now a synchronous standby/.test(
      readFileSync(primary.log, 'utf8').slice(known),
    )
  )
    await sleep(20);
}
