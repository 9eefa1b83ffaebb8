interface Execution {
  readonly cutoff: number
  readonly at: number
}

/** What every answer must contain. Marks are told apart by their cutoffs, which only ever grow. */
export interface Ledger {
  /** The primary holds this for the key from now on. */
  readonly holds: (key: string, cutoff: number | undefined, at: number) => void
  /** The log told the instance of the mark. */
  readonly told: (key: string, cutoff: number) => void
  /** The least cutoff that an answer may have which was asked for at that time. */
  readonly required: (key: string, askedAt: number) => number
  /** What the instance was told of, whatever its age. */
  readonly knows: (key: string) => number
  /**
   * Whether the primary has held the mark of this cutoff ever since: it was neither forgotten nor
   * lost, not even for a while.
   */
  readonly stands: (key: string, cutoff: number, since: number) => boolean
}

/** @param maxStalenessMs how long a mark that was executed may be missing from answers. */
export function createLedger(maxStalenessMs: number): Ledger {
  const executions = new Map<string, Execution[]>()
  const known = new Map<string, number>()

  const stands = (key: string, cutoff: number, since: number): boolean =>
    executions.get(key)?.some((execution) => execution.cutoff === cutoff && execution.at <= since) ?? false

  return {
    stands,
    holds: (key, cutoff = 0, at) => {
      // What is gone was forgotten, flushed or lost in a failover: nobody has to see it any more.
      const kept = (executions.get(key) ?? []).filter((execution) => execution.cutoff <= cutoff)
      if (cutoff > (kept.at(-1)?.cutoff ?? 0)) kept.push({ cutoff, at })
      // The one that answers must contain already makes those before it superfluous.
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
