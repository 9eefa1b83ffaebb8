interface Execution {
  readonly cutoff: number
  readonly at: number
}

/**
 * A record of the marks that answers must contain. Marks differ by their cutoffs, which only grow.
 */
export interface Ledger {
  /** Notes that the primary holds this cutoff for the key from now on. */
  readonly holds: (key: string, cutoff: number | undefined, at: number) => void
  /**
   * Notes that the primary holds this cutoff again, because it was set back to a former state.
   * Until the next write, nobody can demand that an instance knows it: a primary that is set back
   * to exactly the position of a follower cannot be told from one that was not. The instance may
   * have loaded what was lost.
   */
  readonly holdsAgain: (key: string, cutoff: number | undefined, at: number) => void
  /** Returns true if a former state of the key has come back, and nothing was written since. */
  readonly isExempt: (key: string) => boolean
  /** Notes that the instance has applied the mark, or has written it. */
  readonly told: (key: string, cutoff: number) => void
  /** Returns the least cutoff of an answer to a question from that time. */
  readonly required: (key: string, askedAt: number) => number
  /** Returns the cutoff that the instance knows, of any age. */
  readonly knows: (key: string) => number
  /** Returns true if the primary has held the mark without interruption since then. */
  readonly stands: (key: string, cutoff: number, since: number) => boolean
}

/**
 * Returns an empty ledger.
 *
 * @param maxStalenessMs the time in which an executed mark may be missing from answers.
 */
export function createLedger(maxStalenessMs: number): Ledger {
  const executions = new Map<string, Execution[]>()
  const known = new Map<string, number>()
  const returned = new Set<string>()

  const stands = (key: string, cutoff: number, since: number): boolean =>
    executions.get(key)?.some((execution) => execution.cutoff === cutoff && execution.at <= since) ?? false

  function hold(key: string, cutoff = 0, at: number): void {
    // A mark that was forgotten, flushed or lost in a failover is no longer required.
    const kept = (executions.get(key) ?? []).filter((execution) => execution.cutoff <= cutoff)
    if (cutoff > (kept.at(-1)?.cutoff ?? 0)) kept.push({ cutoff, at })
    // The required execution makes earlier ones superfluous.
    const old = Math.min(at, Number.MAX_VALUE) - 100 * maxStalenessMs
    while ((kept[1]?.at ?? Infinity) <= old) kept.shift()
    executions.set(key, kept)
    known.set(key, Math.min(known.get(key) ?? 0, cutoff))
  }

  return {
    stands,
    holds: (key, cutoff, at) => {
      hold(key, cutoff, at)
      returned.delete(key)
    },
    holdsAgain: (key, cutoff, at) => {
      // What was held without interruption is still required.
      hold(key, cutoff, stands(key, cutoff ?? 0, at) ? at : Infinity)
      returned.add(key)
    },
    isExempt: (key) => returned.has(key),
    told: (key, cutoff) => {
      if (!stands(key, cutoff, Number.MAX_VALUE)) return
      known.set(key, Math.max(known.get(key) ?? 0, cutoff))
    },
    required: (key, askedAt) => executions.get(key)?.findLast(({ at }) => at <= askedAt - maxStalenessMs)?.cutoff ?? 0,
    knows: (key) => known.get(key) ?? 0,
  }
}
