import type { LogEntry, LogListener, LogSubscription } from '@revoked/core'
import type { Network } from './network.ts'
import type { Primary } from './primary.ts'
import type { Random } from './random.ts'
import type { VirtualHost } from './virtual-host.ts'

/** The pushes of a store: the entries, only a wake-up, either of them, or none. */
export type PushKind = 'entries' | 'wake' | 'mixed' | 'none'

/** The connection of one follower to one log, with its possible faults. */
export interface Subscription extends LogSubscription {
  readonly publish: (entries: readonly LogEntry[]) => void
  /** Ends the connection. The store notices it sooner or later, and opens another one. */
  readonly cut: () => void
  /** Stops all messages without an error. */
  readonly stall: () => void
  /** Loses the next message. */
  readonly loseOne: () => void
  /** Delivers entries that the primary did not publish. */
  readonly forge: (entries: readonly LogEntry[]) => void
  /** Returns true if a PING over the connection would be answered. */
  readonly isResponsive: () => boolean
}

/** Options for `subscribe`. */
export interface SubscriptionOptions {
  readonly host: VirtualHost
  readonly random: Random
  readonly network: Network
  readonly primary: () => Primary
  readonly pushes: PushKind
  readonly listener: LogListener
}

/** Opens a subscription. */
export function subscribe({ host, random, network, primary, pushes, listener }: SubscriptionOptions): Subscription {
  let connection = 0
  let node: number | undefined
  let isStalled = false
  let losses = 0
  let lastAt = 0

  /** Sends a message, which arrives unless the connection ends before. */
  function send(run: () => void, { isOrdered }: { readonly isOrdered: boolean }): void {
    const of = connection
    const at = host.now() + random.below(network.weather.messageDelayMs + 1)
    if (isOrdered) lastAt = Math.max(lastAt, at)
    network.onProcess((isOrdered ? lastAt : at) - host.now(), () => {
      if (of === connection) run()
    })
  }

  function push(entries: readonly LogEntry[]): void {
    const { disordersMessages, doubledMessages } = network.weather
    const isEntries = pushes === 'entries' || (pushes === 'mixed' && random.chance(0.7))
    const run = (): void => (isEntries ? listener.entries(entries) : listener.wake())
    send(run, { isOrdered: !disordersMessages })
    if (random.chance(doubledMessages)) send(run, { isOrdered: false })
  }

  function open(): void {
    const of = ++connection
    node = undefined
    network.onRemote(random.below(network.weather.commandDelayMs + 1), () => {
      if (of !== connection) return
      lastAt = 0
      node = primary().node()
      isStalled = random.chance(network.weather.stalledSubscriptions)
    })
  }

  function cut(): void {
    if (node === undefined) return
    node = undefined
    // Messages in flight may or may not arrive.
    if (random.chance(0.5)) connection++
    send(open, { isOrdered: true })
  }

  function isLost(): boolean {
    if (losses === 0) return random.chance(network.weather.lostMessages)
    losses--
    return true
  }

  if (pushes !== 'none') open()
  return {
    publish: (entries) => {
      if (node !== primary().node() || isStalled || isLost()) return
      push(entries)
    },
    forge: (entries) => {
      if (node !== undefined && !isStalled) push(entries)
    },
    isResponsive: () => node !== undefined && !isStalled,
    cut,
    stall: () => {
      isStalled = true
    },
    loseOne: () => {
      losses++
    },
    restart: () => {
      if (pushes !== 'none') open()
    },
    close: () => {
      connection++
      node = undefined
    },
    status: () => ({ isOpen: node !== undefined, lastFailure: undefined, ignoredMessages: 0 }),
  }
}
