import { type AgreedSettings, decodeSettings, encodeSettings, mergeSettings, type SharedSettings } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import { isReply } from '../clients/redis-error.ts'
import { assertSameLayout, type Layout } from './layout.ts'
import { createReadRetry } from './retry-reads.ts'
import { runScript } from './run-script.ts'
import { agreeScript, settingsScript } from './scripts.ts'
import { retryLostReplies } from './swapper.ts'

/** Options for `createAgree`. */
export interface AgreeOptions {
  readonly port: RedisPort
  readonly settingsKey: string
  readonly layout: Layout
}

/**
 * Returns the `agree` of a store, which keeps the settings in a hash, and with them the layout of
 * the store. Core merges settings, and the server compares and sets. This takes one script if the
 * settings are kept already, and otherwise two.
 */
export function createAgree({
  port,
  settingsKey,
  layout,
}: AgreeOptions): (settings: SharedSettings) => Promise<AgreedSettings> {
  const retry = createReadRetry()

  /**
   * Sets the wanted settings if the server keeps the expected ones. Returns what it keeps
   * afterwards.
   */
  async function compareAndSet(expected: string, wanted: string): Promise<Answer> {
    const run = { keys: [settingsKey], args: [expected, wanted, ...layout.map(([, text]) => text)] }
    return answerOf(await retryLostReplies(() => runScript(port.send, agreeScript, run)))
  }

  /**
   * Reads by a script that may not write, so that it never waits for writes that are paused: checks
   * wait behind it on the same connection.
   */
  async function read(): Promise<Answer> {
    try {
      const run = { keys: [settingsKey], variant: '_RO' } as const
      return answerOf(await retry(() => runScript(port.send, settingsScript, run)))
    } catch (error) {
      // A server before 7.0 does not know the command. This is tried each time: it is rare.
      if (!isReply(error, 'ERR')) throw error
      return await compareAndSet('', '')
    }
  }

  return async (settings) => {
    let { kept, now, keptLayout } = await read()
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      assertSameLayout(layout, keptLayout)
      const merged = mergeSettings(kept === '' ? undefined : decodeSettings(kept), settings, now)
      const wanted = encodeSettings(merged)
      if (wanted === kept && !keptLayout.includes('')) return { ...merged, now }
      ;({ kept, now, keptLayout } = await compareAndSet(kept, wanted))
    }
    throw new Error(`The settings changed during each of ${maxAttempts} attempts to write them.`)
  }
}

/**
 * The limit of attempts. Settings only grow, so each conflict means that another service has
 * extended them.
 */
const maxAttempts = 1_000

function answerOf(reply: unknown): Answer {
  const [kept, seconds, microseconds, ...keptLayout] = Array.isArray(reply) ? reply : []
  const now = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
  if (typeof kept !== 'string' || !Number.isFinite(now) || !keptLayout.every((text) => typeof text === 'string'))
    throw new TypeError('The client did not answer with strings: it must not map replies to other types.')
  return { kept, now, keptLayout }
}

interface Answer {
  readonly kept: string
  /** The clock of the server, in ms since the epoch. */
  readonly now: number
  /** The texts of the layout, `''` for those that are not kept. */
  readonly keptLayout: readonly string[]
}
