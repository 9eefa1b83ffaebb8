/** All that the store needs of a client, whichever it is. */
export interface RedisPort {
  /** Sends one command to the primary that owns the key. Rejects on every error. */
  readonly send: (key: string, args: string[]) => Promise<unknown>
  /**
   * The same, but to the node alone that owns the key as far as the client knows: a redirection is
   * an error. Also for commands without keys.
   */
  readonly sendToOwner: (key: string, args: string[]) => Promise<unknown>
  /** Whether keys may be on different nodes, and move. */
  readonly isCluster: boolean
  /**
   * Opens a connection of its own to that primary, and subscribes it. Once: it does not come back
   * by itself.
   */
  readonly subscribe: (key: string, channel: string, subscriber: Subscriber) => Subscription
}

/** What a subscription tells, in order. */
export interface Subscriber {
  /** From here on, every message on the channel arrives, or `lost` is called. */
  readonly subscribed: () => void
  readonly message: (text: string) => void
  /** It is over: called once, also if it never came to be. */
  readonly lost: (cause: Error) => void
}

/** A subscription on its own connection. */
export interface Subscription {
  /** Destroys the connection at once, half-open or not. The subscriber hears nothing more. */
  readonly destroy: () => void
}

/** A connection that subscribes: the few steps in which the clients differ. */
export interface SubscriberConnection {
  /** Connects and subscribes; resolves once the server has said so. */
  readonly open: (onMessage: (text: string) => void) => Promise<void>
  /** Calls back when the connection errs or ends. Must be attached before `open`. */
  readonly onLost: (listener: (cause: Error) => void) => void
  readonly destroy: () => void
}

/** Turns a connection, once there is one, into a subscription that is told of at most one end. */
export function subscribeOnce(connect: () => Promise<SubscriberConnection>, subscriber: Subscriber): Subscription {
  let connection: SubscriberConnection | undefined
  let isOver = false
  let isSubscribed = false

  function subscribed(): void {
    if (isOver || isSubscribed) return
    isSubscribed = true
    subscriber.subscribed()
  }

  function end(): void {
    isOver = true
    connection?.destroy()
  }

  function lose(cause: Error): void {
    if (isOver) return
    end()
    subscriber.lost(cause)
  }

  async function start(): Promise<void> {
    connection = await connect()
    connection.onLost(lose)
    if (isOver) return connection.destroy()
    await connection.open((text) => {
      // It may come before the promise that says so is resolved.
      subscribed()
      if (!isOver) subscriber.message(text)
    })
    subscribed()
  }

  start().catch((cause: unknown) =>
    lose(cause instanceof Error ? cause : new Error('The subscriber could not connect.', { cause })),
  )
  return { destroy: end }
}

/** How a connection subscribes to the channel of a slot. */
export interface ShardSubscription {
  /** Asks for the key of the slot. */
  readonly ask: () => Promise<unknown>
  readonly sharded: () => Promise<unknown>
  readonly plain: () => Promise<unknown>
}

/**
 * Subscribes on the owner of the slot: to the sharded channel, or to the plain one where the
 * server, before 7.0, has no other.
 */
export async function subscribeToShard({ ask, sharded, plain }: ShardSubscription): Promise<void> {
  // A replica takes subscriptions too, but redirects who asks for a key.
  await ask()
  try {
    await sharded()
  } catch (error) {
    if (!(error instanceof Error && /unknown command/i.test(error.message))) throw error
    await plain()
  }
}
