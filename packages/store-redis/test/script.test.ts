import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../tools/services/redis.mjs';
import { ask } from '../../../tools/services/resp.mjs';
import { redisStore } from '../src/index.ts';
import { slotOf } from '../src/slot.ts';
import { clients, connectIoredis, connectNodeRedis, newPrefix } from './clients.ts';
import { eventOf, everything, idOf, kindsIn, recordOf, roomy } from './sample.ts';
import { keysIn, watched } from './watched.ts';

describe.each(clients)('commands over $name', ({ connect, shards }) => {
  it('ST-3 each touches one slot, and all keys begin with the prefix', async () => {
    const { client, close } = await connect();
    const seen: (readonly string[])[] = [];
    const prefix = newPrefix();
    const watching = watched(client, (args) => void seen.push(args));
    await everything(redisStore({ client: watching, prefix }));
    const sharing = seen.filter((args) => new Set(keysIn(args).map(slotOf)).size > 1);
    // On a single server the look-up asks for two keys at once, which there need not be of one slot.
    expect(sharing).toEqual([]);
    for (const key of seen.flatMap(keysIn)) expect(key.startsWith(`${prefix}:{`), key).toBe(true);
    expect(new Set(seen.flatMap(keysIn).map(slotOf)).size).toBeGreaterThan(shards === 1 ? 0 : 10);
    await close();
  });
});

describe('scripts', () => {
  // A server of its own: its scripts are thrown away, and its commands are watched.
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const names = ['ioredis', 'node-redis'] as const;
  const connect = (name: (typeof names)[number]) =>
    name === 'ioredis' ? connectIoredis(server.url) : connectNodeRedis(server.url);

  it.each(names)('ST-5 are sent again where the server has forgotten them (%s)', async (name) => {
    const { client, close } = await connect(name);
    const seen: string[] = [];
    const { tokens } = redisStore({
      client: watched(client, ([command = '']) => void seen.push(command)),
      prefix: newPrefix(),
    });
    await tokens.insert(recordOf(1), null, null);
    seen.length = 0;
    await tokens.insert(recordOf(2), null, null);
    expect(seen).toEqual(['EVALSHA']);
    await ask(server.port, ['SCRIPT', 'FLUSH']);
    seen.length = 0;
    expect(await tokens.insert(recordOf(3), null, null)).toBe('inserted');
    expect(await tokens.insert(recordOf(3), null, null)).toBe('duplicate');
    expect(seen).toEqual(['EVALSHA', 'EVAL', 'EVALSHA']);
    await close();
  });

  it.each([1, 64])('ST-3 touch no key but those that they name (%d shards)', async (shards) => {
    const { client, close } = await connectIoredis(server.url);
    const [monitor, named, touched] = [new (await import('ioredis')).Redis(server.url), new Set(), new Set()];
    const watching = await monitor.monitor();
    watching.on('monitor', (_: string, [command = '', ...args]: string[], source: string) => {
      if (source !== 'lua' || command.toUpperCase() === 'TIME') return;
      const name = command.toUpperCase();
      for (const key of name === 'EXISTS' ? args : [args[name === 'XINFO' ? 1 : 0]]) touched.add(key);
    });
    await everything(
      redisStore({
        client: watched(client, (args) => {
          if (args[0]?.startsWith('EVAL')) for (const key of keysIn(args)) named.add(key);
          return undefined;
        }),
        prefix: newPrefix(),
        shards,
      }),
    );
    await ask(server.port, ['PING']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    watching.disconnect();
    monitor.disconnect();
    expect(touched.size).toBeGreaterThan(20);
    expect([...touched].filter((key) => !named.has(key))).toEqual([]);
    await close();
  });

  it('ST-3 answer the same, and do nothing more, when a client sends them again', async () => {
    const { client, close } = await connectIoredis(server.url);
    const repeated = watched(client, (args) =>
      args[0] === 'EVALSHA' && 'call' in client
        ? client
            .call('EVALSHA', ...args.slice(1))
            .catch(() => undefined)
            .then(() => undefined)
        : undefined,
    );
    for (const shards of [1, 64]) {
      const store = redisStore({ client: repeated, prefix: newPrefix(), shards });
      const { tokens } = store;
      expect(await tokens.insert(recordOf(1), eventOf.issued(recordOf(1)), roomy)).toBe('inserted');
      expect(await tokens.relabel(idOf(1), 'Other', eventOf.relabelled(idOf(1)))).toBe('relabelled');
      const successor = recordOf(2);
      const event = eventOf.rotated(idOf(1), successor);
      const change = { id: idOf(1), expectedEnd: null, endsAt: 60 };
      expect(await tokens.replace(change, successor, event, roomy)).toBe('replaced');
      expect(await tokens.revoke(idOf(2), 5, 'root', eventOf.revoked(idOf(2)))).toBe('revoked');
      expect(await tokens.remove([idOf(2)], 50, eventOf.purged([idOf(2)], 50))).toBe(1);
      expect(await kindsIn(store)).toEqual([
        'token-issued',
        'token-relabelled',
        'token-rotated',
        'token-revoked',
        'tokens-purged',
      ]);
    }
    await close();
  });

  it.each([1, 64])('ST-5 need no rights but those that the guide names (%d shards)', async (shards) => {
    const guide = await readFile(new URL('../../../docs/guide/redis-keys.md', import.meta.url), 'utf8');
    const rights = /`(~lk:\*[^`]+)`/.exec(guide)?.[1]?.split(/\s+/) ?? [];
    const connection = ['+auth', '+hello', '+info', '+client'];
    const password = 'a-password';
    await ask(server.port, [
      'ACL',
      'SETUSER',
      'narrow',
      'reset',
      'on',
      `>${password}`,
      ...rights,
      ...connection,
    ]);
    await ask(server.port, ['FLUSHALL']);
    const { client, close } = await connectIoredis(`redis://narrow:${password}@127.0.0.1:${server.port}`);
    const store = redisStore({ client, shards });
    await everything(store);
    expect(await kindsIn(store)).toContain('token-rotated');
    await close();
  });

  it('TK-7 the log goes on where the clock was set back', async () => {
    const { client, close } = await connectNodeRedis(server.url);
    const prefix = newPrefix();
    const store = redisStore({ client, prefix });
    await store.audit.append([eventOf.relabelled(idOf(1))]);
    // As if the event before had been written in the far future.
    const future = '99999999999999999-7';
    const event = JSON.stringify(eventOf.revoked(idOf(1)));
    await ask(server.port, ['XADD', `${prefix}:{0}:a`, future, 'e', event]);
    for (let number = 2; number < 5; number++)
      await store.tokens.insert(recordOf(number), eventOf.issued(recordOf(number)), null);
    expect(await kindsIn(store)).toEqual([
      'token-relabelled',
      'token-revoked',
      'token-issued',
      'token-issued',
      'token-issued',
    ]);
    await close();
  });
});
