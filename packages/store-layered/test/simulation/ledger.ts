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
  /** Notes that the log delivered the mark to the instance. */
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

  const stands = (key: string, cutoff: number, since: number): boolean =>
    executions.get(key)?.some((execution) => execution.cutoff === cutoff && execution.at <= since) ?? false

  return {
    stands,
    holds: (key, cutoff = 0, at) => {
      // A mark that was forgotten, flushed or lost in a failover is no longer required.
      const kept = (executions.get(key) ?? []).filter((execution) => execution.cutoff <= cutoff)
      if (cutoff > (kept.at(-1)?.cutoff ?? 0)) kept.push({ cutoff, at })
      // The required execution makes earlier ones superfluous.
      while ((kept[1]?.at ?? Infinity) <= at - 100 * maxStalenessMs) kept.shift()
      executions.set(key, kept)
      known.set(key, Math.min(known.get(key) ?? 0, cutoff))
    },
    told: (key, cutoff) => {
      if (!stands(key, cutoff, Infinity)) return
      known.set(key, Math.max(known.get(key) ?? 0, cutoff))
    },
    required: (key, askedAt) => executions.get(key)?.findLast(({ at }) => at <= askedAt - maxStalenessMs)?.cutoff ?? 0,
    knows: (key) => known.get(key) ?? 0,
  }
}
