import { assertKnownOptions, type Duration, durationToMs, type OptionNames } from '@revoked/core'

/** The options of `layeredStore`. */
export interface LayeredStoreOptions {
  /** Entries of the local cache for each scope, about 140 bytes each. Default 100,000. */
  readonly maxEntries?: number
  /**
   * How long after a revocation was carried out on the remote a "not revoked" may still be served
   * from the local cache, whatever happens. Default `'2s'`; from 50 ms to a minute. Each instance
   * probes four times in that time.
   */
  readonly maxStaleness?: Duration
  /**
   * How long the remote may take to answer before what is known locally has to do. Keep it below
   * the `timeout` of `createRevocation`, else nobody waits for that. Default `'800ms'`.
   */
  readonly timeout?: Duration
}

/** The options, as they are used. */
export interface Settings {
  readonly maxEntries: number
  readonly maxStalenessMs: number
  readonly timeoutMs: number
}

/** A probe is a write on the remote: more than eighty a second from each instance are too many. */
const minStalenessMs = 50

/**
 * Numbers are seconds: whoever means 2,000 ms must not get half an hour. And whoever issues tokens
 * in place of old ones, as `rotate` of `@revoked/jose` does, reckons with as much.
 */
const maxStalenessLimitMs = 60_000

const optionNames: OptionNames<LayeredStoreOptions> = { maxEntries: true, maxStaleness: true, timeout: true }

/** @throws TypeError or RangeError for wrong options. */
export function readOptions(options: LayeredStoreOptions): Settings {
  assertKnownOptions(options, optionNames)
  const { maxEntries = 100_000, maxStaleness = '2s', timeout = '800ms' } = options
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw new RangeError('maxEntries must be a whole number, at least 1.')
  const maxStalenessMs = durationToMs(maxStaleness, 'maxStaleness')
  if (maxStalenessMs < minStalenessMs || maxStalenessMs > maxStalenessLimitMs)
    throw new RangeError(`maxStaleness must be from ${minStalenessMs} ms to a minute. A number counts seconds.`)
  const timeoutMs = durationToMs(timeout, 'timeout')
  if (timeoutMs <= 0) throw new RangeError('timeout must be longer than nothing.')
  return { maxEntries, maxStalenessMs, timeoutMs }
}
