import { setTimeout as sleep } from 'node:timers/promises'
import { isReply, RedisError } from '../clients/redis-error.ts'

/**
 * Returns a function that repeats a read whose connection was lost. Clients reconnect within a
 * fraction of a second, so that a lost connection costs no check its answer.
 */
export function createReadRetry(): <Result>(read: () => Promise<Result>) => Promise<Result> {
  let lostAt: number | undefined

  function isWorthRetrying(error: unknown): boolean {
    // The server has answered, or the answer could not be read.
    if (!(error instanceof RedisError) || isReply(error)) return false
    lostAt ??= performance.now()
    return performance.now() - lostAt < maxAwayMs
  }

  return async (read) => {
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await read()
        lostAt = undefined
        return result
      } catch (error) {
        if (isReply(error)) lostAt = undefined
        if (!isWorthRetrying(error)) throw error
      }
      await sleep(pausesMs[attempt] ?? pausesMs.at(-1))
    }
  }
}

/**
 * The time, in ms, for which reads are repeated after the connection was lost. The last attempt
 * ends before the default deadline of a check, so that its error says why there is no answer. If
 * the server stays away, reads fail at once from then on.
 */
const maxAwayMs = 800

/** The pauses before further attempts, in ms. The last one applies to all that follow. */
const pausesMs = [10, 20, 40, 80, 100]
