import { describe, expect, inject, it } from 'vitest';
import { commandsOf } from '../src/client.ts';
import { connectionOf } from '../src/connection.ts';
import { redisStore } from '../src/index.ts';
import { keysOf } from '../src/keys.ts';
import { finishReplacements } from '../src/replacement.ts';
import { insertScript } from '../src/script/change.ts';
import { clearScript } from '../src/script/place.ts';
import { commitScript, layScript, revealScript } from '../src/script/succession.ts';
import { connectIoredis, newPrefix } from './clients.ts';
import { eventOf, idOf, kindsIn, recordOf, roomy, rotate } from './sample.ts';
import { watched } from './watched.ts';

const shards = 64;

/** A promise and what settles it. */
function signal(): [Promise<void>, () => void] {
  let settle = () => {};
  return [new Promise<void>((resolve) => (settle = resolve)), () => settle()];
}

/** A store in 64 shards on a single server, and another whose commands fail from a script on, as if it had died. */
async function dying(text: string) {
  const { client, close } = await connectIoredis(inject('redisUrl'));
  const prefix = newPrefix();
  const { sha1 } =
    [commitScript, layScript, revealScript, insertScript].find((one) => one.text === text) ?? {};
  let isDead = false;
  const dead = watched(client, (args) => {
    isDead ||= args[1] === sha1;
    return isDead ? Promise.reject(new Error('died')) : undefined;
  });
  const keys = keysOf(prefix, shards);
  const space = {
    connection: connectionOf(commandsOf(client), { replicas: 0, waitMs: 1 }),
    keys,
    prepare: async () => {},
  };
  const command = (...args: string[]) => commandsOf(client).command(args, '');
  return {
    close,
    space,
    keys,
    command,
    store: redisStore({ client, prefix, shards }),
    dead: redisStore({ client: dead, prefix, shards }),
  };
}

describe('ST-3 replacing a token by one of another shard', () => {
  const unavailable = { name: 'StoreError', kind: 'unavailable' };

  it('a crash before the promise leaves everything as it was', async () => {
    const { store, dead, space, close } = await dying(commitScript.text);
    await store.tokens.insert(recordOf(1), null, roomy);
    await expect(rotate(dead, 1, 2)).rejects.toMatchObject(unavailable);
    expect((await store.tokens.find(idOf(1))).record).toEqual(recordOf(1));
    expect((await store.tokens.find(idOf(2))).record).toBeNull();
    expect(await kindsIn(store)).toEqual([]);
    // Its id is taken until it is dropped.
    expect(await store.tokens.insert(recordOf(2), null, roomy)).toBe('duplicate');
    expect(await finishReplacements(space, 60_000)).toBe(0);
    expect(await finishReplacements(space, 0)).toBe(1);
    expect(await finishReplacements(space, 0)).toBe(0);
    expect(await store.tokens.insert(recordOf(2), null, roomy)).toBe('inserted');
    await close();
  });

  it('a crash behind the promise is finished by another process', async () => {
    const { store, dead, space, keys, command, close } = await dying(revealScript.text);
    await store.tokens.insert(recordOf(1), null, roomy);
    await expect(rotate(dead, 1, 2)).rejects.toMatchObject(unavailable);
    expect((await store.tokens.find(idOf(1))).record?.expiresAt).toBe(60);
    expect(await kindsIn(store)).toEqual(['token-rotated']);
    expect((await store.tokens.find(idOf(2))).record).toBeNull();
    // A purge tidies up what is older than a minute.
    await store.tokens.findEnded(0, 1);
    expect((await store.tokens.find(idOf(2))).record).toBeNull();
    await command('ZADD', keys.of(keys.shardOf(idOf(2)), 'q'), '1', idOf(2));
    await store.tokens.findEnded(0, 1);
    expect((await store.tokens.find(idOf(2))).record).toEqual(recordOf(2, { replaces: idOf(1) }));
    expect((await store.tokens.list({ after: null, limit: 9 })).map(({ id }) => id)).toEqual([
      idOf(2),
      idOf(1),
    ]);
    expect(await kindsIn(store)).toEqual(['token-rotated']);
    expect(await finishReplacements(space, 0)).toBe(0);
    await close();
  });

  it('a revocation between the steps wins', async () => {
    const { client, close } = await connectIoredis(inject('redisUrl'));
    const prefix = newPrefix();
    const store = redisStore({ client, prefix, shards });
    const slow = watched(client, (args) =>
      args[1] === commitScript.sha1
        ? store.tokens.revoke(idOf(1), 5, 'root', eventOf.revoked(idOf(1)))
        : undefined,
    );
    await store.tokens.insert(recordOf(1), null, roomy);
    expect(await rotate(redisStore({ client: slow, prefix, shards }), 1, 2)).toBe('changed');
    expect((await store.tokens.find(idOf(1))).record).toMatchObject({ revokedAt: 5, expiresAt: null });
    expect((await store.tokens.find(idOf(2))).record).toBeNull();
    expect(await kindsIn(store)).toEqual(['token-revoked']);
    expect(await store.tokens.insert(recordOf(2), null, { live: 1, at: 0 })).toBe('inserted');
    await close();
  });
});

describe('TK-8 the limit of a subject whose tokens are in other shards', () => {
  /** Numbers of tokens of `ada` that are not in her own shard. */
  const elsewhere = (keys: ReturnType<typeof keysOf>): number[] =>
    Array.from({ length: 60 }, (_, number) => number).filter(
      (number) => keys.shardOf(idOf(number)) !== keys.shardOfSubject('ada'),
    );

  it('a place whose owner died is free again after a minute', async () => {
    const { store, dead, keys, command, close } = await dying(insertScript.text);
    const [one = 0, other = 0] = elsewhere(keys);
    const limit = { live: 1, at: 0 };
    await expect(dead.tokens.insert(recordOf(one), null, limit)).rejects.toMatchObject({
      name: 'StoreError',
    });
    expect(await store.tokens.insert(recordOf(other), null, limit)).toBe('limit-reached');
    const held = keys.heldOf('ada');
    const [member = ''] = (await command('ZRANGE', held, '0', '-1')) as string[];
    await command('ZADD', held, `${Date.now() - 61_000}`, member);
    expect(await store.tokens.insert(recordOf(other), null, limit)).toBe('inserted');
    expect(await store.tokens.insert(recordOf(one), null, limit)).toBe('limit-reached');
    await close();
  });

  it('a place is not cleared whose record was written after it was looked for', async () => {
    const { store, keys, close } = await dying('');
    const [one = 0, other = 0] = elsewhere(keys);
    const limit = { live: 1, at: 0 };
    const prefix = keys.revision.split(':')[0] ?? '';
    const { client, close: closeOther } = await connectIoredis(inject('redisUrl'));
    const [looked, hasLooked] = signal();
    const [about, isAboutToWrite] = signal();
    const writer = watched(client, (args) => {
      if (args[1] !== insertScript.sha1) return undefined;
      isAboutToWrite();
      return looked;
    });
    const writing = redisStore({ client: writer, prefix, shards }).tokens.insert(recordOf(one), null, limit);
    await about;
    let reads = 0;
    const clearer = watched(client, (args) => {
      if (reads > 0) hasLooked();
      if (args[0] === 'MGET') reads++;
      return reads > 1 || args[1] === clearScript.sha1 ? writing : undefined;
    });
    const clearing = redisStore({ client: clearer, prefix, shards });
    expect(await clearing.tokens.insert(recordOf(other), null, limit)).toBe('limit-reached');
    expect(await writing).toBe('inserted');
    expect(await store.tokens.insert(recordOf(other), null, limit)).toBe('limit-reached');
    await close();
    await closeOther();
  });

  it('a place is kept for a successor that a replacement has promised, however long it takes', async () => {
    const { store, dead, space, keys, command, close } = await dying(revealScript.text);
    const limit = { live: 1, at: 0 };
    await store.tokens.insert(recordOf(1, { expiresAt: 9 }), null, null);
    const change = { id: idOf(1), expectedEnd: 9, endsAt: 0 };
    const [next = 0, other = 0] = elsewhere(keys).filter((number) => number > 1);
    const rotating = dead.tokens.replace(
      change,
      recordOf(next),
      eventOf.rotated(idOf(1), recordOf(next)),
      limit,
    );
    await expect(rotating).rejects.toMatchObject({ name: 'StoreError' });
    const held = keys.heldOf('ada');
    for (const member of (await command('ZRANGE', held, '0', '-1')) as string[])
      await command('ZADD', held, `${Date.now() - 61_000}`, member);
    expect(await store.tokens.insert(recordOf(other), null, limit)).toBe('limit-reached');
    await finishReplacements(space, 0);
    expect(await store.tokens.insert(recordOf(other), null, limit)).toBe('limit-reached');
    expect((await store.tokens.find(idOf(next))).record).toEqual(recordOf(next));
    await close();
  });

  it('a record is not written once its place may be gone', async () => {
    const { space, keys, command, close } = await dying('');
    const [one = 0] = elsewhere(keys);
    const { client, close: closeOther } = await connectIoredis(inject('redisUrl'));
    const late = watched(client, async (args) => {
      if (args[1] !== insertScript.sha1) return undefined;
      // The place was taken eleven seconds ago.
      const list = args as string[];
      list[list.length - 1] = `${Date.now() - 1000}`;
      return undefined;
    });
    const prefix = keys.revision.split(':')[0] ?? '';
    const store = redisStore({ client: late, prefix, shards });
    await expect(store.tokens.insert(recordOf(one), null, roomy)).rejects.toMatchObject({ kind: 'timeout' });
    expect(await command('EXISTS', space.keys.record(idOf(one)))).toBe(0);
    await close();
    await closeOther();
  });

  it('an id that is used again right after its purge takes no place that it does not need', async () => {
    const { store, keys, close } = await dying('');
    const [one = 0, other = 0] = elsewhere(keys);
    const limit = { live: 1, at: 0 };
    await store.tokens.insert(recordOf(one, { expiresAt: 1 }), null, null);
    await store.tokens.remove([idOf(one)], 2, eventOf.purged([idOf(one)], 2));
    // There is no token to be replaced, so the place of the successor is given back.
    expect(await rotate(store, 59, one)).toBe('changed');
    expect(await store.tokens.insert(recordOf(other), null, limit)).toBe('inserted');
    await close();
  });

  it('an end that is put off counts from then on, also where the successor is somebody else’s', async () => {
    const { store, keys, close } = await dying('');
    const [one = 0, other = 0, third = 0] = elsewhere(keys);
    await store.tokens.insert(recordOf(one, { expiresAt: 2 }), null, null);
    const successor = recordOf(other, { subject: 'bob' });
    const old = { id: idOf(one), expectedEnd: 2, endsAt: 9 };
    const event = eventOf.rotated(idOf(one), successor);
    expect(await store.tokens.replace(old, successor, event, roomy)).toBe('replaced');
    expect(await store.tokens.insert(recordOf(third), null, { live: 1, at: 5 })).toBe('limit-reached');
    expect(await store.tokens.insert(recordOf(third), null, { live: 1, at: 9 })).toBe('inserted');
    await close();
  });

  it('is never exceeded by inserts, rotations and revocations at once', async () => {
    const { client, close } = await connectIoredis(inject('redisUrl'));
    const stores = [1, 2].map(() => redisStore({ client, prefix: `race-${newPrefix()}`, shards }));
    const { tokens } = stores[0] as (typeof stores)[0];
    const limit = { live: 5, at: 0 };
    let number = 100;
    for (let round = 0; round < 8; round++) {
      const live = (await tokens.list({ subject: 'ada', after: null, limit: 1000 })).filter(
        ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt ?? 1) > 0,
      );
      expect(live.length).toBeLessThanOrEqual(limit.live);
      await Promise.all([
        ...Array.from({ length: 8 }, () => tokens.insert(recordOf(number++), null, limit)),
        ...live.slice(0, 2).map(({ id }) => {
          const successor = recordOf(number++, { replaces: id });
          const old = { id, expectedEnd: null, endsAt: 0 };
          return tokens.replace(old, successor, eventOf.rotated(id, successor), limit);
        }),
        ...live.slice(1, 3).map(({ id }) => tokens.revoke(id, 5, 'root', eventOf.revoked(id))),
      ]);
    }
    // What was revoked makes room again: the limit is reached exactly, not just kept.
    await Promise.all(Array.from({ length: 8 }, () => tokens.insert(recordOf(number++), null, limit)));
    const all = await tokens.list({ subject: 'ada', after: null, limit: 1000 });
    const live = all.filter(({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt ?? 1) > 0);
    expect(live).toHaveLength(limit.live);
    await close();
  });
});

describe('ST-5 a store begun with another number of shards', () => {
  it('is refused by every call, and nothing is written', async () => {
    const { client, close } = await connectIoredis(inject('redisUrl'));
    const prefix = newPrefix();
    await redisStore({ client, prefix, shards: 1 }).tokens.insert(recordOf(1), null, null);
    const { tokens, settings } = redisStore({ client, prefix, shards: 2 });
    const schema = { name: 'StoreError', kind: 'schema', retryable: false };
    await expect(tokens.find(idOf(1))).rejects.toMatchObject(schema);
    await expect(tokens.insert(recordOf(2), null, null)).rejects.toMatchObject(schema);
    await expect(rotate({ tokens }, 1, 2)).rejects.toMatchObject(schema);
    await expect(settings.save({} as never, 0)).rejects.toMatchObject(schema);
    await close();
  });
});
