import {
  type AuditedStore,
  type FollowableStore,
  isAudited,
  isTransactional,
  type Key,
  type KeyedMark,
  type RevocationStore,
  type TransactionalStore,
} from '@revoked/core'
import { observeCache } from './cache-metrics.ts'
import { forwardMembers } from './forward-members.ts'
import { observedLookUp } from './observed-look-up.ts'
import { assertMethods, readTelemetryOptions, type TelemetryOptions } from './options.ts'
import { createStoreCalls, type StoreCalls } from './store-calls.ts'

/** What a store may be able to do beside the contract. */
type AnyStore = RevocationStore &
  Partial<AuditedStore & TransactionalStore<unknown> & FollowableStore & { readonly observe: unknown }>

type Find = RevocationStore['find']

/**
 * Returns a store that reports what the calls of another one come to, and is otherwise the same: it
 * can be followed, writes in transactions, keeps an audit trail and lets others observe it if the
 * other one does, and has all its other members.
 *
 * - Each call has a span, and a place in the histograms `revoked.store.operation.duration` and
 *   `revoked.store.batch.size`. Look-ups that are answered at once, in memory, have neither: they
 *   are counted only.
 * - In front of a cache or a mirror of `@revoked/store-layered`, its `status()` is reported, too.
 *
 * Put one in front of the remote store, to see the round-trips, and one in front of the cache, to
 * see its state. No attribute has an id, a value of a claim, or a host.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { layeredStore } from '@revoked/store-layered'
 * import { redisStore } from '@revoked/store-redis'
 * import { observedRevocation, observedStore } from '@revoked/telemetry'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 })
 * const remote = observedStore(redisStore(client), { name: 'redis' })
 * const store = observedStore(layeredStore(remote))
 * const revocation = observedRevocation(createRevocation({ store, maxTokenLifetime: '24h' }))
 * ```
 *
 * @param options - `name` is the attribute `revoked.store.name`. Default `'cache'` in front of a
 *   cache or a mirror, and `'store'` otherwise.
 * @throws TypeError for what is no store, or a wrong option.
 */
export function observedStore<Store extends RevocationStore>(store: Store, options: TelemetryOptions = {}): Store {
  assertMethods(store, 'store must be a RevocationStore', ['record', 'find', 'forget', 'agree'])
  const instrumentation = readTelemetryOptions(options)
  const any: AnyStore = store
  const { read } = any
  const isCache = typeof any.observe === 'function'
  const name = instrumentation.name ?? (isCache ? 'cache' : 'store')
  const calls = createStoreCalls(instrumentation, name)
  const find = observedLookUp<Key, KeyedMark>(store, { ...instrumentation, calls, name, isCache })
  if (isCache) observeCache(instrumentation.meter, name, store)

  return forwardMembers(store, {
    ...observedCalls(store, calls, find),
    ...(isAudited(any) && { audit: observedAudit(any, calls) }),
    ...(isTransactional(any) && {
      within: (transaction: unknown) => {
        const inside = any.within(transaction)
        const findInside: Find = (keys, at) =>
          calls.observe({ operation: 'find', size: keys.length }, () => inside.find(keys, at))
        return forwardMembers(inside, observedCalls(inside, calls, findInside))
      },
    }),
    ...(read !== undefined && { read: observedRead(read.bind(store), calls) }),
  } as Partial<Store>)
}

/** Returns `record`, `find`, `forget` and `agree`, measured. */
function observedCalls(store: RevocationStore, calls: StoreCalls, find: Find): RevocationStore {
  return {
    find,
    record: (marks, note) =>
      calls.observe({ operation: 'record', size: marks.length }, () => store.record(marks, note)),
    forget: (keys, note) => calls.observe({ operation: 'forget', size: keys.length }, () => store.forget(keys, note)),
    agree: (settings) => calls.observe({ operation: 'agree' }, () => store.agree(settings)),
  }
}

function observedAudit({ audit }: AuditedStore, calls: StoreCalls): AuditedStore['audit'] {
  return forwardMembers(audit, {
    read: (query) => calls.observe({ operation: 'audit' }, () => audit.read(query)),
  })
}

/** Caches and mirrors read twice a second, so these calls have no spans. */
function observedRead(read: FollowableStore['read'], calls: StoreCalls): FollowableStore['read'] {
  return (log, after) => calls.observe({ operation: 'read', hasSpan: false }, () => read(log, after))
}
