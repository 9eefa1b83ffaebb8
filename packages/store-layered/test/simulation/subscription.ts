import type { FeedConnection, FeedFollower } from '@revoked/core'
import type { Network } from './network.ts'
import type { Message, Primary } from './primary.ts'
import type { Random } from './random.ts'
import type { VirtualHost } from './virtual-host.ts'

/** The connection of one follower to one log, with its possible faults. */
export interface Subscription extends FeedConnection {
  readonly publish: (message: Message) => void
  /** Ends the connection. The process notices it sooner or later, and opens another one. */
  readonly cut: () => void
  /** Stops all messages without an error. */
  readonly stall: () => void
  /** Loses the next message. */
  readonly loseOne: () => void
}

interface SubscriptionOptions {
  readonly host: VirtualHost
  readonly random: Random
  readonly network: Network
  readonly primary: () => Primary
  readonly follower: FeedFollower
  /**
   * True if probes use the subscription itself, as PING does, and so confirm nothing about the
   * primary.
   */
  readonly pings: boolean
}

/** Opens a subscription. */
export function subscribe({ host, random, network, primary, follower, pings }: SubscriptionOptions): Subscription {
  let connection = 0
  let node: number | undefined
  let isStalled = false
  let losses = 0
  let lastAt = 0

  /** Sends a message, which arrives in order unless the connection ends before. */
  function send(run: () => void): void {
    const of = connection
    lastAt = Math.max(lastAt, host.now() + random.below(network.weather.messageDelayMs + 1))
    network.onProcess(lastAt - host.now(), () => {
      if (of === connection) run()
    })
  }

  function open(): void {
    const of = ++connection
    node = undefined
    network.onRemote(random.below(network.weather.commandDelayMs + 1), () => {
      if (of !== connection) return
      lastAt = 0
      node = primary().node()
      isStalled = false
      send(follower.opened)
      isStalled = random.chance(network.weather.stalledSubscriptions)
    })
  }

  function cut(): void {
    if (node === undefined) return
    node = undefined
    const isNoticed = (): void => {
      follower.closed()
      open()
    }
    // Messages in flight may or may not arrive.
    if (random.chance(0.5)) connection++
    send(isNoticed)
  }

  function isLost(): boolean {
    if (losses === 0) return random.chance(network.weather.lostMessages)
    losses--
    return true
  }

  open()
  return {
    publish: (message) => {
      if (node !== primary().node() || isStalled || isLost()) return
      send(() => {
        if (message.kind === 'changed') follower.changed(message.change)
        else follower.confirmed(message.probe, message.position)
      })
    },
    cut,
    stall: () => {
      isStalled = true
    },
    loseOne: () => {
      losses++
    },
    probe: async (id) => {
      if (!pings) return network.command(() => primary().probe(id))
      if (node !== undefined && !isStalled) send(() => follower.confirmed(id, { epoch: '', sequence: 0, tip: '' }))
    },
    restart: () => {
      follower.closed()
      open()
    },
    close: async () => {
      connection++
      node = undefined
    },
  }
}
