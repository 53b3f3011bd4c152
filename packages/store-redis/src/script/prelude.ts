/**
 * What scripts have in common. A script that changes something begins by asking whether it has been carried out
 * already (KEYS[1]), writes the event before all else, because that is what can fail, and ends with `done`.
 */
export const prelude = `
local function fields(text)
  local parts = {}
  for part in string.gmatch(text .. '\\n', '(.-)\\n') do parts[#parts + 1] = part end
  if #parts ~= 13 or parts[1] ~= '1' then return nil end
  return parts
end

local function millis()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end

-- A clock that was set back must not stop the log: it goes on at the last instant that the log has.
local function log(stream, event)
  if event == '' then return end
  local now = redis.call('TIME')
  local id = string.format('%d', now[1] * 1000000 + now[2])
  local answer = redis.pcall('XADD', stream, id .. '-*', 'e', event)
  if type(answer) == 'table' and answer.err then
    if not string.find(answer.err, 'equal or smaller', 1, true) then redis.call('XADD', stream, id .. '-*', 'e', event) end
    local about = redis.call('XINFO', 'STREAM', stream)
    for place = 1, #about, 2 do
      if about[place] == 'last-generated-id' then id = string.match(about[place + 1], '^%d+') end
    end
    redis.call('XADD', stream, id .. '-*', 'e', event)
  end
end

local function index(member, expires, used, revoked, keys)
  redis.call('ZADD', keys.scope, 0, member)
  redis.call('ZADD', keys.subject, 0, member)
  if expires ~= '' then redis.call('ZADD', keys.expires, expires, member) end
  if used ~= '' then redis.call('ZADD', keys.used, used, member) end
  if revoked ~= '' then redis.call('ZADD', keys.revoked, revoked, member) end
end

local function live_except(live, at, except)
  local count = redis.call('ZCOUNT', live, '(' .. at, '+inf')
  local own = except ~= '' and redis.call('ZSCORE', live, except)
  if own and tonumber(own) > tonumber(at) then count = count - 1 end
  return count
end

local function done(word)
  redis.call('SET', KEYS[1], word, 'PX', 60000)
  return word
end
`;

/** For scripts that answer the same when they are sent again. */
export const once = `
local told = redis.call('GET', KEYS[1])
if told then return told end
`;
