import { type Claims, type Key, type Revocation, TokenLifetimeError } from '@revoked/core'
import type { ObservableStore } from './store.ts'

/**
 * Why a connection ends. `unavailable`: the store cannot tell whether the token was revoked.
 */
type Ending = 'revoked' | 'unavailable' | 'expired'

/**
 * A registry of open connections, such as WebSockets, that end when their tokens become invalid.
 */
export interface LiveConnections {
  /**
   * Calls `end` once, when the token of these verified claims is revoked, on any server, or
   * expires. With a WebSocket:
   * `socket.on('close', live.add(claims, (why) => socket.close(4401, why)))`.
   *
   * @returns A function to call when the connection was closed for another reason.
   */
  readonly add: (claims: Claims, end: (why: Ending) => void) => () => void
  readonly close: () => void
}

/** Options for {@link createLiveConnections}. */
export interface LiveConnectionsOptions {
  readonly revocation: Revocation
  /**
   * A store with `onRevoked` ends connections at once. With any other store, they end at the next
   * recheck.
   */
  readonly store: ObservableStore
  /**
   * How often every connection is checked again, in ms: for tokens that expire, and in case the
   * store misses a revocation. Default: 2,000.
   */
  readonly recheckMs?: number
}

interface Connection {
  readonly claims: Claims
  readonly end: (why: Ending) => void
}

const everything: Key = { scope: 'all', value: '' }

/** Creates an empty registry of connections. */
export function createLiveConnections({
  revocation,
  store,
  recheckMs = 2_000,
}: LiveConnectionsOptions): LiveConnections {
  const connections = new Map<string, Set<Connection>>()

  function remove(connection: Connection): void {
    for (const name of keysOf(connection.claims).map(nameOf)) {
      const same = connections.get(name)
      same?.delete(connection)
      if (same?.size === 0) connections.delete(name)
    }
  }

  /**
   * Checks the token as a request does. The event of a revocation only starts the check.
   */
  async function recheck(connection: Connection): Promise<void> {
    const why = await endingOf(connection.claims)
    if (why === undefined || !connections.get(nameOf(everything))?.has(connection)) return
    remove(connection)
    connection.end(why)
  }

  async function endingOf(claims: Claims): Promise<Ending | undefined> {
    if ((claims.exp ?? Infinity) * 1_000 <= revocation.now()) return 'expired'
    try {
      const verdict = await revocation.check(claims)
      return verdict.allowed ? undefined : verdict.status
    } catch (error) {
      // The token has no `exp` and has reached `maxTokenLifetime`.
      if (error instanceof TokenLifetimeError) return 'expired'
      throw error
    }
  }

  function recheckUnder(key: Key): void {
    for (const connection of connections.get(nameOf(key)) ?? []) void recheck(connection)
  }

  // Every connection is listed under the key of everything.
  const recheckAll = (): void => recheckUnder(everything)
  const unsubscribers = [store.onRevoked?.(({ key }) => recheckUnder(key)), store.onMissed?.(recheckAll)]
  const timer = setInterval(recheckAll, recheckMs).unref()

  return {
    add: (claims, end) => {
      const connection = { claims, end }
      for (const name of keysOf(claims).map(nameOf)) {
        const same = connections.get(name) ?? new Set()
        connections.set(name, same.add(connection))
      }
      // The token may have been revoked after it was verified and before it was added.
      void recheck(connection)
      return () => remove(connection)
    },
    close: () => {
      clearInterval(timer)
      for (const stop of unsubscribers) stop?.()
    },
  }
}

/** Returns all keys whose marks can revoke the token. */
function keysOf({ jti, sid, sub }: Claims): readonly Key[] {
  const ids = Object.entries({ jti, sid, sub })
  return [...ids.flatMap(([scope, value]) => (value === undefined ? [] : [{ scope, value }])), everything]
}

function nameOf({ scope, value }: Key): string {
  return `${scope} ${value}`
}
