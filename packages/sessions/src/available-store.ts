import { RevocationUnavailableError, withDeadline } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'

/**
 * Returns a store whose calls settle within a time in ms. If one fails, or is late, it rejects with
 * `RevocationUnavailableError` (503), so that frameworks answer as they do if the store of
 * revocations is unavailable. The error of the store is its cause: it may contain a host.
 */
export function availableStore(store: SessionStore, timeoutMs: number): SessionStore {
  async function inTime<Result>(call: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await withDeadline(new Promise<Result>((resolve) => resolve(call())), timeoutMs)
    } catch (cause) {
      throw new RevocationUnavailableError('The store of sessions failed or did not answer in time; see cause.', {
        cause,
      })
    }
  }

  return {
    open: (session, limit) => inTime(() => store.open(session, limit)),
    touch: (use) => inTime(() => store.touch(use)),
    find: (keys, at) => inTime(() => store.find(keys, at)),
    list: (subject) => inTime(() => store.list(subject)),
    get: (key) => inTime(() => store.get(key)),
    count: (subject) => inTime(() => store.count(subject)),
    close: (subject, ids) => inTime(() => store.close(subject, ids)),
    closeAll: (subject, range) => inTime(() => store.closeAll(subject, range)),
  }
}
