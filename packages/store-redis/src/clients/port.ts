/** The operations that the store needs of a client. Each supported client has an adapter to it. */
export interface RedisPort {
  /** Sends one command to the primary that owns the key. Rejects on every error. */
  readonly send: (key: string, args: string[]) => Promise<unknown>
  /**
   * Sends one command to the node that owns the key as far as the client knows. A redirection is an
   * error. It also takes commands without keys.
   */
  readonly sendToOwner: (key: string, args: string[]) => Promise<unknown>
  /** True if keys may be on different nodes, and move between them. */
  readonly isCluster: boolean
  /** Returns the number of the database that a command sent now would run in. */
  readonly database: () => number | Promise<number>
  /** Resolves to the primary that owns the key, after asking the server. */
  readonly ownerOf: (key: string) => Promise<Owner>
  /**
   * Returns a name of the node that owns the key, as far as the client knows. It is the same for
   * all keys of a node.
   */
  readonly nodeOf: (key: string) => string
  /**
   * Destroys the connection that the client has to the owner of the key, as a lost network would:
   * the client connects again by its own settings. Does nothing if the client is closed, or waits
   * before it connects again.
   */
  readonly dropConnection: (key: string) => void
}

/** A primary of the server, as far as the client knows. */
export interface Owner {
  /** A name of the node, the same for all keys that it owns. Never shown. */
  readonly name: string
  /** Opens a separate connection to it, for subscriptions. It does not reconnect. */
  readonly openSubscriber: (listener: SubscriberListener) => Subscriber
}

/** Callbacks of a subscriber. */
export interface SubscriberListener {
  readonly message: (channel: string, text: string) => void
  /** Called once, when the connection ends or cannot be made. */
  readonly lost: (cause: Error) => void
}

/** A separate connection for subscriptions. */
export interface Subscriber {
  /**
   * Subscribes to the channel of a key. Resolves when the server has confirmed it. Every message
   * from then on arrives, or `lost` is called.
   */
  readonly subscribe: (key: string, channel: string) => Promise<void>
  /** Destroys the connection at once, even if it is half-open. No callback is called afterwards. */
  readonly destroy: () => void
}

/** A connection that subscribes: the steps in which the clients differ. */
export interface SubscriberConnection {
  readonly open: (onMessage: SubscriberListener['message']) => Promise<void>
  readonly subscribe: Subscriber['subscribe']
  /** Calls back when the connection fails or ends. Must be called before `open`. */
  readonly onLost: (listener: (cause: Error) => void) => void
  readonly destroy: () => void
}

/** Returns a subscriber over a connection, which it opens. `lost` is called at most once. */
export function openSubscriber(connection: SubscriberConnection, listener: SubscriberListener): Subscriber {
  let isOver = false

  function end(): void {
    isOver = true
    connection.destroy()
  }

  function lose(cause: unknown): void {
    if (isOver) return
    end()
    listener.lost(cause instanceof Error ? cause : new Error('The subscriber could not connect.', { cause }))
  }

  connection.onLost(lose)
  const opened = connection.open((channel, text) => {
    if (!isOver) listener.message(channel, text)
  })
  opened.catch(lose)
  return {
    subscribe: async (key, channel) => {
      await opened
      await connection.subscribe(key, channel)
    },
    destroy: end,
  }
}

/** The commands with which a connection subscribes to the channel of a slot. */
export interface ShardSubscription {
  /** Sends a command with a key of the slot. */
  readonly ask: () => Promise<unknown>
  readonly sharded: () => Promise<unknown>
  readonly plain: () => Promise<unknown>
}

/**
 * Returns a function that subscribes on the owner of a slot: to the sharded channel, or to the
 * plain one if the server is older than 7.0 and has no other.
 */
export function subscribesToShards(): (commands: ShardSubscription) => Promise<void> {
  let hasAsked = false

  return async ({ ask, sharded, plain }) => {
    // A replica accepts subscriptions too, but redirects commands with keys. Once subscribed, a
    // connection takes no such commands, and a node that does not own the slot refuses.
    if (!hasAsked) await ask()
    hasAsked = true
    try {
      await sharded()
    } catch (error) {
      if (!(error instanceof Error && /unknown command/i.test(error.message))) throw error
      await plain()
    }
  }
}
