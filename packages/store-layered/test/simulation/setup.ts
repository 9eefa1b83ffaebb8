import type { FollowableStore, Key, LogEntry, LogPosition, LogRead } from '@revoked/core'
import { createLedger, type Ledger } from './ledger.ts'
import { createNetwork, type Network, type Weather } from './network.ts'
import { createPrimary, type Primary } from './primary.ts'
import type { Random } from './random.ts'
import { type PushKind, type Subscription, subscribe } from './subscription.ts'
import type { VirtualHost } from './virtual-host.ts'

/** A remote store behind a network, and its true state. */
export interface Setup {
  readonly remote: FollowableStore
  readonly keys: readonly Key[]
  readonly network: Network
  readonly ledger: Ledger
  readonly primaries: readonly Primary[]
  readonly subscriptions: readonly Subscription[]
  readonly primaryOf: (key: Key) => Primary
  /** Returns a cutoff that is larger than all before. */
  readonly nextCutoff: () => number
  /** The load on the remote since the start. */
  readonly load: RemoteLoad
}

/** The calls of a remote. */
interface RemoteLoad {
  finds: number
  reads: number
  scans: number
}

/**
 * The source of the answers to reads: the log of the primary, or, for negative controls, whether
 * the subscription answers, or nothing at all.
 */
export type ReadKind = 'log' | 'ping' | 'none'

/** Options for `createSetup`. */
export interface SetupOptions {
  readonly host: VirtualHost
  readonly random: Random
  readonly weather: Weather
  readonly maxStalenessMs: number
  readonly logs: number
  readonly pushes: PushKind
  readonly reads: ReadKind
}

const keyCount = 8

/** Returns a setup without revocations. */
export function createSetup(options: SetupOptions): Setup {
  const { host, random, weather, maxStalenessMs, logs, pushes, reads } = options
  const keys = Array.from({ length: keyCount }, (_, index): Key => ({ scope: 'jti', value: String(index) }))
  const network = createNetwork(host, random, weather)
  const ledger = createLedger(maxStalenessMs)
  const subscriptions: Subscription[] = []
  const load: RemoteLoad = { finds: 0, reads: 0, scans: 0 }
  // Every client gives up sooner or later. A write must be known to have ended then.
  const writeTimeoutMs = 5 * maxStalenessMs
  let cutoffs = 0

  // Stores may hash the values of the keys in their logs.
  const prefix = random.pick(['', 'hash of '])
  const logKey = ({ scope, value }: Key): Key => ({ scope, value: `${prefix}${value}` })
  const nameEntry = (entry: LogEntry): LogEntry => ({ ...entry, key: logKey(entry.key) })

  const capacity = random.pick([4, 30, 400])
  const pageSize = random.pick([1, 3, 100])
  const primaries = Array.from({ length: logs }, (_, log): Primary => {
    const primary: Primary = createPrimary({
      publish: (entries) => subscriptions[log]?.publish(entries.map(nameEntry)),
      moved: (values, isReturn) => {
        for (const value of values)
          ledger[isReturn ? 'holdsAgain' : 'holds'](value, primary.cutoffOf(value), host.now())
      },
      capacity,
      pageSize,
    })
    return primary
  })
  const logOf = ({ value }: Key): number => Number(value) % logs
  const primaryAt = (log: number): Primary => primaries[log] as Primary
  const primaryOf = (key: Key): Primary => primaryAt(logOf(key))

  function read(log: number, after: LogPosition | undefined): Promise<LogRead> {
    load.reads++
    // The instance has applied everything up to here.
    if (after !== undefined) for (const mark of primaryAt(log).marksUpTo(after)) ledger.told(...mark)
    if (reads === 'log' || after === undefined)
      return network.command(() => {
        const answer = primaryAt(log).read(after)
        return answer.reset ? answer : { ...answer, entries: answer.entries.map(nameEntry) }
      })
    const isAnswered = reads === 'none' || subscriptions[log]?.isResponsive() === true
    const answer: LogRead = { reset: false, entries: [], position: after, complete: true }
    return isAnswered ? Promise.resolve(answer) : Promise.reject(new Error('No PONG.'))
  }

  const marksOf = (wanted: readonly Key[], nameOf: (key: Key) => Key) =>
    wanted.flatMap((key) => {
      const cutoff = primaryOf(key).cutoffOf(key.value)
      return cutoff === undefined ? [] : [{ key: nameOf(key), mark: { cutoff, expiresAt: Infinity } }]
    })

  return {
    keys,
    network,
    ledger,
    primaries,
    subscriptions,
    primaryOf,
    load,
    nextCutoff: () => ++cutoffs,
    remote: {
      logs,
      logOf,
      logKey,
      read,
      find: (wanted) => {
        load.finds++
        return network.command(() => marksOf(wanted, (key) => key))
      },
      record: (marks) =>
        network.command(() => {
          for (const { key, mark } of marks) primaryOf(key).write([{ key, cutoff: mark.cutoff }])
          return marks.map(() => true)
        }, writeTimeoutMs),
      forget: (forgotten) =>
        network.command(() => {
          for (const key of forgotten) primaryOf(key).write([{ key, cutoff: undefined }])
        }, writeTimeoutMs),
      agree: (settings) => network.command(() => ({ ...settings, now: host.now() })),
      scan: async function* (log) {
        load.scans++
        const of = keys.filter((key) => logOf(key) === log)
        for (let from = 0; from < of.length; from += pageSize)
          yield await network.command(() => marksOf(of.slice(from, from + pageSize), logKey))
      },
      subscribe: (log, listener) => {
        const subscription = subscribe({
          host,
          random,
          network,
          pushes,
          primary: () => primaryAt(log),
          listener,
        })
        subscriptions[log] = subscription
        return subscription
      },
    },
  }
}
