import { orUnavailable } from '../check/fail-policy.ts'
import { type Target, targetKey } from '../claims/target.ts'
import type { Settings } from '../options.ts'
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

/**
 * Writes plans to the store. Every failure rejects: nobody is told "you are logged out" on a
 * failure.
 */
export function createWriter(settings: Settings): Writer {
  const { store, writeDeadline } = settings

  /** The plans that changed anything. */
  async function record(plans: readonly RevokePlan[]): Promise<readonly RevokePlan[]> {
    if (plans.length === 0) return []
    const changed = await orUnavailable(writeDeadline, async () => {
      const answers = await store.record(plans.map(({ key, mark }) => ({ key, mark })))
      if (answers.length !== plans.length) throw new TypeError('The store did not answer for every mark.')
      return answers
    })
    return plans.filter((_, index) => changed[index])
  }

  return {
    revoke: async (targets, options) => {
      const now = settings.now()
      if (!Number.isFinite(now)) throw new TypeError('The function now must answer ms since the epoch.')
      const plans = await mapInSlices(targets, (target) => planRevoke(target, options, settings, now))
      // What has expired already revokes nobody: the tokens are dead anyway.
      const changed = new Set(await record(plans.filter(({ mark }) => mark.expiresAt > now)))
      return await mapInSlices(plans, (plan) => ({
        changed: changed.has(plan),
        expiresAt: plan.mark.expiresAt,
        ...(plan.reissueAt !== undefined && { reissueAt: plan.reissueAt }),
      }))
    },
    reinstate: async (targets) => {
      const keys = await mapInSlices(targets, (target) => targetKey(target, settings))
      if (keys.length > 0) await orUnavailable(writeDeadline, () => store.forget(keys))
    },
  }
}
