import { RevocationUnavailableError } from '../errors.ts'
import type { LogStatus } from './follow-store.ts'

/**
 * Asserts that logs are still followed, for {@link ObservableStore.observe}.
 *
 * @example
 * ```ts
 * import { assertOpen, type Following, type Observation } from '@revoked/core/follow'
 *
 * // The `observe` of a store of your own.
 * function observe(following: Following, add: () => () => void): Observation {
 *   assertOpen(following.status())
 *   return { status: following.status, close: add() }
 * }
 * ```
 *
 * @throws RevocationUnavailableError if the store that follows them was closed.
 */
export function assertOpen(logs: readonly Pick<LogStatus, 'state'>[]): void {
  if (logs.some(({ state }) => state === 'closed'))
    throw new RevocationUnavailableError('The store was closed, so its changes cannot be watched any more.')
}
