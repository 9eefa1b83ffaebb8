import {
  areTransactional,
  type SessionKey,
  type SessionStore,
  type TransactionalSessionStore,
} from '@revoked/core/sessions'
import { forwardMembers } from './forward-members.ts'
import { observedLookUp } from './observed-look-up.ts'
import { assertMethods, readTelemetryOptions, type TelemetryOptions } from './options.ts'
import { createStoreCalls, type StoreCalls } from './store-calls.ts'

const methods = ['open', 'touch', 'find', 'list', 'get', 'count', 'close', 'closeAll'] as const

/**
 * Returns a store of sessions that measures the calls of another one, as `observedStore` does, and
 * is otherwise the same.
 *
 * @example
 * ```ts
 * import { redisSessions } from '@revoked/store-redis'
 * import { observedSessionStore } from '@revoked/telemetry'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 })
 * const store = observedSessionStore(redisSessions(client))
 * ```
 *
 * @param options - `name` is the attribute `revoked.store.name`. Default `'sessions'`.
 * @throws TypeError for what is no store of sessions, or a wrong option.
 */
export function observedSessionStore<Store extends SessionStore>(store: Store, options: TelemetryOptions = {}): Store {
  assertMethods(store, 'store must be a SessionStore', methods)
  const instrumentation = readTelemetryOptions(options)
  const { name = 'sessions', meter } = instrumentation
  const calls = createStoreCalls(instrumentation, name)
  const find = observedLookUp<SessionKey, number | undefined>(store, { meter, calls, name })
  const any: SessionStore & Partial<TransactionalSessionStore<unknown>> = store
  return forwardMembers(store, {
    ...observedCalls(store, calls),
    find,
    ...(areTransactional(any) && {
      within: (transaction: unknown) => {
        const inside = any.within(transaction)
        return forwardMembers(inside, observedCalls(inside, calls))
      },
    }),
  } as Partial<Store>)
}

function observedCalls(store: SessionStore, calls: StoreCalls): SessionStore {
  return {
    open: (session, limit) => calls.observe({ operation: 'open' }, () => store.open(session, limit)),
    touch: (use) => calls.observe({ operation: 'touch' }, () => store.touch(use)),
    find: (keys, at) => calls.observe({ operation: 'find', size: keys.length }, () => store.find(keys, at)),
    list: (subject) => calls.observe({ operation: 'list' }, () => store.list(subject)),
    get: (key) => calls.observe({ operation: 'get' }, () => store.get(key)),
    count: (subject) => calls.observe({ operation: 'count' }, () => store.count(subject)),
    close: (subject, ids) => calls.observe({ operation: 'close', size: ids.length }, () => store.close(subject, ids)),
    closeAll: (subject, range) => calls.observe({ operation: 'closeAll' }, () => store.closeAll(subject, range)),
  }
}
