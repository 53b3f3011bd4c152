import { describe, expect, it } from 'vitest';
import { type RedisClient, redisStore } from '../src/index.ts';
import { recordOf } from './sample.ts';

describe('redisStore', () => {
  const client: RedisClient = { isOpen: true, sendCommand: async () => null };

  it.each([
    ['no client', { client: {} }],
    ['null', { client: null }],
    [
      'an ioredis cluster that reads from replicas',
      { client: { call() {}, status: 'ready', options: { scaleReads: 'slave' } } },
    ],
    ['an empty prefix', { client, prefix: '' }],
    ['a prefix with a hash tag', { client, prefix: 'a{b}' }],
    ['a long prefix', { client, prefix: 'a'.repeat(65) }],
    ['no shards', { client, shards: 0 }],
    ['half a shard', { client, shards: 1.5 }],
    ['too many shards', { client, shards: 1025 }],
    ['fewer than no replicas', { client, replicas: -1 }],
    ['no wait', { client, replicaWaitMs: 0 }],
  ])('ST-4 refuses %s', (_, options) => {
    expect(() => redisStore(options as never)).toThrow(TypeError);
  });

  it('ST-4 says what it can be relied on for', () => {
    const capabilitiesOf = (options = {}) => redisStore({ client, ...options }).tokens.capabilities;
    expect(capabilitiesOf()).toEqual({ durable: false, sharedAcrossProcesses: true, atomicAudit: true });
    expect(capabilitiesOf({ durable: true, shards: 2 })).toEqual({
      durable: true,
      sharedAcrossProcesses: true,
      atomicAudit: false,
    });
  });

  it.each(['', 'a b', 'x'.repeat(65), '../a', 'a{b}'])('ST-3 takes no record with the id %j', async (id) => {
    const { tokens } = redisStore({ client });
    await expect(tokens.insert(recordOf(1, { id }), null, null)).rejects.toThrow(TypeError);
  });
});
