import { nextTurn } from '../next-turn.ts'
import type { WatchedToken } from './watched-token.ts'

/**
 * Ends watched tokens, some of them in each turn of the event loop: all may be revoked, expire or
 * become unconfirmed at once, and each end closes a connection. The first ones end at once.
 * Resolves after the last one.
 *
 * @param end - Ends one token. It must not throw, and tokens may have been removed meanwhile.
 */
export async function endInTurns(tokens: readonly WatchedToken[], end: (watched: WatchedToken) => void): Promise<void> {
  for (const [index, watched] of tokens.entries()) {
    if (index > 0 && index % endsPerTurn === 0) await nextTurn()
    end(watched)
  }
}

/** The limit of tokens that end in one turn of the event loop. */
const endsPerTurn = 250
