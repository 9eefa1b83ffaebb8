/**
 * What the store needs of a database: four operations on texts. Replace `memoryBackend` by yours.
 * Every operation rejects if the database cannot be reached.
 */
export interface Backend {
  /** Returns the texts of the addresses, in their order. */
  readonly get: (addresses: readonly string[]) => Promise<readonly (string | undefined)[]>
  /**
   * Sets the text if the address still holds `expected`, in one atomic step, and returns whether it
   * did. In SQL: `UPDATE … WHERE address = ? AND text = ?`, and `INSERT` for `undefined`.
   */
  readonly compareAndSet: (address: string, change: Change) => Promise<boolean>
  readonly delete: (addresses: readonly string[]) => Promise<void>
  /** The clock of the database, in ms since the epoch. All instances must see the same one. */
  readonly now: () => Promise<number>
}

/** A change of the text of an address. */
interface Change {
  /** What the address must hold now; `undefined` for nothing. */
  readonly expected: string | undefined
  readonly text: string
  /** When the text may be deleted, in ms since the epoch. `undefined`: never. */
  readonly expiresAt: number | undefined
}

/** A database in memory, in place of yours. It deletes no expired text: yours should. */
export interface MemoryBackend extends Backend {
  /** Makes every operation reject from now on. */
  readonly stop: () => void
}

/** Returns an empty database in memory. */
export function memoryBackend(): MemoryBackend {
  const texts = new Map<string, string>()
  let isStopped = false
  const answer = async <T>(operation: () => T): Promise<T> => {
    if (isStopped) throw new Error('The database is not reachable.')
    return operation()
  }

  return {
    get: (addresses) => answer(() => addresses.map((address) => texts.get(address))),
    compareAndSet: (address, { expected, text }) =>
      answer(() => {
        if (texts.get(address) !== expected) return false
        texts.set(address, text)
        return true
      }),
    delete: (addresses) =>
      answer(() => {
        for (const address of addresses) texts.delete(address)
      }),
    now: () => answer(() => Date.now()),
    stop: () => {
      isStopped = true
    },
  }
}
