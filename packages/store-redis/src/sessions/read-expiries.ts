import type { RedisPort } from '../clients/port.ts'
import { isReply } from '../clients/redis-error.ts'
import { createReadRetry } from '../marks/retry-reads.ts'

/** When a session expires, `undefined` if it is not open, or `null` if its key has another text. */
export type Expiry = number | undefined | null

/** Reads the expiry of each session by its key. */
export type ReadExpiries = (keys: readonly string[]) => Promise<readonly Expiry[]>

/** The most sessions of one command. Longer commands delay other clients of the server. */
const maxPerCommand = 1_000

/**
 * Returns a function that reads the expiries of any number of sessions, by `MGET`: a script would
 * take several times as long for each. In a Cluster, subjects are in different slots, so each
 * session has its own command.
 */
export function createExpiryReader(port: RedisPort): ReadExpiries {
  // In a Cluster, the replies of one node say nothing about the connection to another one.
  const shared = createReadRetry()
  const retry: typeof shared = (read) => (port.isCluster ? createReadRetry()(read) : shared(read))
  let perCommand = port.isCluster ? 1 : maxPerCommand

  async function readPart(keys: readonly string[]): Promise<readonly Expiry[]> {
    return expiriesOf(await retry(() => port.send(keys[0] ?? '', ['MGET', ...keys])), keys.length)
  }

  async function readParts(keys: readonly string[]): Promise<readonly Expiry[]> {
    if (keys.length <= perCommand) return await readPart(keys)
    const parts = Array.from({ length: Math.ceil(keys.length / perCommand) }, (_, part) =>
      keys.slice(part * perCommand, (part + 1) * perCommand),
    )
    return (await Promise.all(parts.map(readPart))).flat()
  }

  return async (keys) => {
    try {
      return await readParts(keys)
    } catch (cause) {
      if (perCommand === 1 || !isReply(cause, 'CROSSSLOT')) throw cause
      // The server is one of a Cluster, and the client does not know that.
      perCommand = 1
      return await readParts(keys)
    }
  }
}

/**
 * Reads the reply of `MGET`. A key of another type is none of this store, and reads as no session.
 *
 * @throws TypeError if the reply is anything else.
 */
function expiriesOf(reply: unknown, count: number): readonly Expiry[] {
  if (!Array.isArray(reply) || reply.length !== count) throw unreadable()
  return reply.map((text: unknown) => {
    if (text === null) return undefined
    if (typeof text !== 'string') throw unreadable()
    const expiresAt = text === '' ? Number.NaN : Number(text)
    return Number.isSafeInteger(expiresAt) ? expiresAt : null
  })
}

/** Returns the error for a reply of a client that was set up to map replies to other types. */
export function unreadable(): TypeError {
  return new TypeError('The client did not answer with strings: it must not map replies to other types.')
}
