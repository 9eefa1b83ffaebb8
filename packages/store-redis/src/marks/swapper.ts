import { setTimeout as sleep } from 'node:timers/promises'
import { type Key, MarkExpiredError } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import { isReply, RedisError, replyOf } from '../clients/redis-error.ts'
import { createBatcher } from './batch.ts'
import type { Partition } from './key-space.ts'
import { runScript } from './run-script.ts'
import { publishCommandFor, swapScript } from './scripts.ts'
import { createNonce } from './stored-mark.ts'

/**
 * A conditional write: the wanted value of a key, and the value that it must have before. Both are
 * stored marks, or `''` for no value.
 */
interface Swap {
  readonly key: Key
  readonly expected: string
  readonly wanted: string
  /** The expiry of the wanted mark, in ms since the epoch. */
  readonly expiresAt: number
}

/**
 * A function that carries out a swap. It resolves to the current value of the key if that is not
 * the expected one.
 */
export type Swapper = (swap: Swap) => Promise<string | undefined>

/**
 * The pauses before further attempts of a write whose reply was lost. A connection returns within
 * about a second, or is down.
 */
const pausesMs = [25, 50, 100, 200, 400]

/** Options for `createSwapper`. */
export interface SwapperOptions {
  readonly port: RedisPort
  readonly partition: Partition
  /** The number of entries that the change log keeps, at least. */
  readonly logLength: number
}

/**
 * Returns a swapper. All swaps of one turn of the event loop share a script. Each of them is an
 * entry of the log.
 */
export function createSwapper({ port, partition, logLength }: SwapperOptions): Swapper {
  const { feedKey, logKey, channelOf, markKey } = partition

  async function swapAll(swaps: readonly Swap[]): Promise<readonly string[]> {
    const keys = [feedKey, logKey, ...swaps.map(({ key }) => markKey(key))]
    const position = [createNonce(), createNonce(), publishCommandFor(port)]
    const written = swaps.flatMap(argumentsOf)
    const answers = await retryLostReplies(async () => {
      const args = [...position, channelOf(await port.database()), String(logLength), ...written]
      return await runScript(port.send, swapScript, { keys, args })
    })
    if (!Array.isArray(answers) || answers.length !== swaps.length || !answers.every(isString)) {
      throw new TypeError('The client did not answer with strings: it must not map replies to other types.')
    }
    return answers
  }

  const enqueue = createBatcher<Waiting>(async (waiting) => {
    try {
      const answers = await swapAll(waiting.map(({ swap }) => swap))
      return () => {
        for (const [index, { resolve, reject }] of waiting.entries()) settle(answers[index] ?? '', resolve, reject)
      }
    } catch (cause) {
      return () => {
        for (const { reject } of waiting) reject(cause)
      }
    }
  })
  return (swap) => new Promise((resolve, reject) => enqueue({ swap, resolve, reject }, 1))
}

interface Waiting {
  readonly swap: Swap
  readonly resolve: (conflict: string | undefined) => void
  readonly reject: (cause: unknown) => void
}

function argumentsOf({ expected, wanted, expiresAt }: Swap): string[] {
  return [expected, wanted, String(Math.ceil(expiresAt))]
}

/** Settles a swap: `+` means swapped, `=` precedes the current value, `-` precedes an error. */
function settle(answer: string, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
  const rest = answer.slice(1)
  if (answer.startsWith('+')) resolve(undefined)
  else if (answer.startsWith('=')) resolve(rest)
  else if (rest === 'MARKEXPIRED') reject(new MarkExpiredError())
  else reject(new RedisError(replyOf(rest) ?? 'ERR'))
}

/**
 * Retries an attempt whose reply was lost, so that it is unknown if the script ran. The nonce of
 * each stored mark makes a retry safe and its answer correct. Without it, the first caller to
 * revoke a token could learn that it was revoked already.
 */
export async function retryLostReplies(attempt: () => Promise<unknown>): Promise<unknown> {
  for (const pauseMs of pausesMs) {
    try {
      return await attempt()
    } catch (error) {
      // While the slot of a Cluster moves, no node can write.
      if (isReply(error) && !isReply(error, 'TRYAGAIN')) throw error
    }
    await sleep(pauseMs)
  }
  return await attempt()
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}
