import { randomBytes } from 'node:crypto';
import { startMariadb } from '../../../../tools/services/mariadb.mjs';
import { startPostgres } from '../../../../tools/services/postgres.mjs';
import { type Proxy, startProxy } from '../../../../tools/services/proxy.mjs';
import type { Server } from '../../../../tools/services/server.mjs';
import { confirmBy, startStandby } from '../../../../tools/services/standby.mjs';
import { inMariadb, inPostgres } from './engine.ts';
import { until } from './stage.ts';

/** A server and another one that follows it. */
export interface Pair {
  readonly primary: Server;
  readonly replica: Server;
  /** The network between: what the primary sends passes here. */
  readonly link: Proxy;
  /** Where a store without special rights is, on the one and on the other. */
  readonly primaryUrl: string;
  readonly replicaUrl: string;
  /** From now on the primary acknowledges only what the replica has. */
  confirm(): Promise<void>;
  /** Makes the replica take writes; the primary has to be gone. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** How a pair of an engine is started. */
export interface PairedEngine {
  readonly name: string;
  start(): Promise<Pair>;
}

const stopAll = async (link: Proxy | null, servers: readonly Server[]): Promise<void> => {
  for (const server of servers) server.resume();
  await Promise.all(servers.map((server) => server.stop()));
  await link?.stop();
};

const linkTo = ({ url }: Server): Promise<Proxy> => startProxy({ port: Number(new URL(url).port) });

const postgres: PairedEngine = {
  name: 'PostgreSQL',
  async start() {
    const primary = await startPostgres({ durable: true });
    const link = await linkTo(primary);
    const url = Object.assign(new URL(primary.url), { port: link.port }).href;
    const replica = await startStandby(url).catch(async (error: unknown) => {
      await stopAll(link, [primary]);
      throw error;
    });
    return {
      primary,
      replica,
      link,
      primaryUrl: primary.url,
      replicaUrl: replica.url,
      async confirm() {
        await confirmBy(primary);
        const states = async () =>
          JSON.stringify(await inPostgres(primary.url, 'select sync_state from pg_stat_replication'));
        await until(async () => (await states()).includes('"sync"'), 'the standby is waited for');
      },
      promote: () => replica.promote(),
      stop: () => stopAll(link, [primary, replica]),
    };
  },
};

const mariadb: PairedEngine = {
  name: 'MariaDB',
  async start() {
    const password = randomBytes(12).toString('hex');
    const start = (number: number, settings = {}): Promise<Server> =>
      startMariadb({
        durable: true,
        password,
        settings: { 'server-id': number, 'log-bin': 'log', 'gtid-strict-mode': 1, ...settings },
      });
    const started = await Promise.allSettled([
      start(1),
      start(2, { 'read-only': 1, 'rpl-semi-sync-slave-enabled': 1 }),
    ]);
    const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const [primary, replica] = servers;
    if (primary === undefined || replica === undefined) {
      await stopAll(null, servers);
      throw new Error('There is no pair of MariaDB.');
    }
    const onPrimary = (text: string) => inMariadb(primary.url, text);
    const onReplica = (text: string) => inMariadb(replica.url, text);
    const link = await linkTo(primary);
    await onReplica(
      `change master to master_host = '127.0.0.1', master_port = ${link.port}, master_user = 'latchkey',
       master_password = '${password}', master_use_gtid = slave_pos`,
    );
    await onReplica('start slave');
    // Whoever may do anything may write to a replica, too.
    await onPrimary(`create user app@'127.0.0.1' identified by '${password}'`);
    await onPrimary(`grant all on latchkey.* to app@'127.0.0.1'`);
    const asApp = ({ url }: Server): string => Object.assign(new URL(url), { username: 'app' }).href;
    const isKnown = () =>
      inMariadb(asApp(replica), 'select 1').then(
        () => true,
        () => false,
      );
    await until(isKnown, 'the replica has what the primary has');
    return {
      primary,
      replica,
      link,
      primaryUrl: asApp(primary),
      replicaUrl: asApp(replica),
      async confirm() {
        await onPrimary('set global rpl_semi_sync_master_wait_point = AFTER_SYNC');
        // By default it gives up waiting after ten seconds and acknowledges what only it has.
        await onPrimary('set global rpl_semi_sync_master_timeout = 3600000');
        await onPrimary('set global rpl_semi_sync_master_enabled = 1');
        const clients = async () =>
          JSON.stringify(await onPrimary("show status like 'rpl_semi_sync_master_clients'"));
        await until(async () => (await clients()).includes('"1"'), 'the replica is waited for');
      },
      async promote() {
        await onReplica('stop slave io_thread');
        const state = async () => JSON.stringify(await onReplica('show slave status'));
        await until(async () => (await state()).includes('has read all relay log'), 'all is taken over');
        await onReplica('stop slave');
        await onReplica('reset slave all');
        await onReplica('set global read_only = 0');
      },
      stop: () => stopAll(link, [primary, replica]),
    };
  },
};

/** Engines of which one server can follow another. */
export const pairedEngines: readonly PairedEngine[] = [postgres, mariadb];
