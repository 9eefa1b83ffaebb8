import type { ServerSignal } from '@revoked/testing'

/**
 * The URL of a database, and what separates this run there from others: the beginning of every key
 * in Redis, the schema in PostgreSQL. The URL may contain a password, so it is never printed.
 */
export interface ServerAddress {
  readonly url: string
  readonly prefix: string
  /**
   * The URL for subscribers, if it differs, so that a demo can interrupt subscriptions alone.
   */
  readonly feedUrl?: string
}

/** A database for this run. */
export interface LocatedServer extends ServerAddress {
  readonly kind: 'Redis' | 'PostgreSQL'
  /** What the output says about the server. */
  readonly description: string
  /** The server, if this program started it. Outages may stop its process. */
  readonly own?: OwnServer
  /** Stops the server that was started, or removes what this run has left in another one. */
  readonly close: () => Promise<void>
}

/** A server that this program has started. */
interface OwnServer {
  readonly port: number
  readonly kill: (signal: ServerSignal) => void
}
