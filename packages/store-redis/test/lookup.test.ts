import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../../tools/services/cluster.mjs';
import { type Proxy, startProxy } from '../../../tools/services/proxy.mjs';
import { type RedisServer, startRedis } from '../../../tools/services/redis.mjs';
import { ask } from '../../../tools/services/resp.mjs';
import { redisStore } from '../src/index.ts';
import {
  type Connected,
  connectIoredis,
  connectIoredisCluster,
  connectNodeRedis,
  connectNodeRedisCluster,
  newPrefix,
} from './clients.ts';
import { eventOf, idOf, recordOf, settings } from './sample.ts';

// Servers of their own, so that nobody else's commands are counted.
let server: RedisServer;
let cluster: Cluster;
beforeAll(async () => {
  [server, cluster] = await Promise.all([startRedis(), startCluster()]);
});
afterAll(() => Promise.all([server.stop(), cluster.stop()]));

const targets = [
  { name: 'node-redis, single', one: true, connect: () => connectNodeRedis(server.url) },
  { name: 'ioredis, single', one: true, connect: () => connectIoredis(server.url) },
  { name: 'node-redis, cluster', one: false, connect: () => connectNodeRedisCluster(cluster.nodes) },
  { name: 'ioredis, cluster', one: false, connect: () => connectIoredisCluster(cluster.nodes) },
];

/** What clients send of their own accord. */
const housekeeping = /^(?:info|ping|hello|auth|select|command|config\|.*|client\|.*|cluster\|.*)$/;

/** How often each command was carried out since the servers started, on all of them. */
async function commandsIn(one: boolean): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { port } of one ? [server] : cluster.servers) {
    const told = `${await ask(port, ['INFO', 'commandstats'])}`;
    for (const [, name = '', calls] of told.matchAll(/^cmdstat_(.+?):calls=(\d+)/gm))
      if (!housekeeping.test(name)) counts.set(name, (counts.get(name) ?? 0) + Number(calls));
  }
  return counts;
}

async function sentBy(one: boolean, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await commandsIn(one);
  await act();
  const after = await commandsIn(one);
  const sent = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(sent.filter(([, count]) => count > 0));
}

describe.each(targets)('a look-up over $name', ({ one, connect }) => {
  it('ST-1 takes one command, or in a cluster two at once, and writes nothing', async () => {
    const { client, close } = await connect();
    const store = redisStore({ client, prefix: newPrefix() });
    for (let number = 0; number < 5; number++) await store.tokens.insert(recordOf(number), null, null);
    await store.settings.save(settings, 0);
    const { tokens } = store;
    const sent = await sentBy(one, async () => {
      for (let number = 0; number < 100; number++) {
        const { record, settingsRevision } = await tokens.find(idOf(number % 10));
        expect([record?.id, settingsRevision]).toEqual([number % 10 < 5 ? idOf(number % 10) : undefined, 1]);
      }
    });
    const { mget = 0, get = 0, ...others } = sent;
    expect(others).toEqual({});
    // A record in the slot of the revision comes with it, also in a cluster.
    if (one) expect([mget, get]).toEqual([100, 0]);
    else expect(2 * mget + get).toBe(200);
    await close();
  });

  it('ST-1 shares the read of the revision with those begun at the same time', async () => {
    const { client, close } = await connect();
    const { tokens } = redisStore({ client, prefix: newPrefix() });
    const sent = await sentBy(one, () =>
      Promise.all(Array.from({ length: 50 }, (_, number) => tokens.find(idOf(number)))),
    );
    const { mget = 0, get = 0, ...others } = sent;
    expect(others).toEqual({});
    // One server: the first go alone, the others together. A cluster: each record, and the revision once.
    if (one) expect([mget <= 6, get]).toEqual([true, 0]);
    else expect(mget + get).toBeLessThanOrEqual(51);
    await close();
  });

  it('ST-1 sees what another process was told of before it began', async () => {
    const [here, there] = await Promise.all([connect(), connect()]);
    const prefix = newPrefix();
    const [reader, writer] = [here, there].map(({ client }) => redisStore({ client, prefix }));
    if (reader === undefined || writer === undefined) throw new Error('no stores');
    for (let number = 0; number < 50; number++) {
      await writer.tokens.insert(recordOf(number), null, null);
      expect((await reader.tokens.find(idOf(number))).record).toEqual(recordOf(number));
      await writer.tokens.revoke(idOf(number), 9, 'root', eventOf.revoked(idOf(number)));
      await writer.settings.save(settings, number);
      const { record, settingsRevision } = await reader.tokens.find(idOf(number));
      expect([record?.revokedAt, settingsRevision]).toEqual([9, number + 1]);
    }
    await Promise.all([here.close(), there.close()]);
  });
});

describe('a look-up over a slow network', () => {
  const delayMs = 200;
  const opened: (Connected | Proxy)[] = [];
  afterAll(async () => {
    for (const one of opened) await ('close' in one ? one.close() : one.stop());
  });

  it.each(['ioredis', 'node-redis'] as const)(
    'ST-1 waits for one round trip in a cluster (%s)',
    async (name) => {
      const proxies = await Promise.all(cluster.nodes.map(startProxy));
      opened.push(...proxies);
      const places = cluster.nodes.map(({ host, port }, index) => {
        return [`${host}:${port}`, { host, port: proxies[index]?.port ?? 0 }] as const;
      });
      const map = Object.fromEntries(places);
      const connected =
        name === 'ioredis'
          ? await connectIoredisCluster(cluster.nodes, { natMap: map })
          : await connectNodeRedisCluster(cluster.nodes, { nodeAddressMap: map });
      opened.push(connected);
      const { tokens } = redisStore({ client: connected.client, prefix: newPrefix() });
      const ids = Array.from({ length: 20 }, (_, number) => idOf(number));
      for (const id of ids) await tokens.find(id);
      for (const proxy of proxies) proxy.fault({ delayMs });
      for (const id of ids.slice(0, 8)) {
        const begun = performance.now();
        await tokens.find(id);
        const took = performance.now() - begun;
        expect(took).toBeGreaterThanOrEqual(delayMs - 5);
        expect(took).toBeLessThan(2 * delayMs - 5);
      }
    },
  );
});
