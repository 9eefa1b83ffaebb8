/** How a store can be away. */
export type Outage = 'throws' | 'rejects' | 'hangs'

/** The outages of a store under test. */
export interface Outages {
  readonly goDown: (how: Outage) => void
  readonly comeBack: () => void
  /** Rejects, throws or never settles while there is an outage. */
  readonly reach: <T>(operation: () => T | Promise<T>) => T | Promise<T>
}

/** Returns the outages of one store: none at first. Its failures have that message. */
export function createOutages(message: string): Outages {
  let outage: Outage | undefined
  return {
    goDown: (how) => {
      outage = how
    },
    comeBack: () => {
      outage = undefined
    },
    reach: (operation) => {
      if (outage === undefined) return operation()
      if (outage === 'hangs') return new Promise(() => {})
      const error = new Error(message)
      if (outage === 'throws') throw error
      return Promise.reject(error)
    },
  }
}
