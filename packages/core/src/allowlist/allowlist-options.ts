import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import type { SessionStore } from '../sessions/session-store.ts'

/**
 * The option `allowlist` of `createRevocation`.
 *
 * @example
 * ```ts
 * import { type AllowlistOptions, createRevocation } from '@revoked/core'
 * import { memorySessions, memoryStore } from '@revoked/store-memory'
 *
 * const allowlist: AllowlistOptions = { sessions: memorySessions(), by: 'sid' }
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h', allowlist })
 * ```
 */
export interface AllowlistOptions {
  /** Where the open sessions are listed, such as `memorySessions()` or `redisSessions(client)`. */
  readonly sessions: SessionStore
  /**
   * The id by which a token is looked up, under its `sub`: that of its session, or its own one if
   * each token is listed by itself. Default `'sid'`.
   */
  readonly by?: ListedId | undefined
}

/**
 * The id by which tokens are listed: `sid`, or `jti` (or what `identify` returns).
 *
 * @example
 * ```ts
 * import { createRevocation, type ListedId } from '@revoked/core'
 * import { memorySessions, memoryStore } from '@revoked/store-memory'
 *
 * const by: ListedId = 'jti' // Each token is a session by itself.
 * const allowlist = { sessions: memorySessions(), by }
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '1h', allowlist })
 * ```
 */
export type ListedId = 'sid' | 'jti'

const optionNames: OptionNames<AllowlistOptions> = { sessions: true, by: true }

const sessionMethods: OptionNames<SessionStore> = {
  open: true,
  touch: true,
  find: true,
  list: true,
  get: true,
  count: true,
  close: true,
  closeAll: true,
}

/**
 * Asserts that the option `allowlist` can be used.
 *
 * @param issuer - The option `issuer`.
 * @throws TypeError naming what is wrong.
 */
export function assertAllowlistOptions(options: AllowlistOptions, issuer: string | undefined): void {
  assertKnownOptions(options, optionNames, 'allowlist.')
  const { sessions, by } = options
  for (const method of Object.keys(sessionMethods)) {
    if (typeof sessions !== 'object' || sessions === null || typeof Reflect.get(sessions, method) !== 'function')
      throw new TypeError(`allowlist.sessions must be a SessionStore, but has no ${method} method.`)
  }
  if (by !== undefined && by !== 'sid' && by !== 'jti') throw new TypeError("allowlist.by must be 'sid' or 'jti'.")
  if (issuer === '*') {
    throw new TypeError(
      "allowlist must not be given with issuer: '*': sessions are listed by subject alone, and with '*' a subject is unique per issuer only.",
    )
  }
}
