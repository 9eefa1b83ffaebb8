import { storeHint } from '../store/store-hint.ts'

const methods = ['record', 'find', 'forget', 'agree', 'logOf', 'read', 'subscribe', 'scan', 'logKey'] as const

/**
 * Asserts that a value has the members of a `FollowableStore`. The message of the error says what
 * to pass instead: a client of Redis must be wrapped, and a cache cannot follow another one.
 *
 * @example
 * ```ts
 * import type { FollowableStore } from '@revoked/core'
 * import { assertFollowable } from '@revoked/core/follow'
 *
 * // The factory of a store that follows another one.
 * export function myMirror(remote: FollowableStore): void {
 *   assertFollowable(remote, 'remote')
 * }
 * ```
 *
 * @param name - The name of the argument, for the message.
 * @throws TypeError if a member is missing.
 */
export function assertFollowable(value: unknown, name: string): void {
  const target: object = Object(value)
  const has = (method: string): boolean => typeof Reflect.get(target, method) === 'function'
  if (methods.every(has) && Number.isSafeInteger(Reflect.get(target, 'logs'))) return
  const advice = has('observe') ? ' It follows a store itself: pass the store that it follows.' : storeHint(value)
  throw new TypeError(
    `${name} must be a store that can be followed, such as redisStore(client) or memoryStore().${advice}`,
  )
}
