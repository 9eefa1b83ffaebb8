import { assertKnownOptions, type Duration, type OptionNames } from '@revoked/core'
import { readOptions } from '../options.ts'
import type { LocalStore } from './local-copy.ts'

/**
 * Options for `mirroredStore`.
 *
 * @example
 * ```ts
 * import { mirroredStore, type MirroredStoreOptions } from '@revoked/store-layered'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: MirroredStoreOptions = { local: () => memoryStore({ logLength: 1 }), maxMarks: 500_000 }
 * const store = mirroredStore(memoryStore(), options)
 * ```
 */
export interface MirroredStoreOptions {
  /**
   * Returns a new, empty store in this process, such as `() => memoryStore({ logLength: 1 })`:
   * nothing follows its change log. It is called for each log of the remote and once more at the
   * start, and for each later fresh start. A store that was returned before is refused.
   */
  readonly local: () => LocalStore
  /**
   * The limit of marks. If the remote holds more, the mirror answers from the remote alone, and
   * tries again within an hour. The limit of the local store counts too. Default 1,000,000.
   */
  readonly maxMarks?: number
  /**
   * The longest time after the execution of a revocation on the remote in which a "not revoked" may
   * be served locally. Default `'2s'`, from 50 ms to a minute. Each instance reads the change log
   * about four times in that time.
   */
  readonly maxStaleness?: Duration
  /**
   * The time after which the store stops waiting for the remote, and rejects with the marks that
   * are known locally. `createRevocation` refuses the store unless this is below its own `timeout`,
   * which would end the check first. Default `'800ms'`, at most a minute.
   */
  readonly timeout?: Duration
}

/** The options with their defaults, in ms. */
export interface MirrorSettings {
  readonly local: () => LocalStore
  readonly maxMarks: number
  readonly maxStalenessMs: number
  readonly timeoutMs: number
}

const optionNames: OptionNames<MirroredStoreOptions> = {
  local: true,
  maxMarks: true,
  maxStaleness: true,
  timeout: true,
}

const localRequired =
  'The option local is required: a function that returns a new, empty store, such as () => memoryStore({ logLength: 1 }).'

/**
 * Returns the options with their defaults.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function readMirrorOptions(options: MirroredStoreOptions | undefined): MirrorSettings {
  if (options === undefined) throw new TypeError(localRequired)
  assertKnownOptions(options, optionNames)
  const { local, maxMarks = 1_000_000, ...durations } = options
  if (typeof local !== 'function') throw new TypeError(localRequired)
  if (!Number.isSafeInteger(maxMarks) || maxMarks < 1)
    throw new RangeError('maxMarks must be a whole number, at least 1.')
  const { maxStalenessMs, timeoutMs } = readOptions(durations)
  return { local, maxMarks, maxStalenessMs, timeoutMs }
}
