import type { RedisPort } from '../clients/port.ts'
import { isReply } from '../clients/redis-error.ts'
import type { Partition } from './key-space.ts'
import { createReadRetry } from './retry-reads.ts'
import { createReadOnlyRunner } from './run-read-only.ts'
import { readScript } from './scripts.ts'

/**
 * The values of keys, by their place in the request. A key without a value is absent, and `null`
 * stands for a value that is not a string.
 */
export type Values = ReadonlyMap<number, string | null>

/** The most keys of one command. Longer commands delay other clients of the server. */
const maxKeysPerCommand = 1_000

/** Returns a function that reads any number of keys of the partition. */
export function createValueReader(
  port: RedisPort,
  { feedKey }: Partition,
): (keys: readonly string[]) => Promise<Values> {
  const retry = createReadRetry()
  // Redirections are not followed, because a Cluster client would retry for seconds what cannot
  // succeed while the slot moves.
  const run = createReadOnlyRunner(port.sendToOwner, readScript)

  let readsByScript = 0

  /**
   * Reads on the node that owns the keys. Nearly all reads find nothing, and one EXISTS shows that
   * in half of the time of a script. After one that found something, the next ones are likely to,
   * and are sent to the script at once.
   */
  async function readFromOwner(keys: readonly string[]): Promise<Values> {
    if (readsByScript === 0) {
      if (isZero(await port.sendToOwner(feedKey, ['EXISTS', ...keys]))) return noValues
    } else readsByScript--
    const values = valuesOf(await run({ keys, owner: feedKey }))
    if (values.size > 0) readsByScript = scriptsAfterHit
    return values
  }

  async function recover(error: unknown, keys: readonly string[]): Promise<Values> {
    if (port.isCluster && mayHaveMoved(error)) return await readOneByOne(port, keys)
    throw error
  }

  function readPart(keys: readonly string[]): Promise<Values> {
    return retry(() => readFromOwner(keys).catch((error: unknown) => recover(error, keys)))
  }

  async function readParts(keys: readonly string[]): Promise<Values> {
    const starts = Array.from(
      { length: Math.ceil(keys.length / maxKeysPerCommand) },
      (_, part) => part * maxKeysPerCommand,
    )
    const parts = await Promise.all(starts.map((start) => readPart(keys.slice(start, start + maxKeysPerCommand))))
    return new Map(
      parts.flatMap((part, index) => [...part].map(([place, value]) => [place + (starts[index] ?? 0), value])),
    )
  }

  return (keys) => (keys.length <= maxKeysPerCommand ? readPart(keys) : readParts(keys))
}

/** How many reads run the script at once after one that found something. */
const scriptsAfterHit = 16

const noValues: Values = new Map()

/** @throws TypeError for a reply that is no number. */
function isZero(reply: unknown): boolean {
  const count = typeof reply === 'string' && reply !== '' ? Number(reply) : reply
  if (typeof count !== 'number' || Number.isNaN(count)) throw unreadable()
  return count === 0
}

/** Reads a reply of places and values in turn. */
function valuesOf(reply: unknown): Values {
  if (!Array.isArray(reply)) throw unreadable()
  const values = new Map<number, string | null>()
  for (let index = 0; index < reply.length; index += 2) {
    const value: unknown = reply[index + 1]
    if (typeof value !== 'string' && value !== null) throw unreadable()
    values.set(Number(reply[index]), value)
  }
  return values
}

/**
 * Returns true if the slot may have moved. A lost connection counts, because the client then finds
 * the new owner.
 */
function mayHaveMoved(error: unknown): boolean {
  return !isReply(error) || ['MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN'].some((word) => isReply(error, word))
}

/**
 * Reads each key by a separate command. While a slot moves, no node has all of its keys, but a
 * redirection leads to the node of each key.
 */
async function readOneByOne(port: RedisPort, keys: readonly string[]): Promise<Values> {
  const replies = await Promise.all(keys.map((key) => port.send(key, ['GET', key])))
  const values = new Map<number, string | null>()
  for (const [place, value] of replies.entries()) {
    if (typeof value === 'string') values.set(place, value)
    else if (value !== null) throw unreadable()
  }
  return values
}

function unreadable(): TypeError {
  return new TypeError('The client did not answer with strings: it must not map replies to other types.')
}
