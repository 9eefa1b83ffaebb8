import { assertAllowed, type CheckOptions, type Claims, type Revocation } from '@revoked/core'
import { createCheckCounts } from './check-counts.ts'
import { assertMethods, readTelemetryOptions, type TelemetryOptions, telemetryOptionNames } from './options.ts'
import { type ReasonOptions, readReasons } from './reasons.ts'
import { createRevocationCounts } from './revocation-counts.ts'
import { observedOnce, observedWithin, observedWrites } from './revocation-writes.ts'

/**
 * The options of `observedRevocation`.
 *
 * @example
 * ```ts
 * import type { ObservedRevocationOptions } from '@revoked/telemetry'
 *
 * const options: ObservedRevocationOptions = { reasons: ['banned', 'password_changed'] }
 * ```
 */
export interface ObservedRevocationOptions extends TelemetryOptions, ReasonOptions {}

/**
 * Returns a revocation that reports what is checked, refused and revoked, and is otherwise the
 * same.
 *
 * - Checks are counted by verdict and scope, refusals by code, and checks that found the store
 *   unavailable by cause. A check has no span: the calls of the store have, if it is an
 *   `observedStore`.
 * - Revocations and reinstatements are counted by the kind of their target, and have spans. Those
 *   of a transaction are counted by its `afterCommit`.
 * - Calls of `once` are counted by whether they were the first of their id, and have spans.
 *
 * Give it to all that takes a revocation, such as the verifier, the guards and `createSessions`: a
 * refresh token that was used twice is counted as `revoked.revocations`, with the reason
 * `refresh_reused`. No attribute has an id, a subject or the value of a claim.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 * import { observedRevocation, observedStore } from '@revoked/telemetry'
 *
 * const store = observedStore(memoryStore())
 * const revocation = observedRevocation(createRevocation({ store, maxTokenLifetime: '1h' }), { reasons: ['banned'] })
 * await revocation.revoke({ subject: 'mallory' }, { reason: 'banned' })
 * ```
 *
 * @throws TypeError for what is no revocation, or a wrong option.
 */
export function observedRevocation(revocation: Revocation, options: ObservedRevocationOptions = {}): Revocation {
  assertMethods(revocation, 'revocation must come from createRevocation', ['check', 'revoke', 'reinstate', 'within'])
  const instrumentation = readTelemetryOptions(options, { ...telemetryOptionNames, reasons: true })
  const { name } = instrumentation
  const common = name === undefined ? {} : { 'revoked.name': name }
  const checks = createCheckCounts(instrumentation.meter, common)
  const counts = createRevocationCounts(instrumentation.meter, common, readReasons(options.reasons))
  const observe = checks.counted(revocation)

  return Object.freeze({
    // Symbols are copied as well: by one of them, core knows what `createRevocation` has made.
    ...revocation,
    ...observedWrites(revocation, { ...instrumentation, counts }),
    check: observe,
    assertActive: async (claims: Claims, checkOptions?: CheckOptions) =>
      assertAllowed(await observe(claims, checkOptions)),
    isRevoked: async (claims: Claims, checkOptions?: CheckOptions) => {
      const verdict = await observe(claims, checkOptions)
      if (verdict.status === 'revoked' && !verdict.allowed) return true
      assertAllowed(verdict)
      return false
    },
    once: observedOnce(revocation, { ...instrumentation, counts }),
    within: observedWithin(revocation, { ...instrumentation, counts }),
  })
}
