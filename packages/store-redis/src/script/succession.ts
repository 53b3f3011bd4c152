import { scriptOf } from '../connection.ts';
import { once, prelude } from './prelude.ts';

/*
 * Replacing a token by one of another shard, in three steps: the successor is laid down out of sight (`lay`), the old
 * token gets its end with the event and a promise (`commit`: from here on it stands), the successor appears
 * (`reveal`). Whoever finds a successor laid down for longer than `holdMs` reveals it where there is a promise, and
 * drops it where there is none.
 */

/** Keys: nonce, record, pending, queue. Arguments: id, and the id of the old token with the record. */
export const layScript = scriptOf(`${prelude}
local id, packed = unpack(ARGV)
${once}
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return 'duplicate' end
redis.call('SET', KEYS[3], packed)
redis.call('ZADD', KEYS[4], millis(), id)
return done('laid')
`);

/** Keys: nonce, old record, expires, log, promise. */
export const commitScript = scriptOf(`${prelude}
local old_id, expected, ends_at, event, not_after = unpack(ARGV)
${once}
local kept = redis.call('GET', KEYS[2])
if not kept then return 'changed' end
local old = fields(kept)
if not old then return 'corrupt' end
if old[11] ~= '' or old[10] ~= expected then return 'changed' end
if millis() > tonumber(not_after) then return 'late' end
log(KEYS[4], event)
old[10] = ends_at
redis.call('SET', KEYS[2], table.concat(old, '\\n'))
redis.call('ZADD', KEYS[3], ends_at, old[2] .. old_id)
redis.call('SET', KEYS[5], '1')
return done('replaced')
`);

/** Keys: record, pending, queue, scope, subject, expires, used, revoked. Answers the same however often it runs. */
export const revealScript = scriptOf(`${prelude}
local id, packed, member, expires, used, revoked = unpack(ARGV)
if redis.call('DEL', KEYS[2]) == 1 then
  redis.call('SET', KEYS[1], packed)
  index(member, expires, used, revoked,
    { scope = KEYS[4], subject = KEYS[5], expires = KEYS[6], used = KEYS[7], revoked = KEYS[8] })
end
redis.call('ZREM', KEYS[3], id)
return 'revealed'
`);

/** Keys: pending, queue. */
export const dropScript = scriptOf(
  `
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 'dropped'
`,
  false,
);

/** What was laid down too long ago. Keys: queue. */
export const overdueScript = scriptOf(
  `${prelude}
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', millis() - tonumber(ARGV[1]), 'LIMIT', 0, 100)
`,
  false,
);
