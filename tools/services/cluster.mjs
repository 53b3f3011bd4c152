// A real Redis Cluster for tests.
import { setTimeout as sleep } from 'node:timers/promises';
import { onFreePorts } from './process.mjs';
import { startRedisOn } from './redis.mjs';
import { ask, infoOf } from './resp.mjs';

const slots = 16384;
const nodeTimeoutMs = 2000;

/**
 * @typedef {object} Cluster
 * @property {readonly { readonly host: string, readonly port: number }[]} nodes Where its nodes are, primaries first.
 * @property {readonly import('./redis.mjs').RedisServer[]} servers The same nodes, to be killed, paused and restarted.
 * @property {(timeoutMs?: number) => Promise<void>} settle Waits until every node that answers finds the cluster in order.
 * @property {() => Promise<void>} stop
 */

/** @param {() => Promise<boolean>} isSo @param {number} timeoutMs @param {string} what */
async function until(isSo, timeoutMs, what) {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`The cluster is not ${what} after ${timeoutMs} ms.`);
    await sleep(20);
  }
}

/** Does this node find the cluster in order, knowing so many nodes of it? @param {number} port @param {number} known */
async function isSettled(port, known) {
  const told = `${await ask(port, ['CLUSTER', 'INFO']).catch(() => '')}`;
  return told.includes('cluster_state:ok') && told.includes(`cluster_known_nodes:${known}`);
}

/**
 * Starts a cluster of primaries that share the slots evenly, each with as many replicas as asked for.
 *
 * @param {{ primaries?: number, replicas?: number } & import('./redis.mjs').RedisOptions} [options]
 * @returns {Promise<Cluster>}
 */
export function startCluster({ primaries = 3, replicas = 0, settings = {}, ...options } = {}) {
  const count = primaries * (1 + replicas);
  return onFreePorts(2 * count, async (ports) => {
    const started = await Promise.allSettled(
      Array.from({ length: count }, (_, index) =>
        startRedisOn(ports[index] ?? 0, {
          ...options,
          settings: {
            'cluster-enabled': 'yes',
            'cluster-config-file': 'nodes.conf',
            'cluster-node-timeout': nodeTimeoutMs,
            // The default is the port plus 10,000, which is no port for most free ones.
            'cluster-port': ports[count + index] ?? 0,
            ...settings,
          },
        }),
      ),
    );
    const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const stop = async () => {
      await Promise.all(servers.map((server) => server.stop()));
    };
    try {
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      await join(
        servers.map(({ port }) => port),
        ports.slice(count),
        primaries,
      );
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      nodes: servers.map(({ host, port }) => ({ host, port })),
      servers,
      settle: (timeoutMs = 20_000) =>
        until(
          async () => {
            const answers = await Promise.all(
              servers.map(async ({ port }) => {
                const told = await ask(port, ['CLUSTER', 'INFO'], { timeoutMs: 500 }).catch(() => null);
                return told === null || `${told}`.includes('cluster_state:ok');
              }),
            );
            return answers.every(Boolean);
          },
          timeoutMs,
          'in order',
        ),
      stop,
    };
  });
}

/** Makes a cluster of nodes that do not know each other. @param {number[]} ports @param {number[]} busPorts @param {number} primaries */
async function join(ports, busPorts, primaries) {
  const [first = 0] = ports;
  await Promise.all(
    ports.map(async (port, index) => {
      await ask(port, ['CLUSTER', 'SET-CONFIG-EPOCH', index + 1]);
      if (index >= primaries) return;
      const from = Math.floor((index * slots) / primaries);
      const to = Math.floor(((index + 1) * slots) / primaries) - 1;
      await ask(port, ['CLUSTER', 'ADDSLOTSRANGE', from, to]);
    }),
  );
  for (const [index, port] of ports.entries())
    if (index > 0) await ask(first, ['CLUSTER', 'MEET', '127.0.0.1', port, busPorts[index] ?? 0]);
  const allSettled = () =>
    until(
      async () => (await Promise.all(ports.map((port) => isSettled(port, ports.length)))).every(Boolean),
      20_000,
      'joined',
    );
  await allSettled();
  const ids = await Promise.all(ports.slice(0, primaries).map((port) => ask(port, ['CLUSTER', 'MYID'])));
  for (const [index, port] of ports.slice(primaries).entries())
    await ask(port, ['CLUSTER', 'REPLICATE', `${ids[index % primaries]}`]);
  await until(
    async () => {
      const links = ports.slice(primaries).map((port) => infoOf(port, 'replication', 'master_link_status'));
      return (await Promise.all(links)).every((link) => link === 'up');
    },
    20_000,
    'replicated',
  );
  // Replicas are told of by gossip, and a client that asks too early would not learn of them.
  await until(
    async () => {
      const told = await Promise.all(
        ports.map(async (port) => `${await ask(port, ['CLUSTER', 'NODES']).catch(() => '')}`),
      );
      return told.every((nodes) => (nodes.match(/\bslave\b/g) ?? []).length === ports.length - primaries);
    },
    20_000,
    'known to every node',
  );
  await allSettled();
}
