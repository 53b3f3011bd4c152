import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Proxy, startProxy } from '../../../tools/services/proxy.mjs';
import { type RedisServer, startRedis } from '../../../tools/services/redis.mjs';
import { ask } from '../../../tools/services/resp.mjs';
import { type RedisClient, type RedisStore, redisStore } from '../src/index.ts';
import { type Connected, connectIoredis, connectNodeRedis, newPrefix } from './clients.ts';
import { digest, eventOf, idOf, kindsIn, recordOf, roomy, settings } from './sample.ts';

const password = 'correct-horse-battery';
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** The error that a call ends with, after looking through all of it for secrets. */
async function failureOf(
  call: Promise<unknown>,
  ...secrets: readonly string[]
): Promise<Record<string, unknown>> {
  const error = await call.then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'StoreError' });
  const told = `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${String(error)}`;
  for (const secret of [password, digest, 'EVALSHA', '127.0.0.1', 't:', ...secrets])
    expect(told.replaceAll(/file:.*|at .*/g, '')).not.toContain(secret);
  expect((error as Error).cause).toBeUndefined();
  return error as Record<string, unknown>;
}

const writes = ({ tokens, settings: saved, audit }: RedisStore): Promise<unknown>[] => [
  tokens.insert(recordOf(1), eventOf.issued(recordOf(1)), roomy),
  tokens.relabel(idOf(7), 'Other', eventOf.relabelled(idOf(7))),
  tokens.touch([{ id: idOf(7), at: 5 }]),
  saved.save(settings, 0, eventOf.changed(1)),
  audit.append([eventOf.revoked(idOf(7))]),
];

describe.each(['ioredis', 'node-redis'] as const)('ST-5 failures over %s', (name) => {
  const opened: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const one of opened.reverse()) await (one.close ?? one.stop)?.call(one);
  });
  const start = async (options = {}): Promise<RedisServer> => {
    const server = await startRedis(options);
    opened.push(server);
    return server;
  };
  const connect = async (url: string): Promise<RedisClient> => {
    const connected: Connected =
      name === 'ioredis'
        ? await connectIoredis(url, { maxRetriesPerRequest: 1, enableReadyCheck: false })
        : await connectNodeRedis(url);
    opened.push(connected);
    return connected.client;
  };

  it('a password that is missing or wrong is `denied`', async () => {
    const server = await start({ password });
    const client = await connect(server.url);
    const send = (...args: string[]): Promise<unknown> =>
      'call' in client
        ? client.call(args[0] ?? '', ...args.slice(1))
        : (client as { sendCommand(args: string[]): Promise<unknown> }).sendCommand(args);
    await send('ACL', 'SETUSER', 'limited', 'on', `>${password}`, '+@read', '~*');
    const { tokens } = redisStore({ client });
    await tokens.insert(recordOf(1), null, null);
    await send('AUTH', 'limited', password);
    expect(await failureOf(tokens.insert(recordOf(2), null, null))).toMatchObject({
      kind: 'denied',
      retryable: false,
    });
    const anonymous = name === 'ioredis' ? await connect(`redis://127.0.0.1:${server.port}`) : null;
    if (anonymous !== null)
      expect(await failureOf(redisStore({ client: anonymous }).tokens.find(idOf(1)))).toMatchObject({
        kind: 'denied',
        retryable: false,
      });
  });

  it('memory used up is `full`; look-ups, revocations and purges go on', async () => {
    const server = await start();
    const store = redisStore({ client: await connect(server.url) });
    await store.tokens.insert(recordOf(7, { expiresAt: 5 }), null, null);
    await store.tokens.insert(recordOf(8), null, null);
    await ask(server.port, ['CONFIG', 'SET', 'maxmemory', '1']);
    for (const write of writes(store))
      expect(await failureOf(write)).toMatchObject({ kind: 'full', retryable: true });
    expect((await store.tokens.find(idOf(7))).record).toEqual(recordOf(7, { expiresAt: 5 }));
    expect(await store.tokens.revoke(idOf(8), 9, 'root', eventOf.revoked(idOf(8)))).toBe('revoked');
    expect((await store.tokens.find(idOf(8))).record?.revokedAt).toBe(9);
    expect(await store.tokens.remove([idOf(7)], 10, eventOf.purged([idOf(7)], 10))).toBe(1);
    expect(await kindsIn(store)).toEqual(['token-revoked', 'tokens-purged']);
    await ask(server.port, ['CONFIG', 'SET', 'maxmemory', '0']);
    expect(await store.tokens.insert(recordOf(9), null, null)).toBe('inserted');
  });

  it('a replica is `read-only`, and answers look-ups', async () => {
    const primary = await start();
    const written = redisStore({ client: await connect(primary.url) });
    await written.tokens.insert(recordOf(7), null, null);
    const replica = await start({
      settings: { replicaof: `127.0.0.1 ${primary.port}` },
    });
    const store = redisStore({ client: await connect(replica.url) });
    await expect
      .poll(async () => (await store.tokens.find(idOf(7))).record, { timeout: 10_000 })
      .toEqual(recordOf(7));
    for (const write of writes(store))
      expect(await failureOf(write)).toMatchObject({ kind: 'read-only', retryable: true });
    const change = store.tokens.revoke(idOf(7), 5, 'root', eventOf.revoked(idOf(7)));
    expect(await failureOf(change)).toMatchObject({ kind: 'read-only' });
  });

  it('a write that too few replicas confirm is `unreplicated`, and one that enough do is acknowledged', async () => {
    const primary = await start();
    const client = await connect(primary.url);
    const { tokens } = redisStore({ client, replicas: 1, replicaWaitMs: 50 });
    expect(await failureOf(tokens.insert(recordOf(1), null, null))).toMatchObject({
      kind: 'unreplicated',
      retryable: false,
    });
    await start({ settings: { replicaof: `127.0.0.1 ${primary.port}` } });
    const patient = redisStore({ client, replicas: 1, replicaWaitMs: 10_000 }).tokens;
    expect(await patient.insert(recordOf(2), null, null)).toBe('inserted');
    await ask(primary.port, ['SCRIPT', 'FLUSH']);
    expect(await patient.insert(recordOf(2), null, null)).toBe('duplicate');
  });

  it('a cluster behind a client for one server is named as what it is', async () => {
    const [{ port } = { port: 0 }] = inject('redisClusterNodes');
    const client = await connect(`redis://127.0.0.1:${port}`);
    const { tokens } = redisStore({ client, prefix: newPrefix(), shards: 64 });
    const finds = Array.from({ length: 20 }, (_, number) => tokens.find(idOf(number)));
    expect(await failureOf(Promise.all(finds))).toMatchObject({
      kind: 'not-a-cluster-client',
      retryable: false,
    });
    await Promise.allSettled(finds);
  });

  it('what cannot be read is `corrupt`, for its own token only', async () => {
    const server = await start();
    const store = redisStore({ client: await connect(server.url) });
    for (const number of [1, 2, 3]) await store.tokens.insert(recordOf(number, { expiresAt: 5 }), null, null);
    const corrupt = { kind: 'corrupt', retryable: false };
    const key = `lk:{0}:t:${idOf(1)}`;
    for (const spoil of [
      ['SET', key, `1\n\n${digest}`],
      ['DEL', key],
      ['HSET', key, 'digest', digest],
    ]) {
      await ask(server.port, spoil);
      if (spoil[0] === 'DEL') continue;
      const { tokens } = store;
      if (spoil[0] === 'SET') {
        expect(await failureOf(tokens.find(idOf(1)))).toMatchObject(corrupt);
        expect(await failureOf(tokens.list({ after: null, limit: 9 }))).toMatchObject(corrupt);
      } else expect((await tokens.find(idOf(1))).record).toBeNull();
      expect(await failureOf(tokens.relabel(idOf(1), 'x', eventOf.relabelled(idOf(1))))).toMatchObject(
        corrupt,
      );
      expect(await failureOf(tokens.revoke(idOf(1), 5, 'x', eventOf.revoked(idOf(1))))).toMatchObject(
        corrupt,
      );
      expect((await tokens.find(idOf(2))).record).toEqual(recordOf(2, { expiresAt: 5 }));
    }
    const ids = [1, 2].map(idOf);
    expect(await store.tokens.remove(ids, 9, eventOf.purged(ids, 9))).toBe(1);
    await store.settings.save(settings, 0);
    for (const text of ['{', '1', '1\n{"a":', 'x\n{}']) {
      await ask(server.port, ['SET', 'lk:{0}:settings', text]);
      expect(await failureOf(store.settings.load())).toMatchObject(corrupt);
    }
    for (const text of ['2 1 5', 'x', '1 1', '1 1 -1', '1 1 x', '1 2 1']) {
      await ask(server.port, ['SET', 'lk:{0}:revision', text]);
      expect(await failureOf(store.tokens.find(idOf(3)))).toMatchObject({ kind: 'schema', retryable: false });
    }
  });

  it('a server that is gone is `unavailable`, and the first call after its return works', async () => {
    const server = await start({ durable: true });
    const store = redisStore({ client: await connect(server.url), durable: true });
    await store.tokens.insert(recordOf(7), eventOf.issued(recordOf(7)), null);
    await store.tokens.revoke(idOf(7), 9, 'root', eventOf.revoked(idOf(7)));
    const waiting = Promise.allSettled([...writes(store), store.tokens.find(idOf(7))]);
    await server.kill();
    await waiting;
    if (name === 'ioredis')
      expect(await failureOf(store.tokens.find(idOf(7)))).toMatchObject({
        kind: 'unavailable',
        retryable: true,
      });
    await server.restart();
    expect((await store.tokens.find(idOf(7))).record?.revokedAt).toBe(9);
    expect((await kindsIn(store)).filter((kind) => kind === 'token-revoked').length).toBeGreaterThan(0);
    expect(await store.tokens.insert(recordOf(10), null, null)).toBe('inserted');
  });

  it('a reply that is cut leaves the operation with its event, once, or nothing', async () => {
    const server = await start();
    const proxy: Proxy = await startProxy(server);
    opened.push(proxy);
    const store = redisStore({ client: await connect(`redis://127.0.0.1:${proxy.port}`) });
    const direct = redisStore({ client: await connect(server.url) });
    await direct.tokens.insert(recordOf(1), null, null);
    await store.tokens.find(idOf(1));
    for (let number = 100; number < 110; number++) {
      proxy.fault({ cutAfter: 2 });
      const record = recordOf(number);
      const inserting = store.tokens.insert(record, eventOf.issued(record), null).catch(() => 'failed');
      await expect.poll(() => proxy.connections(), { timeout: 5000, interval: 1 }).toBe(0);
      proxy.fault({});
      const word = await inserting;
      const kept = (await direct.tokens.find(record.id)).record !== null;
      const events = await direct.audit.list({ tokenId: record.id, after: null, limit: 9 });
      expect(events).toHaveLength(kept ? 1 : 0);
      if (word !== 'failed') expect([word, kept]).toEqual(['inserted', true]);
      await expect
        .poll(
          () =>
            store.tokens.find(idOf(1)).then(
              () => true,
              () => false,
            ),
          { timeout: 5000 },
        )
        .toBe(true);
    }
  });
});

describe('ST-5 what waits', () => {
  it('is bounded: beyond 10,000 look-ups the store refuses at once, and goes on when they are answered', async () => {
    const answers: (() => void)[] = [];
    const client: RedisClient = {
      isOpen: true,
      sendCommand: ([, ...keys]: string[]) =>
        new Promise((resolve) => answers.push(() => resolve(keys.map(() => null)))),
    };
    const { tokens } = redisStore({ client });
    const waiting = Array.from({ length: 10_000 }, () => tokens.find(idOf(1)));
    expect(await failureOf(tokens.find(idOf(1)))).toMatchObject({ kind: 'exhausted', retryable: true });
    let isAnswered = false;
    const all = Promise.all(waiting).finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) {
      for (const answer of answers.splice(0)) answer();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    const again = tokens.find(idOf(1));
    for (const answer of answers) answer();
    expect(await again).toEqual({ record: null, settingsRevision: 0 });
  });

  it.each([
    ['a reply of the wrong kind', { a: 1 }],
    ['a number', 7],
    ['a list that is too short', ['x']],
    ['bytes instead of text', [Buffer.from('x'), null]],
  ])('is not believed where it is %s', async (_, reply) => {
    const client: RedisClient = { isOpen: true, sendCommand: async () => reply };
    expect(await failureOf(redisStore({ client }).tokens.find(idOf(1)))).toMatchObject({ kind: 'corrupt' });
  });
});
