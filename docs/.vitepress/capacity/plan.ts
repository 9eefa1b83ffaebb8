/** What the calculator is told. */

/** Where marks and sessions are kept. */
export type Backend = 'memory' | 'sqlite' | 'postgres' | 'redis'

/** What answers in the process, in front of a server. */
export type Cache = 'layered' | 'mirror'

/** A store over which tokens are checked. */
export type PlannedStore = Backend | `${Cache} over ${'postgres' | 'redis'}`

/** What an application does. */
export interface Plan {
  readonly store: PlannedStore
  readonly instances: number
  /** The number of tokens that are in use at once. */
  readonly tokens: number
  /** How long a token, and so the mark that revokes it, lives. In seconds. */
  readonly lifetime: number
  readonly revocationsPerSecond: number
  /** Of all instances together. */
  readonly checksPerSecond: number
  /** In seconds. */
  readonly maxStaleness: number
  /** The number of open sessions that are listed beside the marks: 0 without a list. */
  readonly sessions: number
  readonly sessionsPerSubject: number
}

/** Returns where a store keeps what it is given. */
export const backendOf = (store: PlannedStore): Backend => store.split(' over ').at(-1) as Backend

/** Returns the cache in front of it. */
export const cacheOf = (store: PlannedStore): Cache | undefined =>
  store.includes(' over ') ? (store.split(' over ')[0] as Cache) : undefined
