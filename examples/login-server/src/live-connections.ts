import { type Claims, type Key, type Revocation, TokenLifetimeError } from '@revoked/core'
import type { ObservableStore } from './store.ts'

/**
 * Why a connection must end. `unavailable`: nobody can tell any more whether its token was revoked.
 */
type Ending = 'revoked' | 'unavailable' | 'expired'

/** Connections that stay open, such as WebSockets: each ends when its token may no longer pass. */
export interface LiveConnections {
  /**
   * Calls `end` once, when the token of these verified claims is taken back, wherever that happens.
   * With a WebSocket: `socket.on('close', live.add(claims, (why) => socket.close(4401, why)))`.
   *
   * @returns to be called when the connection is gone by itself.
   */
  readonly add: (claims: Claims, end: (why: Ending) => void) => () => void
  readonly close: () => void
}

/** The options of {@link createLiveConnections}. */
export interface LiveConnectionsOptions {
  readonly revocation: Revocation
  /**
   * A store that tells of revocations ends connections at once. With any other one they end at the
   * next look.
   */
  readonly store: ObservableStore
  /**
   * How often to look at every connection again: for tokens that expire, and in case the store
   * hears nothing. Default 2,000.
   */
  readonly recheckMs?: number
}

interface Connection {
  readonly claims: Claims
  readonly end: (why: Ending) => void
}

const everything: Key = { scope: 'all', value: '' }

/** None yet. */
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
   * The event is only the occasion: whether the token may pass is decided where every request has
   * it decided.
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
      // It has no `exp`, and has lived for as long as any token may.
      if (error instanceof TokenLifetimeError) return 'expired'
      throw error
    }
  }

  function recheckUnder(key: Key): void {
    for (const connection of connections.get(nameOf(key)) ?? []) void recheck(connection)
  }

  // Every connection is filed under the key of everything.
  const recheckAll = (): void => recheckUnder(everything)
  const stopHearing = [store.onRevoked?.(({ key }) => recheckUnder(key)), store.onMissed?.(recheckAll)]
  const timer = setInterval(recheckAll, recheckMs).unref()

  return {
    add: (claims, end) => {
      const connection = { claims, end }
      for (const name of keysOf(claims).map(nameOf)) {
        const same = connections.get(name) ?? new Set()
        connections.set(name, same.add(connection))
      }
      // It may have been taken back since it was verified, when nobody would have told this
      // connection.
      void recheck(connection)
      return () => remove(connection)
    },
    close: () => {
      clearInterval(timer)
      for (const stop of stopHearing) stop?.()
    },
  }
}

/** All keys whose marks can revoke the token. */
function keysOf({ jti, sid, sub }: Claims): readonly Key[] {
  const ids = Object.entries({ jti, sid, sub })
  return [...ids.flatMap(([scope, value]) => (value === undefined ? [] : [{ scope, value }])), everything]
}

function nameOf({ scope, value }: Key): string {
  return `${scope} ${value}`
}
