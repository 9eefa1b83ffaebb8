import { type AgreedSettings, decodeSettings, encodeSettings, mergeSettings, type SharedSettings } from '@revoked/core'
import type { RedisPort } from '../clients/port.ts'
import { runScript } from './run-script.ts'
import { agreeScript } from './scripts.ts'
import { retryLostReplies } from './swapper.ts'

/** Settings only grow, and every conflict is another service that has grown them. */
const maxAttempts = 1_000

interface Answer {
  readonly kept: string
  /** The clock of the server, in ms since the epoch. */
  readonly now: number
}

/**
 * Returns the `agree` of a store over the hash of its settings. The merge stays in core, and the
 * server compares and sets. Settings that are kept already need one script, and others two.
 */
export function createAgree(
  port: RedisPort,
  settingsKey: string,
): (settings: SharedSettings) => Promise<AgreedSettings> {
  /** Sets what is wanted if the server keeps what is expected. Returns what it keeps then. */
  async function compareAndSet(expected: string, wanted: string): Promise<Answer> {
    const run = { keys: [settingsKey], args: [expected, wanted] }
    const answer = await retryLostReplies(() => runScript(port.send, agreeScript, run))
    const [kept, seconds, microseconds] = Array.isArray(answer) ? answer : []
    const now = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
    if (typeof kept !== 'string' || !Number.isFinite(now))
      throw new TypeError('The client did not answer with strings: it must not map replies to other types.')
    return { kept, now }
  }

  return async (settings) => {
    let { kept, now } = await compareAndSet('', '')
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const merged = mergeSettings(kept === '' ? undefined : decodeSettings(kept), settings, now)
      const wanted = encodeSettings(merged)
      if (wanted === kept) return { ...merged, now }
      ;({ kept, now } = await compareAndSet(kept, wanted))
    }
    throw new Error(`The settings changed under ${maxAttempts} attempts to write them.`)
  }
}
