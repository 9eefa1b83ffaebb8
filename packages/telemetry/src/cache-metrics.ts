import type { Meter, Observable } from '@opentelemetry/api'

/**
 * What this package reads of the status of a cache or a mirror. Every member may be absent: another
 * store that lets others observe it may have another status, or none.
 */
interface CacheStatus {
  readonly state?: string
  readonly sinceConfirmedMs?: number | undefined
  readonly localKeys?: number
  readonly remoteKeys?: number
  readonly gaps?: number
  readonly latePushes?: number
  readonly resets?: number
  readonly isSubscribed?: boolean
  readonly ignoredMessages?: number
  /** Of a cache: its entries by scope. */
  readonly entries?: Readonly<Record<string, number>>
  /** Of a mirror: the number of its marks. */
  readonly marks?: number
  readonly lastScan?: { readonly durationMs: number } | undefined
}

/** The states of caches and mirrors. */
const states = ['live', 'idle', 'stale', 'starting', 'scanning', 'overflowed', 'closed'] as const

/** Returns the instruments, by the member of the status that they report. */
function instrumentsOf(meter: Meter) {
  return {
    state: meter.createObservableUpDownCounter('revoked.cache.status', {
      description: '1 for the state in which the cache is, and 0 for all others.',
    }),
    leaseAge: meter.createObservableGauge('revoked.cache.lease.age', {
      description:
        'The time since the read that confirmed the change log last. Above maxStaleness, the cache is stale.',
      unit: 's',
    }),
    maxStaleness: meter.createObservableGauge('revoked.cache.lease.limit', {
      description: 'The option maxStaleness.',
      unit: 's',
    }),
    keys: meter.createObservableCounter('revoked.cache.keys', {
      description: 'Keys that were looked up, by where they were answered.',
      unit: '{key}',
    }),
    entries: meter.createObservableUpDownCounter('revoked.cache.entry.count', {
      description: 'Entries of a cache by scope, or marks of a mirror.',
      unit: '{entry}',
    }),
    resets: meter.createObservableCounter('revoked.cache.resets', {
      description: 'How often everything was learned anew, because the change log did not reach back.',
      unit: '{reset}',
    }),
    gaps: meter.createObservableCounter('revoked.cache.gaps', {
      description: 'Pushes that did not follow what was known.',
      unit: '{push}',
    }),
    latePushes: meter.createObservableCounter('revoked.cache.late_pushes', {
      description: 'Reads that found changes before a push delivered them: it was late, or lost.',
      unit: '{read}',
    }),
    ignoredMessages: meter.createObservableCounter('revoked.cache.ignored_messages', {
      description: 'Messages on the channel of pushes that do not belong to the change log.',
      unit: '{message}',
    }),
    subscriptions: meter.createObservableUpDownCounter('revoked.cache.subscribed', {
      description: '1 if pushes arrive for every log, and 0 otherwise.',
    }),
    scanDuration: meter.createObservableGauge('revoked.cache.scan.duration', {
      description: 'How long the last complete scan of a mirror took.',
      unit: 's',
    }),
  }
}

/**
 * Reports the status of a cache or a mirror at each collection. A store without `status()` has
 * none. If that of another one throws, nothing is reported: the SDK would log the error.
 */
export function observeCache(meter: Meter, name: string, store: object): void {
  const { status, maxStalenessMs } = store as { status?: () => CacheStatus; readonly maxStalenessMs?: number }
  if (typeof status !== 'function') return
  const instruments = instrumentsOf(meter)
  const common = { 'revoked.store.name': name }

  meter.addBatchObservableCallback((result) => {
    const now = statusOf(store, status)
    if (now === undefined) return
    const observe = (instrument: Observable, value: number | undefined, attributes: Record<string, string> = {}) => {
      if (value !== undefined) result.observe(instrument, value, { ...common, ...attributes })
    }
    for (const state of states)
      observe(instruments.state, state === now.state ? 1 : 0, { 'revoked.cache.state': state })
    observe(instruments.leaseAge, secondsOf(now.sinceConfirmedMs))
    observe(instruments.maxStaleness, secondsOf(maxStalenessMs))
    observe(instruments.keys, now.localKeys, { 'revoked.cache.answer': 'local' })
    observe(instruments.keys, now.remoteKeys, { 'revoked.cache.answer': 'remote' })
    for (const [scope, count] of Object.entries(now.entries ?? {}))
      observe(instruments.entries, count, { 'revoked.scope': scope })
    observe(instruments.entries, now.marks)
    for (const counter of ['resets', 'gaps', 'latePushes', 'ignoredMessages'] as const)
      observe(instruments[counter], now[counter])
    observe(instruments.subscriptions, now.isSubscribed === undefined ? undefined : Number(now.isSubscribed))
    observe(instruments.scanDuration, secondsOf(now.lastScan?.durationMs))
  }, Object.values(instruments))
}

function statusOf(store: object, status: () => CacheStatus): CacheStatus | undefined {
  try {
    return Reflect.apply(status, store, [])
  } catch {
    return undefined
  }
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}
