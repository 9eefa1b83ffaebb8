import { closeAllRememberedMs } from '@revoked/core/sessions'
import { type Script, script } from '../marks/scripts.ts'

/** The most expired sessions that one call removes. All others ignore those that remain. */
const maxPruned = 1_000

/**
 * The beginning of each script that changes the sessions of a subject. KEYS: open, expiry. The keys
 * of single sessions are named after them, because only the server knows the ids: they are in the
 * same slot.
 *
 * - `enlist` lets a session be found until it expires, which Redis does after the instant that it
 *   is given.
 * - `prune` removes what has expired by the clock of the server. Its first command is one that
 *   writes, although it never removes anything. A server that is not the primary, or not any more,
 *   or lacks replicas, therefore refuses the script (READONLY, NOREPLICAS). A full one does not,
 *   and then exempts the rest of the script from its limit of memory.
 * - `settle` lets both keys expire with the last of their sessions. Redis removes empty ones.
 * - `closedUntil` is the latest instant of the `closeAll`s that are remembered, or -1. It is nil if
 *   the text of the key is none: then nothing is opened, and the next `closeAll` replaces it.
 */
const head = `
local open, expiry = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local living = '(' .. string.format('%.0f', now)
local function isLiving(id)
  local expiresAt = redis.call('ZSCORE', expiry, id)
  return expiresAt and tonumber(expiresAt) > now
end
local function livingIds()
  return redis.call('ZRANGEBYSCORE', expiry, living, '+inf')
end
local function textsOf(ids)
  local texts = {}
  for from = 1, #ids, 1000 do
    local some = redis.call('HMGET', open, unpack(ids, from, math.min(from + 999, #ids)))
    for place = 1, #some do texts[from + place - 1] = some[place] end
  end
  return texts
end
local function listedKey(id)
  return string.sub(open, 1, -6) .. '/' .. id
end
local function enlist(id, expiresAt)
  local text, last = string.format('%.0f', expiresAt), string.format('%.0f', expiresAt - 1)
  redis.call('ZADD', expiry, text, id)
  redis.call('SET', listedKey(id), text, 'PXAT', last)
end
local function remove(id)
  redis.call('ZREM', expiry, id)
  redis.call('HDEL', open, id)
  redis.call('DEL', listedKey(id))
end
local closedKey = string.sub(open, 1, -6) .. ':closed'
local function closedUntil()
  local text = redis.call('GET', closedKey)
  if not text then return -1 end
  return string.match(text, '^%d+$') and tonumber(text)
end
local function prune()
  redis.call('ZREMRANGEBYSCORE', expiry, 1, 0)
  local gone = redis.call('ZRANGEBYSCORE', expiry, '-inf', string.format('%.0f', now), 'LIMIT', 0, ${maxPruned})
  if #gone > 0 then
    redis.call('ZREM', expiry, unpack(gone))
    redis.call('HDEL', open, unpack(gone))
  end
end
local function settle()
  local last = redis.call('ZREVRANGE', expiry, 0, 0, 'WITHSCORES')[2]
  if last then
    last = string.format('%.0f', tonumber(last))
    redis.call('PEXPIREAT', open, last)
    redis.call('PEXPIREAT', expiry, last)
  end
end
`

/**
 * A script that opens a session. ARGV: id, text, expiry, the most open sessions ('' for any
 * number), when the session is opened, and the ids that are closed for it. It returns 'opened';
 * 'closed' and the instant of a `closeAll` that reaches it; or 'full' and the ids of the sessions
 * that were used longest ago. A session whose text is lost or not a session counts as used at 0, so
 * that it keeps nobody from logging in.
 *
 * The first command that writes is HSET, which a full server refuses before anything has changed.
 */
export const openScript: Script = script(`${head}
local id, text, expiresAt, maxOpen = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local openedAt = tonumber(ARGV[5])
local closed, isClosed = {}, {}
for place = 6, #ARGV do
  local other = ARGV[place]
  if not isClosed[other] and isLiving(other) then
    closed[#closed + 1], isClosed[other] = other, true
  end
end
local count = redis.call('ZCOUNT', expiry, living, '+inf') - #closed
local isOpen = not isClosed[id] and isLiving(id) and redis.call('HEXISTS', open, id) == 1
local reach = closedUntil()
if not reach then return redis.error_reply('CORRUPTSESSION The text is not an instant.') end
local isEarly = not isOpen and openedAt <= reach
local isFull = not isOpen and maxOpen and count >= maxOpen
local opens = not isOpen and not isEarly and not isFull and expiresAt > now
if opens then
  redis.call('HSET', open, id, text)
  enlist(id, expiresAt)
end
prune()
for _, other in ipairs(closed) do
  if not (opens and other == id) then remove(other) end
end
settle()
if isEarly then return { 'closed', string.format('%.0f', reach) } end
if not isFull then return { 'opened' } end
local ids, used = livingIds(), {}
for place, other in ipairs(textsOf(ids)) do
  used[ids[place]] = tonumber(other and string.match(other, '^1 %d+ (%d+) ') or 0)
end
table.sort(ids, function(a, b)
  if used[a] ~= used[b] then return used[a] < used[b] end
  return a < b
end)
local answer = { 'full' }
for place = 1, math.min(count - maxOpen + 1, #ids) do answer[place + 1] = ids[place] end
return answer
`)

/**
 * A script that notes a use. ARGV: id, `usedAt`, `authenticatedAt`. It returns the text of the
 * session afterwards, or nil if it is not open.
 */
export const touchScript: Script = script(`${head}
prune()
local id = ARGV[1]
local text = isLiving(id) and redis.call('HGET', open, id)
if not text then return false end
local opened, used, proved, idle, ends, data = string.match(text, '^1 (%d+) (%d+) (%d+) (%d+) (%d+) (.*)$')
if not opened then return redis.error_reply('CORRUPTSESSION The text is not a session.') end
local function later(a, b)
  return tonumber(b) > tonumber(a) and b or a
end
local usedNow, provedNow = later(used, ARGV[2]), later(proved, ARGV[3])
if usedNow ~= used or provedNow ~= proved then
  text = table.concat({ '1', opened, usedNow, provedNow, idle, ends, data }, ' ')
  redis.call('HSET', open, id, text)
  local expiresAt = math.min(tonumber(usedNow) + tonumber(idle), tonumber(ends))
  enlist(id, expiresAt)
  settle()
end
return text
`)

/** A script that returns the ids and the texts of all open sessions, in turn. */
export const listScript: Script = script(`${head}
prune()
local ids, listed = livingIds(), {}
for place, text in ipairs(textsOf(ids)) do
  if text then
    listed[#listed + 1] = ids[place]
    listed[#listed + 1] = text
  end
end
return listed
`)

/** A script that returns the text of a session, or nil if it is not open. ARGV: id. */
export const getScript: Script = script(`${head}
prune()
return isLiving(ARGV[1]) and redis.call('HGET', open, ARGV[1])
`)

/** A script that returns the number of open sessions. */
export const countScript: Script = script(`${head}
prune()
return string.format('%d', redis.call('ZCOUNT', expiry, living, '+inf'))
`)

/**
 * A script that closes sessions. ARGV: ids. It returns those that were open. What is left of others
 * is removed too, such as after somebody deleted the sorted set.
 */
export const closeScript: Script = script(`${head}
prune()
local closed = {}
for _, id in ipairs(ARGV) do
  if isLiving(id) then closed[#closed + 1] = id end
  remove(id)
end
settle()
return closed
`)

/**
 * A script that closes the sessions that were opened until an instant. ARGV: the instant ('' for
 * all), and the id of a session that stays open, if there is one. It returns the ids of those that
 * were open. A session whose text is lost or not a session is closed as well. The instant is
 * remembered, all sessions as the time of the call.
 */
export const closeAllScript: Script = script(`${head}
prune()
local openedUntil = tonumber(ARGV[1]) or math.huge
local remembered = math.max(closedUntil() or -1, tonumber(ARGV[1]) or now)
redis.call('SET', closedKey, string.format('%.0f', remembered), 'PX', ${closeAllRememberedMs})
local ids, closed = livingIds(), {}
for place, text in ipairs(textsOf(ids)) do
  local id = ids[place]
  local opened = tonumber(text and string.match(text, '^1 (%d+) ') or 0)
  if opened <= openedUntil and id ~= ARGV[2] then
    remove(id)
    closed[#closed + 1] = id
  end
end
settle()
return closed
`)
