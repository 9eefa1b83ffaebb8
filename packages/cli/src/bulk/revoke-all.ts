import type { Revocation, RevokeResult } from '@revoked/core'
import type { Pace } from '../progress/pace.ts'
import type { ResumableRun } from '../progress/resume-run.ts'
import { given } from '../store/backend.ts'
import { type Part, partsOf } from './bulk-parts.ts'
import type { BulkItem } from './read-targets.ts'

/** What is revoked, and how. */
export interface RevokeAllOptions {
  readonly revocation: Revocation
  readonly items: readonly BulkItem[]
  readonly run: ResumableRun
  readonly pace: Pace
  /** Why, of items that do not say it. */
  readonly reason: string | undefined
  readonly actor: string | undefined
  readonly onProgress: (done: number) => void
  /** Ends the run after the batch under way. */
  readonly signal: AbortSignal
}

/**
 * Revokes all items that the run has not done yet, in their order. Subjects and claims are cut off
 * at the start of the first run: a login since then survives a run that goes on.
 *
 * @returns the number of items that revoked anything.
 */
export async function revokeAll(options: RevokeAllOptions): Promise<number> {
  const { items, run, pace, onProgress, signal } = options
  let changed = 0
  while (run.done() < items.length) {
    const batch = items.slice(run.done(), run.done() + pace.batchSize)
    for (const part of partsOf(batch, options.reason)) {
      const results = await revokePart(part, options)
      changed += results.filter((result) => result.changed).length
    }
    await run.reached(run.done() + batch.length)
    onProgress(run.done())
    await pace.passed(batch.length)
    if (run.done() < items.length) signal.throwIfAborted()
  }
  return changed
}

async function revokePart(
  { reason, cutoffs, others }: Part,
  { revocation, actor, run }: RevokeAllOptions,
): Promise<readonly RevokeResult[]> {
  const signed = given({ reason, actor })
  const results = await Promise.all([
    cutoffs.length === 0 ? [] : revocation.revoke(cutoffs, { ...signed, issuedBefore: run.startedAt }),
    others.length === 0 ? [] : revocation.revoke(others, signed),
  ])
  return results.flat()
}
