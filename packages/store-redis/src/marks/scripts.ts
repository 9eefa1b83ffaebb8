import { createHash } from 'node:crypto'
import type { RedisPort } from '../clients/port.ts'

/** A Lua script, known to the server by its digest. */
export interface Script {
  readonly source: string
  readonly digest: string
}

/**
 * Answers the place (from 0) and the value of every key that holds something, one after the other,
 * and nil as the value of what is no string. MGET would answer nil there and where there is
 * nothing, so an error would read as "nothing recorded". That no key holds anything is what nearly
 * all calls find, and EXISTS says it for all of them at once.
 */
export const readScript: Script = script(`
if redis.call('EXISTS', unpack(KEYS)) == 0 then return {} end
local found, n = {}, 0
for place, key in ipairs(KEYS) do
  local value = redis.pcall('GET', key)
  if value then
    if type(value) == 'table' then
      if not string.find(value.err, 'WRONGTYPE') then return value end
      value = false
    end
    found[n + 1], found[n + 2] = place - 1, value
    n = n + 2
  end
end
return found
`)

/**
 * A sharded channel stays on the node that owns its slot, where a plain one is sent to every node
 * of a Cluster.
 */
export function publishCommandFor({ isCluster }: Pick<RedisPort, 'isCluster'>): 'PUBLISH' | 'SPUBLISH' {
  return isCluster ? 'SPUBLISH' : 'PUBLISH'
}

/** Servers before 7.0 have neither sharded channels nor this function. */
const publish = `
local function publish(command, channel, fields)
  redis.call(redis.acl_check_cmd and command or 'PUBLISH', channel, table.concat(fields, '\\n'))
end
`

/** A position that is missing (a new server, a flush) begins a new epoch. */
const position = `${publish}
local function position(feed, epochIfNew)
  local head = redis.call('HMGET', feed, 'epoch', 'sequence', 'tip')
  if head[1] and head[2] and head[3] then return head[1], head[2], head[3] end
  return epochIfNew, '0', ''
end
`

/**
 * Compares and swaps any number of keys. KEYS: feed, marks. ARGV: epoch if new, tip, how to
 * publish, channel; then per mark: expected ('' for nothing), wanted ('' for nothing), PXAT,
 * change. Answers per mark '+', or '=' and what it holds instead, or '-' and an error. A mark that
 * has expired by the clock of the server is answered '-MARKEXPIRED'. What is byte for byte what the
 * caller wants to write is its own earlier attempt: every stored mark carries its writer's nonce.
 *
 * What was swapped is one change of the log. The log comes before the marks, so that none is stored
 * that no follower could miss; but after what is forgotten, because a full server takes nothing
 * else first.
 */
export const swapScript: Script = script(`${position}
local feed = KEYS[1]
local epoch, sequence, previous = position(feed, ARGV[1])
local answers, held, deletes, sets = {}, {}, {}, {}
local now
local function isExpired(expiresAt)
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return tonumber(expiresAt) <= now
end
for mark = 1, #KEYS - 1 do
  local key, expected, wanted = KEYS[mark + 1], ARGV[4 * mark + 1], ARGV[4 * mark + 2]
  local current = held[key] or redis.pcall('GET', key) or ''
  if type(current) == 'table' then
    answers[mark] = '-' .. current.err
  elseif current == wanted then
    answers[mark] = '+'
  elseif wanted ~= '' and isExpired(ARGV[4 * mark + 3]) then
    answers[mark] = '-MARKEXPIRED'
  elseif current ~= expected then
    answers[mark] = '=' .. current
  else
    held[key] = wanted
    table.insert(wanted == '' and deletes or sets, mark)
  end
end
if #deletes + #sets == 0 then return answers end
local changes = {}
local function note(mark, reply)
  if type(reply) == 'table' and reply.err then
    answers[mark] = '-' .. reply.err
  else
    answers[mark] = '+'
    table.insert(changes, ARGV[4 * mark + 4])
  end
end
for _, mark in ipairs(deletes) do note(mark, redis.pcall('DEL', KEYS[mark + 1])) end
sequence = string.format('%d', sequence + 1)
redis.call('HSET', feed, 'epoch', epoch, 'sequence', sequence, 'tip', ARGV[2])
for _, mark in ipairs(sets) do
  note(mark, redis.pcall('SET', KEYS[mark + 1], ARGV[4 * mark + 2], 'PXAT', ARGV[4 * mark + 3]))
end
publish(ARGV[3], ARGV[4], { 'change', epoch, sequence, ARGV[2], previous, '[' .. table.concat(changes, ',') .. ']' })
return answers
`)

/**
 * Compares and sets the settings of all services. KEYS: settings. ARGV: expected ('' for nothing),
 * wanted. Answers what is kept then, and the clock of the server in seconds and microseconds. Its
 * caller's own retry finds what it wanted.
 */
export const agreeScript: Script = script(`
local kept = redis.call('HMGET', KEYS[1], 'agreed')[1] or ''
if kept == ARGV[1] and kept ~= ARGV[2] then
  redis.call('HSET', KEYS[1], 'agreed', ARGV[2])
  kept = ARGV[2]
end
local time = redis.call('TIME')
return { kept, time[1], time[2] }
`)

/**
 * Writes on the primary, and comes back through the channel. KEYS: feed. ARGV: epoch if new, how to
 * publish, channel, probe.
 */
export const probeScript: Script = script(`${position}
local feed = KEYS[1]
local epoch, sequence, tip = position(feed, ARGV[1])
redis.call('HSET', feed, 'epoch', epoch, 'sequence', sequence, 'tip', tip, 'probe', ARGV[4])
publish(ARGV[2], ARGV[3], { 'probe', epoch, sequence, tip, ARGV[4] })
return false
`)

function script(source: string): Script {
  return { source, digest: createHash('sha1').update(source).digest('hex') }
}
