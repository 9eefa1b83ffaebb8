// These timers can be unreferenced in every runtime that has Node's modules.
import { clearTimeout, setTimeout } from 'node:timers'
import type { Owner, RedisPort, Subscriber } from '../clients/port.ts'

const minPauseMs = 50
const maxPauseMs = 2_000

/**
 * The limit for subscribing. A server that accepts a connection but never answers causes no error.
 */
const maxOpeningMs = 2_000

/** One subscription to one channel, over any number of connections, one after the other. */
export interface Member {
  /** The key that decides which node has the channel. */
  readonly key: string
  readonly channel: () => string | Promise<string>
  /** Called each time the subscription begins. Every message arrives until `lost` is called. */
  readonly subscribed: () => void
  readonly message: (text: string) => void
  /** Called each time the subscription ends, or could not be made. */
  readonly lost: (cause: Error | undefined) => void
}

/** A member's place among all members. */
export interface Membership {
  /** Replaces the connection at once, for all members that share it. */
  readonly restart: () => void
  readonly close: () => void
}

/**
 * Subscribes any number of members over one connection per node. A lost connection is replaced
 * after a growing, jittered pause. Clients do not resubscribe here, because a client may be ready
 * without its subscription.
 */
export function createSharedSubscribers({ ownerOf }: Pick<RedisPort, 'ownerOf'>): (member: Member) => Membership {
  const links: Links = new Map()

  return (member) => keepSubscribed(member, async () => linkTo(await ownerOf(member.key), links))
}

/** Subscribes one member, again and again, over the connection that `connect` resolves to. */
function keepSubscribed(member: Member, connect: () => Promise<Link>): Membership {
  let isClosed = false
  let failures = 0
  let subscribedAt = Infinity
  let timer: NodeJS.Timeout | undefined
  let current: { readonly link: Link; readonly user: LinkUser } | undefined

  /** Identifies an attempt. What an earlier one finds is dropped. */
  let attempts = 0

  function leave(): void {
    clearTimeout(timer)
    attempts++
    const left = current
    current = undefined
    left?.link.remove(left.user)
  }

  /**
   * Ends the subscription and begins the next one: after a failure later, and otherwise at once.
   */
  function lost(cause?: Error): void {
    leave()
    member.lost(cause)
    if (isClosed) return
    if (cause === undefined) return void enter()
    // A subscription that ends at once, again and again, is a failure too.
    if (Date.now() - subscribedAt > maxPauseMs) failures = 0
    subscribedAt = Infinity
    const pause = Math.min(maxPauseMs, minPauseMs * 2 ** failures++)
    timer = setTimeout(enter, pause * (0.5 + Math.random() / 2)).unref()
  }

  /** Ends the connection, and so the subscription of each member that shares it. */
  function end(cause?: Error): void {
    if (current === undefined) lost(cause)
    else current.link.drop(cause)
  }

  async function enter(): Promise<void> {
    const attempt = ++attempts
    timer = setTimeout(end, maxOpeningMs, new Error(`No subscription after ${maxOpeningMs} ms.`)).unref()
    try {
      const [link, channel] = await Promise.all([connect(), member.channel()])
      if (attempt !== attempts) return link.removeIfUnused()
      const user = { channel, message: member.message, lost }
      link.add(user)
      current = { link, user }
      await link.subscribe(member.key, channel)
      if (attempt !== attempts) return
      clearTimeout(timer)
      subscribedAt = Date.now()
      member.subscribed()
    } catch (cause) {
      if (attempt === attempts) lost(cause instanceof Error ? cause : new Error('The subscription failed.', { cause }))
    }
  }

  void enter()
  return {
    restart: () => {
      if (!isClosed) end()
    },
    close: () => {
      isClosed = true
      leave()
    },
  }
}

type Links = Map<string, Link>

/** A connection to one node, and the members that use it. It ends with the last of them. */
interface Link {
  readonly subscribe: Subscriber['subscribe']
  readonly add: (user: LinkUser) => void
  readonly remove: (user: LinkUser) => void
  readonly removeIfUnused: () => void
  /** Ends the connection, for all of its users. */
  readonly drop: (cause?: Error) => void
}

interface LinkUser {
  readonly channel: string
  readonly message: (text: string) => void
  readonly lost: (cause?: Error) => void
}

/** Returns the connection to a node: the present one, or a new one. */
function linkTo({ name, openSubscriber }: Owner, links: Links): Link {
  const present = links.get(name)
  if (present !== undefined) return present
  const users = new Set<LinkUser>()
  const subscriber = openSubscriber({
    message: (channel, text) => {
      for (const user of [...users]) if (user.channel === channel) user.message(text)
    },
    lost: (cause) => drop(cause),
  })

  function drop(cause?: Error): void {
    if (links.get(name) === link) links.delete(name)
    subscriber.destroy()
    const left = [...users]
    users.clear()
    for (const user of left) user.lost(cause)
  }

  function removeIfUnused(): void {
    if (users.size === 0) drop()
  }

  const link: Link = {
    subscribe: subscriber.subscribe,
    add: (user) => void users.add(user),
    remove: (user) => {
      if (users.delete(user)) removeIfUnused()
    },
    removeIfUnused,
    drop,
  }
  links.set(name, link)
  return link
}
