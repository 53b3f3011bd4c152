// A real Redis for tests.
import path from 'node:path';
import { deafToFileSize } from './disk.mjs';
import { requireProgram } from './packages.mjs';
import { launch, makeFolder, onFreePorts, removeFolder, unprivileged } from './process.mjs';
import { infoOf } from './resp.mjs';
import { serverOf } from './server.mjs';

/**
 * @typedef {object} RedisOptions
 * @property {boolean} [durable] Writes each change to the disk before it is acknowledged; without, a restart loses all.
 * @property {string} [password] Asked of every client.
 * @property {Readonly<Record<string, string | number>>} [settings] As in redis.conf.
 *
 * @typedef {import('./server.mjs').Server & { readonly host: string, readonly port: number }} RedisServer
 */

/**
 * Starts a Redis on a port that is given, as `onFreePorts` gives it.
 *
 * @param {number} port @param {RedisOptions} options @returns {Promise<RedisServer>}
 */
export async function startRedisOn(port, { durable = false, password, settings = {} }) {
  const command = await requireProgram({ name: 'redis-server', debian: 'redis-server' });
  const account = unprivileged(['redis', 'nobody']);
  const folder = makeFolder('redis', account);
  const all = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: durable ? 'yes' : 'no',
    appendfsync: durable ? 'always' : 'no',
    daemonize: 'no',
    // The default makes every new replica wait for others that might come.
    'repl-diskless-sync-delay': 0,
    ...(password === undefined ? {} : { requirepass: password, masterauth: password }),
    ...settings,
  };
  const args = Object.entries(all).flatMap(([key, value]) => [`--${key}`, `${value}`]);
  const options = password === undefined ? {} : { password };
  try {
    const server = await serverOf({
      url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
      folder,
      endSignal: 'SIGTERM',
      start: () =>
        launch({
          name: 'redis',
          ...deafToFileSize(command, args),
          account,
          cwd: folder,
          log: path.join(folder, 'log'),
          isReady: async (pid) =>
            (await infoOf(port, 'server', 'process_id', options)) === `${pid}` &&
            (await infoOf(port, 'persistence', 'loading', options)) === '0',
        }),
    });
    return { ...server, host: '127.0.0.1', port };
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

/**
 * Starts a Redis on a free port. It keeps everything in memory unless told to be durable.
 *
 * @param {RedisOptions} [options]
 */
export const startRedis = (options = {}) => onFreePorts(1, ([port = 0]) => startRedisOn(port, options));
