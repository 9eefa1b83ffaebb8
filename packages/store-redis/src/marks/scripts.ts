import { createHash } from 'node:crypto'
import type { RedisPort } from '../clients/port.ts'
import { nonceLength } from './stored-mark.ts'

/** A Lua script, and the digest by which the server knows it. */
export interface Script {
  readonly source: string
  readonly digest: string
}

/**
 * A script that returns the place (from 0) and the value of every key that exists, in turn, and nil
 * for a value that is not a string. MGET returns nil both for such a value and for no value, so an
 * error would read as "nothing recorded". The number of keys that exist shows if it did that.
 */
export const readScript: Script = script(`
local count = redis.call('EXISTS', unpack(KEYS))
if count == 0 then return {} end
local found, n = {}, 0
local function add(place, value)
  found[n + 1], found[n + 2] = place - 1, value
  n = n + 2
end
for place, value in ipairs(redis.call('MGET', unpack(KEYS))) do
  if value then add(place, value) end
end
if n == 2 * count then return found end
found, n = {}, 0
for place, key in ipairs(KEYS) do
  local value = redis.pcall('GET', key)
  if type(value) ~= 'table' then
    if value then add(place, value) end
  elseif string.find(value.err, 'WRONGTYPE') then
    add(place, false)
  else
    return value
  end
end
return found
`)

/** The limits of what is pushed. Beyond them, followers are woken, and read. */
const maxPushedEntries = 64
const maxPushedBytes = 4_096

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
  return redis.pcall(redis.acl_check_cmd and command or 'PUBLISH', channel, table.concat(fields, '\\n'))
end
`

/**
 * A script that compares and swaps any number of keys. KEYS: feed, log, marks. ARGV: epoch if new,
 * nonce, how to publish, channel, entries to keep; then per mark: expected ('' for nothing), wanted
 * ('' for nothing), PXAT. It returns per mark '+', or '=' and the current value, or '-' and an
 * error. For a mark that has expired by the clock of the server it returns '-MARKEXPIRED'. A
 * current value that equals the wanted one byte for byte is an earlier attempt of the same write,
 * because every stored mark carries the nonce of its write.
 *
 * Each swap is one entry of the log: its name in the partition, and the mark without its nonce.
 *
 * - The first command that writes shows if the server takes writes at all, because all later ones
 *   of the script are exempt from the limit of memory. It is HSET, which a full server refuses. If
 *   something is to be forgotten, XTRIM follows, which a full server allows.
 * - An entry is written before its mark, so that no mark is stored that followers could miss. If
 *   the mark is refused, a second entry says so.
 * - A log that does not fit the feed (one of the two was deleted or replaced) begins again.
 * - Followers may miss what is published, and read the log.
 */
export const swapScript: Script = script(`${publish}
local feed, log, nonce = KEYS[1], KEYS[2], ARGV[2]
local answers, before, held, swaps = {}, {}, {}, {}
local forgets, now = false, nil
local function isExpired(expiresAt)
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return tonumber(expiresAt) <= now
end
for mark = 1, #KEYS - 2 do
  local key, expected, wanted = KEYS[mark + 2], ARGV[3 * mark + 3], ARGV[3 * mark + 4]
  local current = held[key] or redis.pcall('GET', key) or ''
  if type(current) == 'table' then
    answers[mark] = '-' .. current.err
  elseif current == wanted then
    answers[mark] = '+'
  elseif wanted ~= '' and isExpired(ARGV[3 * mark + 5]) then
    answers[mark] = '-MARKEXPIRED'
  elseif current ~= expected then
    answers[mark] = '=' .. current
  else
    before[mark], held[key] = current, wanted
    forgets = forgets or wanted == ''
    swaps[#swaps + 1] = mark
  end
end
if #swaps == 0 then return answers end

local head = redis.call('HMGET', feed, 'epoch', 'sequence', 'tip')
local epoch, sequence, tip = head[1], tonumber(head[2]), head[3]
local isNew = not (epoch and sequence and tip)
if isNew then epoch, sequence, tip = ARGV[1], 0, '' end
local function keep()
  return redis.pcall('HSET', feed, 'epoch', epoch, 'sequence', string.format('%d', sequence), 'tip', tip)
end
local refused = keep()
if type(refused) == 'table' and refused.err then
  if not (forgets and string.find(refused.err, 'OOM')) then return refused end
  local deletes = {}
  for _, mark in ipairs(swaps) do
    if ARGV[3 * mark + 4] == '' then deletes[#deletes + 1] = mark else answers[mark] = '-' .. refused.err end
  end
  swaps = deletes
  redis.pcall('XTRIM', log, 'MAXLEN', '~', ARGV[5])
  refused = keep()
  if type(refused) == 'table' and refused.err then return refused end
end
if isNew then redis.call('DEL', log) end

local message = { 'entries', epoch, string.format('%d', sequence), tip }
local bytes, appended = 0, 0
local function add(name, value)
  local own = nonce .. (appended + 1)
  local reply = redis.pcall('XADD', log, 'MAXLEN', '~', ARGV[5], string.format('%d-0', sequence + 1),
    'tip', own, 'previous', tip, 'key', name, 'mark', value)
  if type(reply) == 'table' and reply.err then return reply.err end
  sequence, tip, appended, bytes = sequence + 1, own, appended + 1, bytes + #own + #name + #value
  if appended <= ${maxPushedEntries} then
    message[3 * appended + 2], message[3 * appended + 3], message[3 * appended + 4] = own, name, value
  end
end
local function append(name, value)
  local failure = add(name, value)
  if failure and not isNew and (string.find(failure, 'WRONGTYPE') or string.find(failure, 'equal or smaller')) then
    redis.call('DEL', log)
    isNew, epoch, sequence, tip, bytes = true, ARGV[1], 0, '', ${maxPushedBytes} + 1
    failure = add(name, value)
  end
  return failure
end
for _, mark in ipairs(swaps) do
  local key, wanted = KEYS[mark + 2], ARGV[3 * mark + 4]
  local name = string.sub(key, #feed - 3)
  local failure = append(name, string.sub(wanted, ${nonceLength} + 1))
  if not failure then
    local reply
    if wanted == '' then reply = redis.pcall('DEL', key)
    else reply = redis.pcall('SET', key, wanted, 'PXAT', ARGV[3 * mark + 5]) end
    if type(reply) == 'table' and reply.err then
      failure = reply.err
      append(name, string.sub(before[mark], ${nonceLength} + 1))
    end
  end
  answers[mark] = failure and '-' .. failure or '+'
end
keep()
if appended > ${maxPushedEntries} or bytes > ${maxPushedBytes} then message = { 'wake', epoch } end
publish(ARGV[3], ARGV[4], message)
return answers
`)

/** The fields of the hash of settings: what core merges, and the layout of the store. */
const settingsFields = `
local function kept()
  local fields = redis.call('HMGET', KEYS[1], 'agreed', 'partitions', 'hashIds', 'format')
  for i = 1, 4 do fields[i] = fields[i] or '' end
  return fields
end
local function answer(fields)
  local time = redis.call('TIME')
  return { fields[1], time[1], time[2], fields[2], fields[3], fields[4] }
end
`

/**
 * A script that only reads the settings of all services. KEYS: settings. It returns what
 * {@link agreeScript} returns.
 */
export const settingsScript: Script = script(`${settingsFields}
return answer(kept())
`)

/**
 * A script that compares and sets the settings of all services. KEYS: settings. ARGV: expected (''
 * for nothing), wanted, and the layout: partitions, hashIds, format. It sets nothing if another
 * layout is kept. It returns the settings that are kept afterwards, the clock of the server in
 * seconds and microseconds, and the layout that is kept. A retry finds the wanted settings.
 */
export const agreeScript: Script = script(`${settingsFields}
local fields = kept()
for i = 2, 4 do
  if fields[i] ~= '' and fields[i] ~= ARGV[i + 1] then return answer(fields) end
end
if fields[1] == ARGV[1] and ARGV[2] ~= '' then
  redis.call('HSET', KEYS[1], 'agreed', ARGV[2], 'partitions', ARGV[3], 'hashIds', ARGV[4], 'format', ARGV[5])
  fields = kept()
end
return answer(fields)
`)

/** Returns a script of this source. */
export function script(source: string): Script {
  return { source, digest: createHash('sha1').update(source).digest('hex') }
}
