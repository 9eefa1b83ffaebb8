import { decide, unavailable } from '../check/fail-policy.ts'
import { endInTurns } from './end-in-turns.ts'
import type { Freshness } from './freshness.ts'
import type { Rechecks } from './rechecks.ts'
import type { WatchIndex } from './watch-index.ts'
import type { WatchedToken } from './watched-token.ts'

/** Ends the watches of tokens whose status could not be confirmed for too long. */
export interface Outage {
  /** Must be called regularly. */
  readonly endUnconfirmed: () => void
  readonly remove: (watched: WatchedToken) => void
}

/** Options for {@link createOutage}. */
export interface OutageOptions {
  readonly maxStalenessMs: number
  readonly tokens: WatchIndex
  readonly freshness: Freshness
  readonly rechecks: Rechecks
}

/** Returns the part of a hub that applies fail policies. */
export function createOutage({ maxStalenessMs, tokens, freshness, rechecks }: OutageOptions): Outage {
  /** Tokens that their fail policy lets pass. It is asked once per outage. */
  const excused = new Set<WatchedToken>()
  let isGivingUp = false

  function isConfirmed(watched: WatchedToken): boolean {
    if (!freshness.isOver(watched.provenAt)) return true
    return !rechecks.has(watched) && !freshness.isOver(freshness.confirmedAt(watched.lookup.logs))
  }

  function giveUp(watched: WatchedToken): void {
    const cause =
      (rechecks.has(watched) ? rechecks.lastFailure() : undefined) ??
      freshness.failureOf(watched.lookup.logs) ??
      new Error(`The status of the token was not confirmed for ${maxStalenessMs} ms.`)
    const { allowed, error } = decide(watched.failPolicy, unavailable(cause), watched.claims)
    if (allowed) excused.add(watched)
    else watched.end(error)
  }

  async function giveUpAll(lost: readonly WatchedToken[]): Promise<void> {
    // Those that are left will be given up.
    if (isGivingUp) return
    isGivingUp = true
    await endInTurns(lost, (watched) => {
      if (tokens.has(watched) && !isConfirmed(watched)) giveUp(watched)
    })
    isGivingUp = false
  }

  return {
    endUnconfirmed: () => {
      const needsLook = rechecks.size() > 0 || excused.size > 0 || !freshness.areLogsFresh()
      const waiting = needsLook ? tokens.all().filter((watched) => !isConfirmed(watched)) : []
      const lost = waiting.filter((watched) => !excused.has(watched))
      for (const watched of excused) if (isConfirmed(watched)) excused.delete(watched)
      if (lost.length === 0) freshness.recovered()
      else if (!freshness.isForgiving()) void giveUpAll(lost)
    },
    remove: (watched) => void excused.delete(watched),
  }
}
