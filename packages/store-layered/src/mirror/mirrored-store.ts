import { type FollowableStore, type LogEntry, StoreFullError } from '@revoked/core'
import { assertFollowable, type Follower, followStore, shareHandler, systemClock } from '@revoked/core/follow'
import type { CachingStore } from '../caching-store.ts'
import { observable } from '../observable.ts'
import type { Counters, Failure } from '../status.ts'
import { createExpiryClock } from './expiry-clock.ts'
import { createLocalCopy } from './local-copy.ts'
import { openLocalStores } from './local-stores.ts'
import { isDigestOf } from './log-keys.ts'
import { createLogMirror, type LogMirror } from './log-mirror.ts'
import { createMirrorLookup } from './lookup.ts'
import { type MirroredStoreOptions, readMirrorOptions } from './options.ts'
import { createOwnWrites } from './own-writes.ts'
import { startScan } from './scan.ts'
import { createSlots } from './slots.ts'
import { type MirroredStatus, mirroredStatus, totalSize } from './status.ts'

/**
 * A store that answers every check from a local copy of a remote store. Closing it drops the copy.
 *
 * @example
 * ```ts
 * import { type MirroredStore, mirroredStore } from '@revoked/store-layered'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const local = () => memoryStore({ logLength: 1 })
 * const store: MirroredStore = mirroredStore(memoryStore(), { local })
 * const marks = store.status().marks
 * await store.close()
 * ```
 */
export type MirroredStore = CachingStore<MirroredStatus>

/**
 * The limit of logs that are scanned at the same time. The scans share the event loop with the
 * checks, so more of them would not be faster.
 */
const maxScans = 2

/**
 * Returns a store that keeps a copy of a whole remote store in this process. Every check is
 * answered in memory, also for a token that was never seen before.
 *
 * A "not revoked" is never served from the local copy later than `maxStaleness` after the
 * revocation was carried out on the remote, whatever happens to the network, the subscription or
 * the event loop. Normally it is gone within a millisecond. Until the copy is complete, and while
 * the remote cannot be read, checks are looked up on the remote.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { mirroredStore } from '@revoked/store-layered'
 * import { memoryStore } from '@revoked/store-memory'
 * import { redisStore } from '@revoked/store-redis'
 * import { Redis } from 'ioredis'
 *
 * const client = new Redis({ enableOfflineQueue: false, maxRetriesPerRequest: 1 })
 * const store = mirroredStore(redisStore(client), { local: () => memoryStore({ logLength: 1 }) })
 * const revocation = createRevocation({ store, maxTokenLifetime: '24h' })
 * ```
 *
 * @throws TypeError or RangeError for wrong options. What `local` throws is thrown.
 */
export function mirroredStore(remote: FollowableStore, options: MirroredStoreOptions): MirroredStore {
  assertFollowable(remote, 'The remote')
  const { local, maxMarks, maxStalenessMs, timeoutMs } = readMirrorOptions(options)
  const clock = systemClock
  const counters: Counters = { localKeys: 0, remoteKeys: 0, resets: 0 }
  const slots = createSlots(maxScans)
  const nextLocal = openLocalStores(local, remote)
  const ownWrites = createOwnWrites({
    logs: remote.logs,
    logOf: (key) => remote.logOf(key),
    monotonic: clock.monotonic,
  })
  let isClosed = false
  let lastFailure: Failure | undefined

  const isDigest = isDigestOf(remote)
  const expiryClocks = Array.from({ length: remote.logs }, () => createExpiryClock(clock.wall))
  const mirrors: readonly LogMirror[] = Array.from({ length: remote.logs }, (_, log) => {
    const failed = (cause: unknown): void => fail(log, cause)
    const wall = (): number => expiryClocks[log]?.now() ?? clock.wall()
    const open = () => createLocalCopy({ store: nextLocal(), wall, isDigest, failed })
    const ended = (): void => following.readSoon(log)
    return createLogMirror((delayMs) => startScan({ remote, log, open, slots, delayMs, clock, grown, ended, failed }))
  })

  function fail(log: number, cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error('The store could not be mirrored.', { cause })
    lastFailure = { error, at: clock.wall() }
    if (isStoreFull(cause)) for (const mirror of mirrors) mirror.overflow()
    else mirrors[log]?.reset()
  }

  function grown(): void {
    if (totalSize(mirrors) <= maxMarks) return
    fail(0, new StoreFullError(`The remote store holds more marks than maxMarks of the mirror, which is ${maxMarks}.`))
  }

  function apply(entry: LogEntry, log: number): void {
    mirrors[log]?.apply(entry)
    if (entry.mark !== undefined) grown()
  }

  const handler = shareHandler({
    apply,
    reset: (log) => {
      mirrors[log]?.reset()
      if (followers[log]?.confirmedAt() !== undefined) counters.resets++
    },
    renew: (log) => mirrors[log]?.renew(),
    confirmed: (log) => {
      const sentAt = (following.followers[log] as Follower).confirmedAt()?.monotonic ?? -Infinity
      if (expiryClocks[log]?.wasSetBack() === true) mirrors[log]?.reset()
      else mirrors[log]?.confirmed(sentAt)
      // The read was sent before the scan ended, so it takes another one.
      if (mirrors[log]?.scan()?.endedAt() !== undefined) following.readSoon(log)
      ownWrites.confirmed(log, sentAt)
    },
  })
  const following = followStore(remote, handler, { maxStalenessMs, clock })
  const { followers } = following

  async function close(): Promise<void> {
    isClosed = true
    following.close()
    for (const mirror of mirrors) mirror.close()
  }

  return {
    find: createMirrorLookup({ remote, followers, mirrors, ownWrites, counters, clock, timeoutMs }),
    record: (marks, note) => ownWrites.during(marks, () => remote.record(marks, note)),
    forget: (keys, note) => {
      const writes = keys.map((key) => ({ key, mark: undefined }))
      return ownWrites.during(writes, () => remote.forget(keys, note))
    },
    // The settings concern stored marks, so only the remote can keep them.
    agree: (settings) => remote.agree(settings),
    ...observable({ remote, handler, following, maxStalenessMs, timeoutMs }),
    status: () => mirroredStatus({ mirrors, logs: following.status(), counters, isClosed, lastFailure }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Compared by code, because the local store may come from another copy of core. */
function isStoreFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_STORE_FULL'
}
