import { assertKnownOptions, type OptionNames } from '@revoked/core'

/**
 * Options for `redisStore`. All instances must have the same, except for `logLength`.
 *
 * @example
 * ```ts
 * import { redisStore, type RedisStoreOptions } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const options: RedisStoreOptions = { prefix: 'shop', hashIds: true }
 * const store = redisStore(new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 }), options)
 * ```
 */
export interface RedisStoreOptions {
  /** The prefix of every key, within braces. Default `'revoked'`. */
  readonly prefix?: string
  /**
   * The number of slots of a Cluster that the keys are spread over. Default 1, which serves tens of
   * thousands of revocations a second.
   */
  readonly partitions?: number
  /**
   * Sends and stores the SHA-256 of every id in place of the id, because subjects are often e-mail
   * addresses. Default `false`.
   */
  readonly hashIds?: boolean
  /**
   * The number of entries that the change log of each partition keeps, at least. A follower that
   * was away for longer starts again. An entry takes about 114 bytes. From 1,000 to 100,000,000.
   * Default 10,000.
   */
  readonly logLength?: number
}

const optionNames: OptionNames<RedisStoreOptions> = { prefix: true, partitions: true, hashIds: true, logLength: true }

/**
 * Returns the options with their defaults.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function readStoreOptions(options: RedisStoreOptions): Required<RedisStoreOptions> {
  assertKnownOptions(options, optionNames)
  const { prefix = 'revoked', partitions = 1, hashIds = false, logLength = 10_000 } = options
  assertPrefix(prefix)
  if (!Number.isSafeInteger(partitions) || partitions < 1 || partitions > 1_024) {
    throw new RangeError('partitions must be a whole number from 1 to 1,024.')
  }
  if (typeof hashIds !== 'boolean') throw new TypeError('hashIds must be true or false.')
  if (!Number.isSafeInteger(logLength) || logLength < 1_000 || logLength > 100_000_000) {
    throw new RangeError('logLength must be a whole number from 1,000 to 100,000,000.')
  }
  return { prefix, partitions, hashIds, logLength }
}

/** @throws TypeError for a prefix that would not stay within the braces of a hash tag. */
export function assertPrefix(prefix: unknown): void {
  if (typeof prefix !== 'string' || !/^[\x21-\x7a|~]{1,64}$/.test(prefix)) {
    throw new TypeError('prefix must be 1 to 64 printable ASCII characters without braces and spaces.')
  }
}
