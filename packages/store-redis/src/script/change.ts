import { scriptOf } from '../connection.ts';
import { once, prelude } from './prelude.ts';

/** Lets a script write although the memory is used up: a token must be revocable at all times. */
const always = '#!lua flags=allow-oom\n';

/**
 * Keeps a new record. Keys: nonce, record, pending, scope, subject, expires, used, revoked, log, live.
 * Answers `inserted`, `duplicate`, `full`, or `late` where the place held for it may be gone by now.
 */
export const insertScript = scriptOf(`${prelude}
local packed, id, member, expires, used, revoked, event, limit, at, is_local, not_after = unpack(ARGV)
${once}
if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return 'duplicate' end
if not_after ~= '' and millis() > tonumber(not_after) then return 'late' end
if limit ~= '' and live_except(KEYS[10], at, '') >= tonumber(limit) then return 'full' end
log(KEYS[9], event)
redis.call('SET', KEYS[2], packed)
index(member, expires, used, revoked,
  { scope = KEYS[4], subject = KEYS[5], expires = KEYS[6], used = KEYS[7], revoked = KEYS[8] })
if is_local == '1' and revoked == '' then
  redis.call('ZADD', KEYS[10], expires == '' and '+inf' or expires, id)
end
return done('inserted')
`);

/** Changes the label. Keys: nonce, record, log. */
export const relabelScript = scriptOf(`${prelude}
local label, event = unpack(ARGV)
${once}
local packed = redis.call('GET', KEYS[2])
if not packed then return 'not-found' end
local record = fields(packed)
if not record then return 'corrupt' end
log(KEYS[3], event)
record[9] = label
redis.call('SET', KEYS[2], table.concat(record, '\\n'))
return done('relabelled')
`);

/** Ends a token; the first revocation stands. Keys: nonce, record, revoked, log. */
export const revokeScript = scriptOf(`${always}${prelude}
local id, at, by, event = unpack(ARGV)
${once}
local packed = redis.call('GET', KEYS[2])
if not packed then return 'not-found' end
local record = fields(packed)
if not record then return 'corrupt' end
if record[11] ~= '' then return 'already-revoked' end
log(KEYS[4], event)
record[11], record[12] = at, by
redis.call('SET', KEYS[2], table.concat(record, '\\n'))
redis.call('ZADD', KEYS[3], at, record[2] .. id)
return done('revoked')
`);

/** Notes last uses, forward only. Keys: used, then each record. Arguments: id and instant of each. */
export const touchScript = scriptOf(
  `${prelude}
for place = 2, #KEYS do
  local id, at = ARGV[2 * place - 3], ARGV[2 * place - 2]
  local packed = redis.call('GET', KEYS[place])
  local record = packed and fields(packed)
  if record and record[11] == '' and (record[13] == '' or tonumber(record[13]) < tonumber(at)) then
    record[13] = at
    redis.call('SET', KEYS[place], table.concat(record, '\\n'))
    redis.call('ZADD', KEYS[1], at, record[2] .. id)
  end
end
return 'touched'
`,
  false,
);

/**
 * Deletes what ended before an instant. Keys: nonce, log, r, w, expires, used, revoked, then of each id the record,
 * the subject's tokens, and its live tokens (the subject's tokens again where those are in another shard).
 * Arguments: the instant, the event, then of each id the id and whether its live tokens are here. Answers how many.
 */
export const removeScript = scriptOf(`${always}${prelude}
local before, event = tonumber(ARGV[1]), ARGV[2]
${once}
local ended = {}
for place = 8, #KEYS, 3 do
  local id, is_local = ARGV[3 + (place - 8) / 3 * 2], ARGV[4 + (place - 8) / 3 * 2]
  local packed = redis.call('GET', KEYS[place])
  local record = packed and fields(packed)
  if record and ((record[10] ~= '' and tonumber(record[10]) < before)
      or (record[11] ~= '' and tonumber(record[11]) < before)) then
    ended[#ended + 1] = { place = place, id = id, member = record[2] .. id, is_local = is_local == '1' }
  end
end
if #ended == 0 then return '0' end
log(KEYS[2], event)
local count = 0
for _, one in ipairs(ended) do
  count = count + redis.call('DEL', KEYS[one.place])
  for place = 3, 7 do redis.call('ZREM', KEYS[place], one.member) end
  redis.call('ZREM', KEYS[one.place + 1], one.member)
  if one.is_local then redis.call('ZREM', KEYS[one.place + 2], one.id) end
end
return done(tostring(count))
`);

/**
 * Replaces a token by another of the same shard, whose subject is of that shard too. Keys: nonce, old record,
 * successor's record, successor's pending, scope, subject, expires, used, revoked, log, live.
 */
export const replaceScript = scriptOf(`${prelude}
local old_id, expected, ends_at, packed, id, member, expires, used, revoked, event, limit, at = unpack(ARGV)
${once}
local kept = redis.call('GET', KEYS[2])
if not kept then return 'changed' end
local old = fields(kept)
if not old then return 'corrupt' end
if old[11] ~= '' or old[10] ~= expected then return 'changed' end
if redis.call('EXISTS', KEYS[3], KEYS[4]) > 0 then return 'duplicate' end
if live_except(KEYS[11], at, old_id) >= tonumber(limit) then return 'full' end
log(KEYS[10], event)
old[10] = ends_at
redis.call('SET', KEYS[2], table.concat(old, '\\n'))
redis.call('ZADD', KEYS[7], ends_at, old[2] .. old_id)
redis.call('ZADD', KEYS[11], 'XX', ends_at, old_id)
redis.call('SET', KEYS[3], packed)
index(member, expires, used, revoked,
  { scope = KEYS[5], subject = KEYS[6], expires = KEYS[7], used = KEYS[8], revoked = KEYS[9] })
if revoked == '' then redis.call('ZADD', KEYS[11], expires == '' and '+inf' or expires, id) end
return done('replaced')
`);

/** Saves settings over a revision. Keys: nonce, revision, settings, log. */
export const saveScript = scriptOf(`${prelude}
local layout, shards, expected, document, event = unpack(ARGV)
${once}
local kept = redis.call('GET', KEYS[2]) or (layout .. ' ' .. shards .. ' 0')
local kept_layout, kept_shards, revision = string.match(kept, '^(%d+) (%d+) (%d+)$')
if kept_layout ~= layout or kept_shards ~= shards then return 'schema' end
if revision ~= expected then return 'conflict' end
log(KEYS[4], event)
local following = string.format('%d', tonumber(revision) + 1)
redis.call('SET', KEYS[3], following .. '\\n' .. document)
redis.call('SET', KEYS[2], layout .. ' ' .. shards .. ' ' .. following)
return done('saved')
`);

/** Writes events in a row. Keys: nonce, log. */
export const appendScript = scriptOf(`${prelude}
${once}
for place = 1, #ARGV do log(KEYS[2], ARGV[place]) end
return done('appended')
`);
