import { createHash } from 'node:crypto'
import type { RedisPort } from '../clients/port.ts'

/** A Lua script, and the digest by which the server knows it. */
export interface Script {
  readonly source: string
  readonly digest: string
}

/**
 * A script that returns the place (from 0) and the value of every key that exists, in turn, and nil
 * for a value that is not a string. MGET would return nil both for such a value and for no value,
 * so an error would read as "nothing recorded". In nearly all calls no key exists, and one EXISTS
 * for all of them shows it.
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
 * Returns the command to publish with. A message on a sharded channel stays within the shard that
 * owns its slot, and one on a plain channel goes to every node of a Cluster.
 */
export function publishCommandFor({ isCluster }: Pick<RedisPort, 'isCluster'>): 'PUBLISH' | 'SPUBLISH' {
  return isCluster ? 'SPUBLISH' : 'PUBLISH'
}

/** Servers before 7.0 have neither sharded channels nor `acl_check_cmd`. */
const publish = `
local function publish(command, channel, fields)
  redis.call(redis.acl_check_cmd and command or 'PUBLISH', channel, table.concat(fields, '\\n'))
end
`

/** A missing position (a new server, a flush) begins a new epoch. */
const position = `${publish}
local function position(feed, epochIfNew)
  local head = redis.call('HMGET', feed, 'epoch', 'sequence', 'tip')
  if head[1] and head[2] and head[3] then return head[1], head[2], head[3] end
  return epochIfNew, '0', ''
end
`

/**
 * A script that compares and swaps any number of keys. KEYS: feed, marks. ARGV: epoch if new, tip,
 * how to publish, channel; then per mark: expected ('' for nothing), wanted ('' for nothing), PXAT,
 * change. It returns per mark '+', or '=' and the current value, or '-' and an error. For a mark
 * that has expired by the clock of the server it returns '-MARKEXPIRED'. A current value that
 * equals the wanted one byte for byte is an earlier attempt of the same write, because every stored
 * mark carries the nonce of its write.
 *
 * All swaps of a call are one change of the log. The script writes the log before the marks, so
 * that no mark is stored that followers could miss. It deletes before it writes the log, because a
 * full server allows nothing else first.
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
 * A script that only reads the settings of all services. KEYS: settings. It returns what
 * {@link agreeScript} returns.
 */
export const settingsScript: Script = script(`
local time = redis.call('TIME')
return { redis.call('HMGET', KEYS[1], 'agreed')[1] or '', time[1], time[2] }
`)

/**
 * A script that compares and sets the settings of all services. KEYS: settings. ARGV: expected (''
 * for nothing), wanted. It returns the settings that are kept afterwards, and the clock of the
 * server in seconds and microseconds. A retry finds the wanted settings.
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
 * A script that writes a probe on the primary and publishes it on the channel. KEYS: feed. ARGV:
 * epoch if new, how to publish, channel, probe.
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
