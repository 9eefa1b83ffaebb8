import { orUnavailable } from '../check/fail-policy.ts'
import type { Limits } from '../claims/lifetime.ts'
import { type Target, targetKey } from '../claims/target.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import { withUnscoped } from '../settings/both-namings.ts'
import type { AuditNote } from '../store/audit-log.ts'
import type { KeyedMark, RevocationStore } from '../store/store.ts'
import { createNotes, readSigned } from './audit-notes.ts'
import { splitBatchOptions } from './batch-options.ts'
import { compareWithStored, splitDryRun } from './dry-run.ts'
import { mapInSlices, marksAtATime, storeInSlices } from './in-slices.ts'
import type { AnyRevokeOptions, ReinstateOptions, RevokeOptions } from './revoke-options.ts'
import { planRevoke, type RevokePlan } from './revoke-plan.ts'

/**
 * What a revocation came to.
 *
 * @example
 * ```ts
 * import type { RevokeResult } from '@revoked/core'
 *
 * function describe({ changed, expiresAt }: RevokeResult): string {
 *   return changed ? `revoked until ${new Date(expiresAt).toISOString()}` : 'was revoked already'
 * }
 * ```
 */
export interface RevokeResult {
  /**
   * `false`: all of it was revoked already. Of any number of callers who revoke the same token
   * exactly one gets `true`. With `dryRun`, whether it would change anything now.
   */
  readonly changed: boolean
  /**
   * Ms since the epoch: the revocation may be forgotten then, because every token that it covers
   * has died.
   */
  readonly expiresAt: number
  /**
   * The first `iat`, in whole seconds, that this revocation does not reach. An issuer that stamps
   * whole seconds waits for it before it issues the next token. Stamped ahead of time, a token
   * would survive every further revocation until then.
   */
  readonly reissueAt?: number
}

/** The writing side, over batches. */
export interface Writer {
  readonly revoke: (targets: readonly Target[], options: RevokeOptions) => Promise<readonly RevokeResult[]>
  readonly reinstate: (targets: readonly Target[], options: ReinstateOptions) => Promise<void>
}

/** Where a writer writes, if it is not simply the store of the settings. */
export interface WritingPlace {
  /** The store of a transaction. */
  readonly inside?: RevocationStore
  /** Ms by which cutoffs lie in the future, unless the caller gives one. */
  readonly marginMs?: number
  /** Set if what is written is in the audit trail already. */
  readonly isRepetition?: boolean
}

interface Batch {
  readonly options: AnyRevokeOptions
  /** The time of the call, in ms since the epoch. */
  readonly calledAt: number
  /** Whether nothing is to be written. */
  readonly isDry: boolean
  /** The plans of all targets as of that time. */
  readonly planned: readonly RevokePlan[]
}

interface Slice {
  readonly targets: readonly Target[]
  /** The place of the first one in the batch. */
  readonly start: number
}

/** A plan and the target that it is for. */
interface Planned {
  readonly target: Target
  readonly plan: RevokePlan
}

/** Creates the writing side over the store. Every failure rejects. */
export function createWriter(settings: AgreeingSettings, place: WritingPlace = {}): Writer {
  const { writeDeadline, agreement, alsoUnscoped } = settings
  const { inside, marginMs = 0, isRepetition = false } = place
  const store = inside ?? settings.store
  const size = alsoUnscoped ? marksAtATime / 2 : marksAtATime
  // A store keeps a trail or not: whether its handle within a transaction says so does not matter.
  const noteOf = isRepetition ? () => undefined : createNotes(settings.store, settings)

  /** Records the marks of the plans, unless it is dry, and returns those that change anything. */
  async function record(
    planned: readonly Planned[],
    { options, isDry }: Batch,
    at: number,
  ): Promise<ReadonlySet<RevokePlan>> {
    if (planned.length === 0) return new Set()
    const copies = alsoUnscoped ? 2 : 1
    const marks = planned.flatMap(({ plan: { key, mark } }): readonly KeyedMark[] =>
      alsoUnscoped ? withUnscoped([key]).map((one) => ({ key: one, mark })) : [{ key, mark }],
    )
    const changed = await (isDry
      ? compareWithStored(store, marks)
      : recordIn(store, marks, noteOf(planned.map(targetIn), options, at)))
    if (changed.length !== marks.length) throw new TypeError('The store did not answer for every mark.')
    // Only the first caller is answered `true`, so both copies must be new.
    const isNew = (index: number): boolean => Boolean(changed[index * copies] && changed[(index + 1) * copies - 1])
    return new Set(planned.filter((_, index) => isNew(index)).map(({ plan }) => plan))
  }

  /**
   * Records one slice of a batch. The cutoff of a later slice is the time at which it begins,
   * because the dating of rotated tokens relies on marks that are stored within `writeTimeout` of
   * their cutoff.
   */
  async function recordSlice(batch: Batch, slice: Slice): Promise<readonly RevokeResult[]> {
    const { options, calledAt, planned } = batch
    const now = slice.start === 0 ? calledAt : readNow(settings)
    // `until` was in the future when it was given, and goes with targets that have no cutoff.
    const at = options.until === undefined ? now : calledAt
    let plans = planned.slice(slice.start, slice.start + slice.targets.length)
    let changed: ReadonlySet<RevokePlan> = new Set()
    // One deadline for both calls of the store. What is dead for this service may live for another
    // one, so the limits are agreed on first.
    await orUnavailable(writeDeadline, async () => {
      const { limits } = await agreement.forWrite(now, inside)
      const policy = areEqual(limits, settings) ? settings : { ...settings, ...limits }
      if (at !== calledAt || policy !== settings)
        plans = slice.targets.map((target) => planRevoke(target, options, policy, { now: at, marginMs }))
      // A mark that has expired already revokes nobody: its tokens are past their lifetime.
      const live = plans.flatMap((plan, index) => {
        const target = slice.targets[index]
        return target === undefined || plan.mark.expiresAt <= now ? [] : { target, plan }
      })
      changed = await record(live, batch, now)
    })
    return plans.map((plan) => resultOf(plan, changed.has(plan)))
  }

  return {
    revoke: async (targets, given) => {
      const { batch, rest } = splitBatchOptions<RevokeOptions>(given)
      const { isDry, rest: options } = splitDryRun(rest)
      const calledAt = readNow(settings)
      // A target that is wrong throws before anything is stored.
      const planned = await mapInSlices(targets, (target) =>
        planRevoke(target, options, settings, { now: calledAt, marginMs }),
      )
      return await storeInSlices(targets, {
        ...batch,
        size,
        store: (slice, start) => recordSlice({ options, isDry, calledAt, planned }, { targets: slice, start }),
      })
    },
    reinstate: async (targets, given) => {
      const { batch, rest } = splitBatchOptions(given)
      const signed = readSigned(rest)
      const keys = await mapInSlices(targets, (target) => targetKey(target, settings))
      const forget = async (slice: readonly Target[], start: number): Promise<readonly Target[]> => {
        const named = keys.slice(start, start + slice.length)
        const all = alsoUnscoped ? withUnscoped(named) : named
        const note = noteOf(slice, signed, readNow(settings))
        await orUnavailable(writeDeadline, () => (note === undefined ? store.forget(all) : store.forget(all, note)))
        return slice
      }
      await storeInSlices(targets, { ...batch, size, store: forget })
    },
  }
}

function recordIn(
  store: RevocationStore,
  marks: readonly KeyedMark[],
  note: AuditNote | undefined,
): Promise<readonly boolean[]> {
  return note === undefined ? store.record(marks) : store.record(marks, note)
}

function targetIn({ target }: Planned): Target {
  return target
}

function readNow({ now }: AgreeingSettings): number {
  const at = now()
  if (!Number.isFinite(at)) throw new TypeError('The function now must answer ms since the epoch.')
  return at
}

function resultOf({ mark, reissueAt }: RevokePlan, changed: boolean): RevokeResult {
  return { changed, expiresAt: mark.expiresAt, ...(reissueAt !== undefined && { reissueAt }) }
}

function areEqual(a: Limits, b: Limits): boolean {
  return a.maxTokenLifetime === b.maxTokenLifetime && a.clockTolerance === b.clockTolerance
}
