import type { Revocation } from '@revoked/core'
import type { SessionStore } from '@revoked/core/sessions'
import { createSessions } from '@revoked/sessions'
import { given } from '../store/backend.ts'
import { partsOf } from './bulk-parts.ts'
import type { BulkItem } from './read-targets.ts'

/** What a run would come to now. */
export interface Rehearsal {
  /** The number of targets whose mark would change. The others are revoked already. */
  readonly changes: number
  /** The number of subjects among the targets that are logged in. Absent without a list. */
  readonly people?: number
  /** The number of their sessions. Absent without a list. */
  readonly devices?: number
}

/** What is rehearsed. */
export interface RehearseOptions {
  readonly revocation: Revocation
  /** The list of sessions, if the application keeps one. */
  readonly sessions: SessionStore | undefined
  readonly items: readonly BulkItem[]
  readonly reason: string | undefined
  readonly actor: string | undefined
  readonly onProgress: (done: number) => void
  readonly signal: AbortSignal
}

const batchSize = 1_000

/** How many subjects are looked up at once. */
const lookups = 50

/**
 * Returns what revoking the items would come to, as far as the store knows it now. It writes
 * nothing.
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  const { items, sessions, onProgress, signal } = options
  const distinct = distinctItems(items)
  let changes = 0
  for (let from = 0; from < distinct.length; from += batchSize) {
    signal.throwIfAborted()
    changes += await changesOf(distinct.slice(from, from + batchSize), options)
    onProgress(Math.min(from + batchSize, distinct.length))
  }
  return { changes, ...(sessions !== undefined && (await loggedIn(distinct, sessions, signal))) }
}

/** A target that is listed again changes nothing. */
function distinctItems(items: readonly BulkItem[]): readonly BulkItem[] {
  const seen = new Set<string>()
  return items.filter(({ target, reason }) => {
    const name = JSON.stringify([target, reason])
    const isNew = !seen.has(name)
    seen.add(name)
    return isNew
  })
}

async function changesOf(batch: readonly BulkItem[], { revocation, reason, actor }: RehearseOptions): Promise<number> {
  let changes = 0
  for (const { reason: why, cutoffs, others } of partsOf(batch, reason)) {
    const targets = [...cutoffs, ...others]
    const results = await revocation.revoke(targets, { ...given({ reason: why, actor }), dryRun: true })
    changes += results.filter(({ changed }) => changed).length
  }
  return changes
}

async function loggedIn(
  items: readonly BulkItem[],
  store: SessionStore,
  signal: AbortSignal,
): Promise<{ readonly people: number; readonly devices: number }> {
  // The lifetimes are of logins, and there are none here.
  const list = createSessions({ store, idleTimeout: '1h', absoluteLifetime: '1h', timeout: '5s' })
  const subjects = [...new Set(items.flatMap(({ target: { subject } }) => subject ?? []))]
  let people = 0
  let devices = 0
  for (let from = 0; from < subjects.length; from += lookups) {
    signal.throwIfAborted()
    const some = subjects.slice(from, from + lookups)
    const found = await Promise.all(some.map((subject) => list.closeAll(subject, { dryRun: true })))
    for (const { closed } of found) {
      if (closed.length > 0) people++
      devices += closed.length
    }
  }
  return { people, devices }
}
