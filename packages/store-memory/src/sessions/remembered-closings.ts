import { closeAllRememberedMs } from '@revoked/core/sessions'

/** The latest `closeAll` of each subject, for as long as the contract has it remembered. */
export interface RememberedClosings {
  /** Notes that the sessions of a subject that were opened until an instant are closed. */
  readonly note: (subject: string, openedUntil: number, at: number) => void
  /** Returns the latest instant that is remembered, or `-Infinity`. */
  readonly closedUntil: (subject: string, at: number) => number
  /** The number of subjects whose `closeAll` is kept. */
  readonly size: () => number
}

interface Closing {
  readonly openedUntil: number
  readonly forgetAt: number
}

/** Creates an empty memory. A note removes what is due before it, so that it stays small. */
export function createRememberedClosings(): RememberedClosings {
  // In the order in which they are due, because each is remembered equally long.
  const closings = new Map<string, Closing>()

  function closedUntil(subject: string, at: number): number {
    const closing = closings.get(subject)
    return closing !== undefined && closing.forgetAt > at ? closing.openedUntil : -Infinity
  }

  return {
    closedUntil,
    size: () => closings.size,
    note: (subject, openedUntil, at) => {
      const latest = Math.max(closedUntil(subject, at), openedUntil === Infinity ? at : openedUntil)
      closings.delete(subject)
      for (const [due, { forgetAt }] of closings) {
        if (forgetAt > at) break
        closings.delete(due)
      }
      closings.set(subject, { openedUntil: latest, forgetAt: at + closeAllRememberedMs })
    },
  }
}
