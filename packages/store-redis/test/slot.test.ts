import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { ask } from '../../../tools/services/resp.mjs';
import { keysOf } from '../src/keys.ts';
import { evenTags, slotCount, slotOf } from '../src/slot.ts';
import { idOf } from './sample.ts';

describe('slots', () => {
  it('ST-3 are those that the server finds', async () => {
    const { port } = inject('redisClusterNodes')[0] ?? { port: 0 };
    const keys = ['', 'a', 'lk:{7}:t:x', '{}a', '{a', 'a{b}c{d}', '語{語}', ...evenTags(5)];
    for (const key of keys) expect(slotOf(key), key).toBe(await ask(port, ['CLUSTER', 'KEYSLOT', key]));
  });

  it.each([1, 2, 3, 64, 100, 1024])('ST-3 %d shards lie evenly', (shards) => {
    const tags = evenTags(shards);
    expect(new Set(tags).size).toBe(shards);
    expect(tags).toContain('0');
    for (const [shard, tag] of tags.entries())
      expect(Math.floor((slotOf(tag) * shards) / slotCount)).toBe(shard);
  });

  it('ST-3 all keys of a shard are of one slot, whatever the subject is called', () => {
    const keys = keysOf('lk', 64);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(63), (subject, shard) => {
        const slot = slotOf(keys.of(shard, 'a'));
        expect(slotOf(keys.tokensOf(shard, subject))).toBe(slot);
        expect(slotOf(keys.liveOf(subject))).toBe(slotOf(keys.of(keys.shardOfSubject(subject), 'a')));
        expect(slotOf(keys.heldOf(subject))).toBe(slotOf(keys.liveOf(subject)));
      }),
    );
  });

  it('ST-3 tokens spread over the shards', () => {
    const keys = keysOf('lk', 64);
    const counts = Array.from({ length: 64 }, () => 0);
    for (let number = 0; number < 64_000; number++) {
      const shard = keys.shardOf(idOf(number * 7919));
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1300);
  });
});

describe('keys', () => {
  const keys = keysOf('lk', 1);

  it.each(['', 'a/b', 'a b', '../x', 'a:b', '{x}', 'x'.repeat(65), 'é'])(
    'ST-5 the id %j, which no record has, names no other key',
    (id) => {
      expect(keys.record(id)).toBe('lk:{0}:t:');
    },
  );

  it('ST-5 a long subject is hashed, and two subjects never share a key', () => {
    const names = [
      'x'.repeat(201),
      'x'.repeat(200),
      'y'.repeat(4000),
      '"',
      '\\"',
      'a\ud800',
      'a\ud801',
      'a\ufffd',
    ];
    const made = names.map((name) => keys.tokensOf(0, name));
    expect(new Set(made).size).toBe(names.length);
    expect(Math.max(...made.map((key) => key.length))).toBeLessThan(220);
  });
});
