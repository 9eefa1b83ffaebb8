import type { Moment } from './lease.ts'

interface Probe {
  readonly sentAt: Moment
  isWritten: boolean
}

/** The probes that are not confirmed yet. */
export interface Probes {
  readonly send: (id: string, sentAt: Moment) => void
  readonly write: (id: string) => void
  readonly drop: (id: string) => void
  /** Removes the probe, and returns when it was sent if it was there. */
  readonly take: (id: string) => Moment | undefined
  readonly dropAll: () => void
  /** Returns true if a written probe from before that monotonic instant is not confirmed. */
  readonly isOverdue: (before: number) => boolean
}

/** The limit of probes. It exceeds the number of probes until a subscription counts as stalled. */
const maxProbes = 256

/** Returns an empty set of probes. */
export function createProbes(): Probes {
  const probes = new Map<string, Probe>()
  return {
    send: (id, sentAt) => {
      const [oldest] = probes.keys()
      if (oldest !== undefined && probes.size >= maxProbes) probes.delete(oldest)
      probes.set(id, { sentAt, isWritten: false })
    },
    write: (id) => {
      const probe = probes.get(id)
      if (probe !== undefined) probe.isWritten = true
    },
    drop: (id) => void probes.delete(id),
    take: (id) => {
      const probe = probes.get(id)
      if (probe === undefined) return undefined
      // Earlier probes were lost, because confirmations arrive in the order of the probes.
      for (const sent of probes.keys()) {
        probes.delete(sent)
        if (sent === id) break
      }
      return probe.sentAt
    },
    dropAll: () => probes.clear(),
    isOverdue: (before) => [...probes.values()].some(({ isWritten, sentAt }) => isWritten && sentAt.monotonic < before),
  }
}
