import { type LogEntry, reservedScopes, revokesAny } from '@revoked/core'
import { instantInJson } from '../routes/instant-in-json.ts'
import { keyInJson } from '../routes/key-in-json.ts'

/** A change of the store, as the page shows it. */
export interface Change {
  /** Names the change in every process: it is that of the log. */
  readonly id: string
  /** When this process has learned of it, in ms since the epoch. */
  readonly at: number
  /** `missed`: others came before it that this process has not learned of. */
  readonly action: 'revoke' | 'reinstate' | 'missed'
  readonly scope?: string
  readonly value?: string
  /** With several issuers, that of the key. */
  readonly issuer?: string
  readonly reason?: string | undefined
  readonly cutoff?: number | 'all' | 'none'
  readonly expiresAt?: number
}

/** What is read of a buffer. */
export interface ChangeRead {
  /** The `next` of the last read. `undefined` if this process was not asked before. */
  readonly after: number | undefined
  /** The state that the page shows: it is told of another one at once. */
  readonly state?: string | undefined
  /** How long to wait for a change if there is none. */
  readonly waitMs: number
  readonly signal: AbortSignal
}

/** The latest changes. */
export interface ChangeBuffer {
  readonly push: (change: Change) => void
  /** Returns the number of changes since the start. */
  readonly next: () => number
  /** Returns the changes after a position, or all that are kept. */
  readonly since: (after: number | undefined) => readonly Change[]
  /** Resolves at the next change, at the timeout, or when the signal aborts. */
  readonly wait: (read: ChangeRead) => Promise<void>
  /** Ends all waiting. */
  readonly wake: () => void
}

/** How many changes are kept. */
const kept = 200

/** Creates a buffer of the latest 200 changes. */
export function createChangeBuffer(): ChangeBuffer {
  const waiting = new Set<() => void>()
  const changes: Change[] = []
  let next = 0

  function wake(): void {
    for (const end of [...waiting]) end()
  }

  return {
    push: (change) => {
      changes.push(change)
      next += 1
      if (changes.length > kept) changes.shift()
      wake()
    },
    next: () => next,
    since: (after) => {
      const isKnown = after !== undefined && after >= 0 && after <= next
      return isKnown ? changes.slice(Math.max(0, changes.length - (next - after))) : [...changes]
    },
    wait: ({ waitMs, signal }) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          waiting.delete(end)
          resolve()
        }
        const timer = setTimeout(end, waitMs)
        timer.unref()
        signal.addEventListener('abort', end)
        waiting.add(end)
      }),
    wake,
  }
}

/**
 * Returns the change of a log entry. `undefined` for records of refresh tokens: they revoke
 * nothing.
 */
export function changeOf({ position, key, mark }: LogEntry, log: number, hasIssuers: boolean): Change | undefined {
  if (key.scope === reservedScopes[4] || (mark !== undefined && !revokesAny(mark))) return undefined
  const id = `${log}.${position.epoch}.${position.sequence}.${position.tip}`
  const shown = keyInJson(key, hasIssuers)
  if (mark === undefined) return { id, at: Date.now(), action: 'reinstate', ...shown }
  const { cutoff, expiresAt, reason } = mark
  return { id, at: Date.now(), action: 'revoke', ...shown, reason, cutoff: instantInJson(cutoff), expiresAt }
}
