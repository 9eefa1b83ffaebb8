import { setTimeout as sleep } from 'node:timers/promises'
import { isReply, RedisError } from '../clients/redis-error.ts'

/**
 * Returns a function that repeats a read whose connection was lost. Clients reconnect within a
 * fraction of a second, so that a lost connection costs no check its answer.
 */
export function createReadRetry(): <Result>(read: () => Promise<Result>) => Promise<Result> {
  let lostAt: number | undefined

  /** Returns for how many ms more the read is worth repeating. */
  function leftMs(error: unknown): number {
    // The server has answered, or the answer could not be read.
    if (!(error instanceof RedisError) || isReply(error)) return 0
    lostAt ??= performance.now()
    return lostAt + maxAwayMs - performance.now()
  }

  return async (read) => {
    for (let attempt = 0; ; attempt++) {
      let restMs: number
      try {
        const result = await read()
        lostAt = undefined
        return result
      } catch (error) {
        if (isReply(error)) lostAt = undefined
        restMs = leftMs(error)
        if (restMs <= 0) throw error
      }
      await sleep(Math.min(pausesMs[attempt] ?? lastPauseMs, restMs))
    }
  }
}

/**
 * The time, in ms, for which reads are repeated after the connection was lost. The last attempt
 * ends before the default deadline of a check, so that its error says why there is no answer. If
 * the server stays away, reads fail at once from then on.
 */
const maxAwayMs = 950

/** The pauses before further attempts, in ms, and the pause before all that follow. */
const pausesMs = [10, 20, 40, 80]
const lastPauseMs = 100
