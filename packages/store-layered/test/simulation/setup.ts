import type { Key, ProbedStore } from '@revoked/core'
import { createLedger, type Ledger } from './ledger.ts'
import { createNetwork, type Network, type Weather } from './network.ts'
import { createPrimary, type Primary } from './primary.ts'
import type { Random } from './random.ts'
import { type Subscription, subscribe } from './subscription.ts'
import type { VirtualHost } from './virtual-host.ts'

/** A remote store behind a network, and its true state. */
export interface Setup {
  readonly remote: ProbedStore
  readonly keys: readonly Key[]
  readonly network: Network
  readonly ledger: Ledger
  readonly primaries: readonly Primary[]
  readonly subscriptions: readonly Subscription[]
  readonly primaryOf: (key: Key) => Primary
  /** Returns a cutoff that is larger than all before. */
  readonly nextCutoff: () => number
}

/** Options for `createSetup`. */
export interface SetupOptions {
  readonly host: VirtualHost
  readonly random: Random
  readonly weather: Weather
  readonly maxStalenessMs: number
  readonly logs: number
  readonly pings: boolean
}

const keyCount = 8

/** Returns a setup without revocations. */
export function createSetup({ host, random, weather, maxStalenessMs, logs, pings }: SetupOptions): Setup {
  const keys = Array.from({ length: keyCount }, (_, index): Key => ({ scope: 'jti', value: String(index) }))
  const network = createNetwork(host, random, weather)
  const ledger = createLedger(maxStalenessMs)
  const subscriptions: Subscription[] = []
  let cutoffs = 0

  const primaries = Array.from({ length: logs }, (_, log): Primary => {
    const primary: Primary = createPrimary(
      (message) => subscriptions[log]?.publish(message),
      (values) => {
        for (const value of values) ledger.holds(value, primary.cutoffOf(value), host.now())
      },
    )
    return primary
  })
  const logOf = ({ value }: Key): number => Number(value) % logs
  const primaryAt = (log: number): Primary => primaries[log] as Primary
  const primaryOf = (key: Key): Primary => primaryAt(logOf(key))

  return {
    keys,
    network,
    ledger,
    primaries,
    subscriptions,
    primaryOf,
    nextCutoff: () => ++cutoffs,
    remote: {
      logs,
      logOf,
      find: (wanted) =>
        network.command(() =>
          wanted.flatMap((key) => {
            const cutoff = primaryOf(key).cutoffOf(key.value)
            return cutoff === undefined ? [] : [{ key, mark: { cutoff, expiresAt: Infinity } }]
          }),
        ),
      record: (marks) =>
        network.command(() => {
          for (const { key, mark } of marks) primaryOf(key).record(key, mark.cutoff)
          return marks.map(() => true)
        }),
      forget: (forgotten) =>
        network.command(() => {
          for (const key of forgotten) primaryOf(key).forget(key)
        }),
      agree: (settings) => network.command(() => ({ ...settings, now: host.now() })),
      follow: (log, follower) => {
        const subscription = subscribe({
          host,
          random,
          network,
          pings,
          primary: () => primaryAt(log),
          follower: {
            ...follower,
            changed: (change) => {
              follower.changed(change)
              for (const { key, mark } of change.recorded) ledger.told(key.value, mark.cutoff)
            },
          },
        })
        subscriptions[log] = subscription
        return subscription
      },
    },
  }
}
