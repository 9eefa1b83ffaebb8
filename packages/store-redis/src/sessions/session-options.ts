import { assertKnownOptions, type OptionNames } from '@revoked/core'
import { assertPrefix } from '../store-options.ts'

/**
 * Options for `redisSessions`. All instances must have the same.
 *
 * @example
 * ```ts
 * import { redisSessions, type RedisSessionsOptions } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const options: RedisSessionsOptions = { prefix: 'shop', hashSubjects: true }
 * const sessions = redisSessions(new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 }), options)
 * ```
 */
export interface RedisSessionsOptions {
  /** The prefix of every key, within braces. Default `'sessions'`. */
  readonly prefix?: string
  /**
   * Stores the SHA-256 of every subject in place of the subject, because subjects are often e-mail
   * addresses. Ids and descriptions of devices are stored as they are. Default `false`.
   */
  readonly hashSubjects?: boolean
}

const optionNames: OptionNames<RedisSessionsOptions> = { prefix: true, hashSubjects: true }

/**
 * Returns the options with their defaults.
 *
 * @throws TypeError for wrong options.
 */
export function readSessionsOptions(options: RedisSessionsOptions): Required<RedisSessionsOptions> {
  assertKnownOptions(options, optionNames)
  const { prefix = 'sessions', hashSubjects = false } = options
  assertPrefix(prefix)
  if (typeof hashSubjects !== 'boolean') throw new TypeError('hashSubjects must be true or false.')
  return { prefix, hashSubjects }
}
