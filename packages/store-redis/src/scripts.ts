import { createHash } from 'node:crypto'
import type { RedisPort } from './clients/port.ts'
import { RedisError } from './redis-error.ts'

/** A Lua script, known to the server by its digest. */
export interface Script {
  readonly source: string
  readonly digest: string
}

/**
 * Advances the position of the log and tells of a change, all in the script that makes it. KEYS[2] is the feed's hash; a
 * hash that is missing (a new server, a flush) begins a new epoch.
 */
const advance = `
local function position()
  local head = redis.call('HMGET', KEYS[2], 'epoch', 'sequence', 'tip')
  return head[1], head[2], head[3]
end
local function advance(epochIfNew, tip, channel, change)
  local epoch, sequence, previous = position()
  if not (epoch and sequence and previous) then epoch, sequence, previous = epochIfNew, '0', '' end
  sequence = string.format('%d', sequence + 1)
  redis.call('HSET', KEYS[2], 'epoch', epoch, 'sequence', sequence, 'tip', tip)
  redis.call('PUBLISH', channel, table.concat({ 'change', epoch, sequence, tip, previous, change }, '\\n'))
end
`

/**
 * Compare and set. KEYS: mark, feed. ARGV: expected ('' for nothing), wanted, PXAT, epoch if new, tip, channel, change.
 * Answers 1, or what the key holds instead ('' for nothing). What is byte for byte what the caller wants to write
 * is its own earlier attempt: every encoded mark carries its writer's nonce.
 */
export const recordScript: Script = script(`${advance}
local current = redis.call('GET', KEYS[1]) or ''
if current == ARGV[2] then return 1 end
if current ~= ARGV[1] then return current end
redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
advance(ARGV[4], ARGV[5], ARGV[6], ARGV[7])
return 1
`)

/** KEYS: mark, feed. ARGV: epoch if new, tip, channel, change. */
export const forgetScript: Script = script(`${advance}
if redis.call('DEL', KEYS[1]) == 1 then advance(ARGV[1], ARGV[2], ARGV[3], ARGV[4]) end
return 1
`)

/** Writes on the primary, and comes back through the channel. KEYS: feed, feed. ARGV: epoch if new, channel, probe. */
export const probeScript: Script = script(`${advance}
local epoch, sequence, tip = position()
if not (epoch and sequence and tip) then
  epoch, sequence, tip = ARGV[1], '0', ''
  redis.call('HSET', KEYS[2], 'epoch', epoch, 'sequence', sequence, 'tip', tip)
end
redis.call('HSET', KEYS[2], 'probe', ARGV[3])
redis.call('PUBLISH', ARGV[2], table.concat({ 'probe', epoch, sequence, tip, ARGV[3] }, '\\n'))
return 1
`)

/** Runs a script by its digest, and sends its source only where the server does not know it yet. */
export async function run(
  port: RedisPort,
  { source, digest }: Script,
  keys: readonly [string, string],
  args: readonly string[],
): Promise<unknown> {
  const rest = ['2', ...keys, ...args]
  try {
    return await port.send(keys[0], ['EVALSHA', digest, ...rest])
  } catch (error) {
    if (!(error instanceof RedisError && error.reply === 'NOSCRIPT')) throw error
    return await port.send(keys[0], ['EVAL', source, ...rest])
  }
}

function script(source: string): Script {
  return { source, digest: createHash('sha1').update(source).digest('hex') }
}
