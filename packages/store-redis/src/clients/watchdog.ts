// These timers can be unreferenced in every runtime that has Node's modules.
import { clearInterval, setInterval } from 'node:timers'
import type { RedisPort } from './port.ts'
import { isReply } from './redis-error.ts'

/** A connection of the client, as far as the commands of the store show it. */
interface Watched {
  waiting: number
  replies: number
  failures: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Returns a port that drops a connection which is silent: commands of the store are waiting on it,
 * and none has been answered for about 2 s. The client then connects again by its own settings.
 *
 * A half-open connection does not end by itself for a quarter of an hour, and the timeouts of
 * clients do not detect it: that of node-redis begins anew with each command that is sent.
 *
 * Dropping is safe: reads are repeated, and the nonce of a write makes its repetition safe. A
 * server that is merely busy for so long costs a reconnect.
 */
export function watched(port: RedisPort): RedisPort {
  const connections = new Map<string, Watched>()

  function watchedOf(key: string): Watched {
    const name = port.nodeOf(key)
    let connection = connections.get(name)
    if (connection === undefined) {
      connection = { waiting: 0, replies: 0, failures: 0, timer: undefined }
      connections.set(name, connection)
    }
    connection.timer ??= watch(connection, () => port.dropConnection(key))
    return connection
  }

  const watching =
    (send: RedisPort['send']): RedisPort['send'] =>
    async (key, args) => {
      const connection = watchedOf(key)
      connection.waiting++
      try {
        const reply = await send(key, args)
        connection.replies++
        return reply
      } catch (error) {
        if (isReply(error)) connection.replies++
        else connection.failures++
        throw error
      } finally {
        connection.waiting--
      }
    }

  return { ...port, send: watching(port.send), sendToOwner: watching(port.sendToOwner) }
}

/** The interval at which a connection is looked at while commands are waiting, in ms. */
const tickMs = 500

/** The number of intervals without a reply after which a connection is dropped: 2 to 2.5 s. */
const maxSilentTicks = 4

/**
 * Looks at the connection until nothing waits on it. One interval counts once, however long the
 * event loop was blocked, and everything that has arrived is read between two of them.
 */
function watch(connection: Watched, drop: () => void): NodeJS.Timeout {
  let seen = { replies: connection.replies, failures: connection.failures }
  let silentTicks = 0
  const timer = setInterval(() => {
    const { waiting, replies, failures } = connection
    const isSilent = replies === seen.replies && (waiting > 0 || failures > seen.failures)
    silentTicks = isSilent ? silentTicks + 1 : 0
    if (silentTicks >= maxSilentTicks) {
      silentTicks = 0
      drop()
    } else if (waiting === 0 && !isSilent && replies === seen.replies) {
      clearInterval(timer)
      connection.timer = undefined
    }
    seen = { replies, failures }
  }, tickMs)
  return timer.unref()
}
