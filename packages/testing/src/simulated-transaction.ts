/**
 * A transaction in this process, for stores that simulate a database: what is written in it is
 * carried out at its commit, in order.
 */
export interface SimulatedTransaction {
  /** Adds a write. Returns nothing: it has not happened yet. */
  readonly add: (write: () => unknown) => void
  readonly commit: () => Promise<void>
  readonly rollBack: () => void
}

/** Begins a transaction. */
export function beginTransaction(): SimulatedTransaction {
  let writes: (() => unknown)[] | undefined = []

  return {
    add: (write) => {
      if (writes === undefined) throw new Error('The transaction is over.')
      writes.push(write)
    },
    commit: async () => {
      const all = writes ?? []
      writes = undefined
      for (const write of all) await write()
    },
    rollBack: () => {
      writes = undefined
    },
  }
}

/** @throws TypeError if it is no such transaction. */
export function assertTransaction(value: unknown): asserts value is SimulatedTransaction {
  if (typeof Object(value).add !== 'function') throw new TypeError('The transaction must come from beginTransaction.')
}
