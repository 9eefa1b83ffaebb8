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
  /** Opens a separate connection to that primary, and subscribes it once. It does not reconnect. */
  readonly subscribe: (key: string, channel: string, subscriber: Subscriber) => Subscription
}

/** Callbacks of a subscription, in the order of the calls. */
export interface Subscriber {
  /** Called once. Every message on the channel from then on arrives, or `lost` is called. */
  readonly subscribed: () => void
  readonly message: (text: string) => void
  /** Called once, when the subscription ends or cannot be made. */
  readonly lost: (cause: Error) => void
}

/** A subscription with its own connection. */
export interface Subscription {
  /** Destroys the connection at once, even if it is half-open. No callback is called afterwards. */
  readonly destroy: () => void
}

/** A connection that subscribes: the steps in which the clients differ. */
export interface SubscriberConnection {
  /** Connects and subscribes. Resolves when the server has confirmed the subscription. */
  readonly open: (onMessage: (text: string) => void) => Promise<void>
  /** Calls back when the connection fails or ends. Must be called before `open`. */
  readonly onLost: (listener: (cause: Error) => void) => void
  readonly destroy: () => void
}

/**
 * Returns a subscription over a connection that is still to be made. `lost` is called at most once.
 */
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
      // A message may arrive before the promise of the subscription is resolved.
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

/** The ways in which a connection subscribes to the channel of a slot. */
export interface ShardSubscription {
  /** Sends a command with a key of the slot. */
  readonly ask: () => Promise<unknown>
  readonly sharded: () => Promise<unknown>
  readonly plain: () => Promise<unknown>
}

/**
 * Subscribes on the owner of the slot: to the sharded channel, or to the plain one if the server is
 * older than 7.0 and has no other.
 */
export async function subscribeToShard({ ask, sharded, plain }: ShardSubscription): Promise<void> {
  // A replica accepts subscriptions too, but redirects commands with keys.
  await ask()
  try {
    await sharded()
  } catch (error) {
    if (!(error instanceof Error && /unknown command/i.test(error.message))) throw error
    await plain()
  }
}
