import type { FollowableStore, RevocationStore } from '@revoked/core'
import { followStore, type ObservableStore, type Observation, type StoreHandler } from '@revoked/core/follow'
import { type Change, type ChangeRead, changeOf, createChangeBuffer } from './change-buffer.ts'

/** Changes since the last read. */
interface ChangePage {
  readonly process: string
  readonly next: number
  readonly changes: readonly Change[]
  readonly state: string
}

/** The changes of a store, while somebody looks. */
export interface ChangeFeed {
  /** A random name of this process. */
  readonly instance: string
  /** Whether the store can be followed. */
  readonly isSupported: boolean
  /** Returns the state of the worst log. `off` if nobody looks. */
  readonly state: () => string
  readonly read: (read: ChangeRead) => Promise<ChangePage>
  readonly close: () => void
}

/** How long the store is followed after the last look. */
const idleMs = 60_000
/** For stores that follow nothing by themselves. They are read about four times in this time. */
const maxStalenessMs = 2_000
/** How long a request waits for a change while the log starts, and while it cannot be read. */
const startingMs = 250
const notLiveMs = 1_000
const fromBestToWorst: readonly string[] = ['live', 'idle', 'stale', 'starting', 'closed']

/**
 * Creates the feed of a store, which is followed from the first read until nobody reads.
 *
 * @param hasIssuers - Whether keys are of several issuers.
 */
export function createChangeFeed(store: RevocationStore, hasIssuers: boolean): ChangeFeed {
  const instance = crypto.randomUUID().slice(0, 8)
  const buffer = createChangeBuffer()
  const isSupported = isFollowed(store)
  let observation: Observation | undefined
  let idle: ReturnType<typeof setTimeout> | undefined

  const missed = (): void => buffer.push({ id: `${instance}.${buffer.next()}`, at: Date.now(), action: 'missed' })

  function stop(): void {
    clearTimeout(idle)
    if (observation === undefined) return
    observation.close()
    observation = undefined
    // What happens until the next look.
    missed()
  }

  const state = (): string => {
    const ranks = observation?.status().map((log) => fromBestToWorst.indexOf(log.state)) ?? []
    return ranks.length === 0 ? 'off' : (fromBestToWorst[Math.max(...ranks)] ?? 'starting')
  }

  return {
    instance,
    isSupported,
    state,
    read: async (read) => {
      clearTimeout(idle)
      idle = setTimeout(stop, idleMs)
      idle.unref()
      observation ??= observe(store, { push: buffer.push, missed, hasIssuers })
      // Until the log is read, the page shows that it is not: it asks again soon.
      const waitMs = state() === 'live' ? read.waitMs : Math.min(read.waitMs, pauseOf(state()))
      const isNews = read.after !== buffer.next() || (read.state !== undefined && read.state !== state())
      if (!isNews && waitMs > 0 && !read.signal.aborted) await buffer.wait({ ...read, waitMs })
      return { process: instance, next: buffer.next(), changes: buffer.since(read.after), state: state() }
    },
    close: stop,
  }
}

const pauseOf = (state: string): number => (state === 'starting' || state === 'off' ? startingMs : notLiveMs)

/**
 * Returns whether the store keeps ids as they are, as far as that can be known: what it names
 * otherwise cannot be looked up by what is shown.
 */
export function namesIds(store: RevocationStore): boolean {
  const key = { scope: 'sub', value: 'a' }
  return !(isObservable(store) || isFollowable(store)) || store.logKey(key).value === key.value
}

interface Sink {
  readonly hasIssuers: boolean
  readonly push: (change: Change) => void
  readonly missed: () => void
}

/** Follows a store: by what its cache learns, if it has one, and else by reading its log. */
function observe(store: RevocationStore, { push, missed, hasIssuers }: Sink): Observation | undefined {
  const started = new Set<number>()
  const handler: StoreHandler = {
    apply: (entry, log) => {
      const change = changeOf(entry, log, hasIssuers)
      if (change !== undefined) push(change)
    },
    // The first read of a log is a reset: nothing was missed.
    reset: (log) => void (started.has(log) && missed()),
    confirmed: (log) => void started.add(log),
  }
  if (!isObservable(store)) return isFollowable(store) ? followStore(store, handler, { maxStalenessMs }) : undefined
  const observation = store.observe(handler)
  for (const [log, { confirmedAt }] of observation.status().entries()) if (confirmedAt !== undefined) started.add(log)
  return observation
}

/**
 * Returns whether the store can be followed. A cache with `idleAfter` refuses: it does not read all
 * the time.
 */
function isFollowed(store: RevocationStore): boolean {
  if (!isObservable(store)) return isFollowable(store)
  try {
    store.observe({ apply: () => {}, reset: () => {} }).close()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

function isObservable(store: RevocationStore): store is ObservableStore {
  return hasMethods(store, ['observe', 'logOf', 'logKey'])
}

function isFollowable(store: RevocationStore): store is FollowableStore {
  return hasMethods(store, ['read', 'subscribe', 'logOf', 'logKey'])
}

function hasMethods(store: RevocationStore, names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(store, name) === 'function')
}
