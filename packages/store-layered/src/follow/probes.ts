import type { Moment } from './lease.ts'

interface Probe {
  readonly sentAt: Moment
  isWritten: boolean
}

/** The probes that are waited for. */
export interface Probes {
  readonly send: (id: string, sentAt: Moment) => void
  readonly write: (id: string) => void
  readonly drop: (id: string) => void
  /** When it was sent, if it is waited for. From here on it is not. */
  readonly take: (id: string) => Moment | undefined
  readonly dropAll: () => void
  /** Whether one that was sent before, in monotonic ms, was carried out, and has not come back. */
  readonly isOverdue: (before: number) => boolean
}

/** More than those of the longest time until a subscription counts as stalled. */
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
      // Those before it were lost: what arrives comes in the order in which it was sent.
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
