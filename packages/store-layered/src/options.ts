import { assertKnownOptions, type Duration, durationToMs, type OptionNames } from '@revoked/core'

/**
 * Options for `layeredStore`.
 *
 * @example
 * ```ts
 * import { layeredStore, type LayeredStoreOptions } from '@revoked/store-layered'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: LayeredStoreOptions = { maxEntries: 500_000, maxStaleness: '2s' }
 * const store = layeredStore(memoryStore(), options)
 * ```
 */
export interface LayeredStoreOptions {
  /**
   * The limit of entries of the local cache for each scope, about 140 bytes each. Default 100,000.
   */
  readonly maxEntries?: number
  /**
   * The longest time after the execution of a revocation on the remote in which a "not revoked" may
   * be served from the local cache. Default `'2s'`, from 50 ms to a minute. Each instance reads the
   * change log about four times in that time.
   */
  readonly maxStaleness?: Duration
  /**
   * The time without a check after which the store sends nothing any more, for processes that are
   * frozen between requests. The next check asks the remote, and starts the reads again. Default:
   * the reads do not stop.
   */
  readonly idleAfter?: Duration
  /**
   * The time after which the store stops waiting for the remote, and rejects with the marks that
   * are known locally. `createRevocation` refuses the store unless this is below its own `timeout`,
   * which would end the check first. Default `'800ms'`, at most a minute.
   */
  readonly timeout?: Duration
}

/** The options with their defaults, in ms. */
export interface Settings {
  readonly maxEntries: number
  readonly maxStalenessMs: number
  readonly timeoutMs: number
  readonly idleAfterMs: number | undefined
}

/**
 * The least `maxStaleness`. More than eighty reads a second from each instance are too many.
 */
const minStalenessMs = 50

/**
 * The largest `maxStaleness`. Numbers are seconds, so 2,000 would mean half an hour instead of 2 s.
 * Code that issues tokens in place of older ones, such as `rotate` of `@revoked/jose`, relies on
 * this limit.
 */
const maxStalenessLimitMs = 60_000

/**
 * The largest `timeout`, as that of `createRevocation`. A timer of more than 24.8 days would end at
 * once.
 */
const maxTimeoutMs = 60_000

const optionNames: OptionNames<LayeredStoreOptions> = {
  maxEntries: true,
  maxStaleness: true,
  idleAfter: true,
  timeout: true,
}

/**
 * Returns the options with their defaults.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function readOptions(options: LayeredStoreOptions): Settings {
  assertKnownOptions(options, optionNames)
  const { maxEntries = 100_000, maxStaleness = '2s', idleAfter, timeout = '800ms' } = options
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw new RangeError('maxEntries must be a whole number, at least 1.')
  const maxStalenessMs = durationToMs(maxStaleness, 'maxStaleness')
  if (maxStalenessMs < minStalenessMs || maxStalenessMs > maxStalenessLimitMs)
    throw new RangeError(`maxStaleness must be from ${minStalenessMs} ms to a minute.${unitHint(maxStaleness)}`)
  const timeoutMs = durationToMs(timeout, 'timeout')
  if (timeoutMs <= 0) throw new RangeError('timeout must be positive.')
  if (timeoutMs > maxTimeoutMs) throw new RangeError(`timeout must be at most a minute.${unitHint(timeout)}`)
  return { maxEntries, maxStalenessMs, timeoutMs, idleAfterMs: readIdleAfter(idleAfter) }
}

function readIdleAfter(idleAfter: Duration | undefined): number | undefined {
  if (idleAfter === undefined) return undefined
  const idleAfterMs = idleAfter === Infinity ? 0 : durationToMs(idleAfter, 'idleAfter')
  if (idleAfterMs <= 0)
    throw new RangeError('idleAfter must be positive and finite. Leave it out for a store that never stops its reads.')
  return idleAfterMs
}

/** Returns what to add to the error of a number out of range: it may be meant in milliseconds. */
function unitHint(duration: Duration): string {
  return typeof duration === 'number' ? ' A number counts seconds.' : ''
}
