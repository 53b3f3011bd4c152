import process from 'node:process';
import type { TestProject } from 'vitest/node';
import type { Server } from './services/server.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL for all tests of the run: every test makes a database of its own in it. */
    postgresUrl: string;
    /** The same of MariaDB. */
    mariadbUrl: string;
    /** A Redis for all tests of the run: every test takes a prefix of its own. */
    redisUrl: string;
    redisClusterNodes: readonly { readonly host: string; readonly port: number }[];
  }
}

type Service = 'postgres' | 'mariadb' | 'redis' | 'cluster';

/** Which packages ask for which servers; a server starts when a chosen test file belongs to such a package. */
const needs: Readonly<Record<string, readonly Service[]>> = {
  'store-sql': ['postgres', 'mariadb'],
  'store-redis': ['redis', 'cluster'],
  cli: ['postgres', 'mariadb', 'redis'],
};

/** The folder below `packages` that a test file belongs to. */
const packageOf = (file: string): string => /[\\/]packages[\\/]([^\\/]+)[\\/]/.exec(file)?.[1] ?? '';

/** How each server is started, and what the tests get of it. */
const starters: Readonly<Record<Service, (project: TestProject) => Promise<Pick<Server, 'stop'>>>> = {
  async postgres(project) {
    const { startPostgres } = await import('./services/postgres.mjs');
    const server = await startPostgres();
    project.provide('postgresUrl', server.url);
    return server;
  },
  async mariadb(project) {
    const { startMariadb } = await import('./services/mariadb.mjs');
    const server = await startMariadb();
    project.provide('mariadbUrl', server.url);
    return server;
  },
  async redis(project) {
    const { startRedis } = await import('./services/redis.mjs');
    const server = await startRedis();
    project.provide('redisUrl', server.url);
    return server;
  },
  async cluster(project) {
    const { startCluster } = await import('./services/cluster.mjs');
    const cluster = await startCluster();
    project.provide('redisClusterNodes', cluster.nodes);
    return cluster;
  },
};

/**
 * Starts each real server that the chosen tests need, once for the whole run. One that cannot be started fails the
 * run: tests that were silently left out would prove nothing.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chosen = project.vitest.state.getPaths();
  const wanted = new Set(chosen.flatMap((file) => needs[packageOf(file)] ?? []));
  const begun = performance.now();
  const started = await Promise.allSettled([...wanted].map((service) => starters[service](project)));
  const stop = async () => {
    await Promise.all(started.map((server) => server.status === 'fulfilled' && server.value.stop()));
  };
  for (const server of started) {
    if (server.status === 'fulfilled') continue;
    await stop();
    throw server.reason;
  }
  if (wanted.size > 0)
    process.stdout.write(`${[...wanted].join(', ')} ready in ${Math.round(performance.now() - begun)} ms\n`);
  return stop;
}
