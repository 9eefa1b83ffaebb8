/** What this package needs of a client: to call its functions in the database, and to be woken. */
export interface PostgresPort {
  /**
   * Runs a statement that returns one row with one column, `result`, and returns that.
   *
   * @throws PostgresError (rejects) if the server or the client failed.
   */
  readonly run: (sql: string, values: readonly (string | null)[]) => Promise<string | null>
  /** Runs a statement without a result, or several at once if the client can. */
  readonly script: (sql: string) => Promise<void>
  /**
   * Listens to a channel, on a connection that is apart from the others if the client has several.
   * `undefined`: the client cannot.
   */
  readonly listen: ((channel: string, events: ChannelEvents) => ChannelListener) | undefined
}

/** Callbacks of a listener. They do not throw. */
export interface ChannelEvents {
  /** Called for each notification, and when there may have been some. */
  readonly notified: () => void
  readonly opened: () => void
  readonly lost: (cause: unknown) => void
}

/** A listener that connects again by itself. */
export interface ChannelListener {
  /** Replaces the connection. */
  readonly restart: () => void
  readonly close: () => void
}
