import { orUnavailable } from '../check/fail-policy.ts'
import type { Limits } from '../claims/lifetime.ts'
import { type Target, targetKey } from '../claims/target.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import { withUnscoped } from '../settings/both-namings.ts'
import type { KeyedMark } from '../store/store.ts'
import { mapInSlices } from './in-slices.ts'
import type { RevokeOptions } from './revoke-options.ts'
import { planRevoke, type RevokePlan } from './revoke-plan.ts'

/** What a revocation came to. */
export interface RevokeResult {
  /**
   * `false`: all of it was revoked already. Of any number of callers who revoke the same token
   * exactly one gets `true`.
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
  readonly reinstate: (targets: readonly Target[]) => Promise<void>
}

/** Creates the writing side over the store. Every failure rejects. */
export function createWriter(settings: AgreeingSettings): Writer {
  const { store, writeDeadline, agreement, alsoUnscoped } = settings

  /** Records the marks of the plans, and returns the plans that changed anything. */
  async function record(plans: readonly RevokePlan[]): Promise<ReadonlySet<RevokePlan>> {
    if (plans.length === 0) return new Set()
    const copies = alsoUnscoped ? 2 : 1
    const marks = plans.flatMap(({ key, mark }): readonly KeyedMark[] =>
      alsoUnscoped ? withUnscoped([key]).map((one) => ({ key: one, mark })) : [{ key, mark }],
    )
    const changed = await store.record(marks)
    if (changed.length !== marks.length) throw new TypeError('The store did not answer for every mark.')
    // Only the first caller is answered `true`, so both copies must be new.
    const isNew = (index: number): boolean => Boolean(changed[index * copies] && changed[(index + 1) * copies - 1])
    return new Set(plans.filter((_, index) => isNew(index)))
  }

  return {
    revoke: async (targets, options) => {
      const now = settings.now()
      if (!Number.isFinite(now)) throw new TypeError('The function now must answer ms since the epoch.')
      const planAll = (limits: Limits): Promise<readonly RevokePlan[]> =>
        mapInSlices(targets, (target) => planRevoke(target, options, { ...settings, ...limits }, now))
      let plans = await planAll(settings)
      if (plans.length === 0) return []
      // A mark that has expired already revokes nobody: its tokens are past their lifetime.
      const isLive = ({ mark }: RevokePlan): boolean => mark.expiresAt > now
      let changed: ReadonlySet<RevokePlan> = new Set()
      // One deadline for both calls of the store. What is dead for this service may live for
      // another one, so the limits are agreed on first.
      await orUnavailable(writeDeadline, async () => {
        const { limits } = await agreement.forWrite(now)
        if (!areEqual(limits, settings)) plans = await planAll(limits)
        changed = await record(plans.filter(isLive))
      })
      return await mapInSlices(plans, (plan) => ({
        changed: changed.has(plan),
        expiresAt: plan.mark.expiresAt,
        ...(plan.reissueAt !== undefined && { reissueAt: plan.reissueAt }),
      }))
    },
    reinstate: async (targets) => {
      const keys = await mapInSlices(targets, (target) => targetKey(target, settings))
      if (keys.length === 0) return
      await orUnavailable(writeDeadline, () => store.forget(alsoUnscoped ? withUnscoped(keys) : keys))
    },
  }
}

function areEqual(a: Limits, b: Limits): boolean {
  return a.maxTokenLifetime === b.maxTokenLifetime && a.clockTolerance === b.clockTolerance
}
