import { scriptOf } from '../connection.ts';
import { once, prelude } from './prelude.ts';

/*
 * The limit of a subject whose tokens lie in other shards: first a place is taken in the subject's shard, then the
 * record is written in its own. A place without a record is somebody's who is about to write, for `holdMs` at most.
 */

/** How long after taking a place its record may be written. */
export const leaseMs = 10_000;
/** How long a place without a record is left alone; the difference is what the servers' clocks may differ by. */
export const holdMs = 60_000;

/**
 * Takes a place. Keys: nonce, live, held. Answers `full`, or the instant until which the record may be written.
 * Without `add` the record is not live and only the limit is asked.
 */
export const takeScript = scriptOf(
  `${prelude}
local id, nonce, score, limit, at, except, add = unpack(ARGV)
${once}
local now = millis()
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ${holdMs})
local is_member = redis.call('ZSCORE', KEYS[2], id)
if limit ~= '' and not is_member and live_except(KEYS[2], at, except) >= tonumber(limit) then return 'full' end
if add == '1' then
  redis.call('ZADD', KEYS[2], 'NX', score, id)
  redis.call('ZADD', KEYS[3], now, id .. ' ' .. nonce)
  redis.call('PEXPIRE', KEYS[3], ${2 * holdMs})
end
return done(string.format('%d', now + ${leaseMs}))
`,
  false,
);

const heldByOthers = `
local function is_held(id, since)
  for _, one in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], since, '+inf')) do
    if string.sub(one, 1, #id + 1) == id .. ' ' then return true end
  end
  return false
end
`;

/** Gives a place back, unless somebody else holds it too. Keys: live, held. */
export const giveBackScript = scriptOf(
  `${heldByOthers}
local id, nonce = unpack(ARGV)
if redis.call('ZREM', KEYS[2], id .. ' ' .. nonce) == 1 and not is_held(id, '-inf') then
  redis.call('ZREM', KEYS[1], id)
end
return 'given-back'
`,
  false,
);

/**
 * The places that count at an instant, each with whether it is held for a record under way. Keys: live, held.
 * Arguments: the instant, and how many places at most. Answers id, `1` or `0`, id, …
 */
export const surveyScript = scriptOf(
  `${prelude}${heldByOthers}
local since = millis() - ${holdMs}
local places = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'LIMIT', 0, ARGV[2])) do
  places[#places + 1] = id
  places[#places + 1] = is_held(id, since) and '1' or '0'
end
return places
`,
  false,
);

/**
 * Clears places by what their records are. Keys: live, held. Arguments: for each id the id, what its record is
 * (`gone`, `ended`, `ends`), and for `ends` when. Answers how many places it cleared or moved.
 */
export const clearScript = scriptOf(
  `${prelude}${heldByOthers}
local since = millis() - ${holdMs}
local cleared = 0
for place = 1, #ARGV, 3 do
  local id, state, ends_at = ARGV[place], ARGV[place + 1], ARGV[place + 2]
  local score = redis.call('ZSCORE', KEYS[1], id)
  if score and state == 'ends' then
    if tonumber(ends_at) < tonumber(score) then
      redis.call('ZADD', KEYS[1], 'XX', ends_at, id)
      cleared = cleared + 1
    end
  elseif score and (state == 'ended' or not is_held(id, since)) then
    cleared = cleared + redis.call('ZREM', KEYS[1], id)
  end
end
return tostring(cleared)
`,
  false,
);
