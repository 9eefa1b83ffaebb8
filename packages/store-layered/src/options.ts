import { assertKnownOptions, type Duration, durationToMs, type OptionNames } from '@revoked/core'

/** Options for `layeredStore`. */
export interface LayeredStoreOptions {
  /**
   * The limit of entries of the local cache for each scope, about 140 bytes each. Default 100,000.
   */
  readonly maxEntries?: number
  /**
   * The longest time after the execution of a revocation on the remote in which a "not revoked" may
   * be served from the local cache. Default `'2s'`, from 50 ms to a minute. Each instance probes
   * four times in that time.
   */
  readonly maxStaleness?: Duration
  /**
   * The time after which the store stops waiting for the remote, and rejects with the marks that
   * are known locally. It must be below the `timeout` of `createRevocation`, which otherwise ends
   * the check first. Default `'800ms'`.
   */
  readonly timeout?: Duration
}

/** The options with their defaults, in ms. */
export interface Settings {
  readonly maxEntries: number
  readonly maxStalenessMs: number
  readonly timeoutMs: number
}

/**
 * The least `maxStaleness`. A probe is a write on the remote, and more than eighty a second from
 * each instance are too many.
 */
const minStalenessMs = 50

/**
 * The largest `maxStaleness`. Numbers are seconds, so 2,000 would mean half an hour instead of 2 s.
 * Code that issues tokens in place of older ones, such as `rotate` of `@revoked/jose`, relies on
 * this limit.
 */
const maxStalenessLimitMs = 60_000

const optionNames: OptionNames<LayeredStoreOptions> = { maxEntries: true, maxStaleness: true, timeout: true }

/**
 * Returns the options with their defaults.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function readOptions(options: LayeredStoreOptions): Settings {
  assertKnownOptions(options, optionNames)
  const { maxEntries = 100_000, maxStaleness = '2s', timeout = '800ms' } = options
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw new RangeError('maxEntries must be a whole number, at least 1.')
  const maxStalenessMs = durationToMs(maxStaleness, 'maxStaleness')
  if (maxStalenessMs < minStalenessMs || maxStalenessMs > maxStalenessLimitMs)
    throw new RangeError(`maxStaleness must be from ${minStalenessMs} ms to a minute. A number counts seconds.`)
  const timeoutMs = durationToMs(timeout, 'timeout')
  if (timeoutMs <= 0) throw new RangeError('timeout must be positive.')
  return { maxEntries, maxStalenessMs, timeoutMs }
}
