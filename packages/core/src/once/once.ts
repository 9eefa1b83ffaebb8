import { orUnavailable } from '../check/fail-policy.ts'
import { idFault } from '../claims/claims.ts'
import { onceMarkExpiresAt } from '../claims/lifetime.ts'
import { onceScope } from '../claims/token-keys.ts'
import { assertKnownOptions, type OptionNames } from '../known-options.ts'
import { readInstantOption } from '../revoke/revoke-options.ts'
import type { AgreeingSettings } from '../settings/agreement.ts'
import type { KeyedMark } from '../store/store.ts'

/**
 * Options of `once`.
 *
 * @example
 * ```ts
 * import type { OnceOptions, Revocation } from '@revoked/core'
 *
 * const options = (exp: number): OnceOptions => ({ until: exp * 1_000 })
 * const isFirst = (revocation: Revocation, jti: string, exp: number) => revocation.once(`link:${jti}`, options(exp))
 * ```
 */
export interface OnceOptions {
  /**
   * A `Date`, or ms since the epoch: the end of what the id belongs to, such as the `exp` of a
   * link. It may have passed by up to `clockTolerance`, the leeway of verifiers. Refuse what is
   * older before you ask: the id is forgotten 2 × `clockTolerance` + 1 s after `until`.
   */
  readonly until: Date | number
}

const optionNames: OptionNames<OnceOptions> = { until: true }

/**
 * Creates `once`: records an id with the single-use primitive of stores. The mark is the record of
 * a family that was spent, so it revokes nothing, and its scope is one that no claim can have.
 */
export function createOnce(settings: AgreeingSettings): (id: string, options: OnceOptions) => Promise<boolean> {
  const { store, now, writeDeadline, agreement, clockTolerance } = settings

  return async (id, options) => {
    assertOnceId(id)
    const at = Math.floor(now())
    if (!Number.isFinite(at)) throw new TypeError('The function now must return ms since the epoch.')
    const until = readUntil(options, at - clockTolerance)
    return await orUnavailable(writeDeadline, async () => {
      const { limits } = await agreement.forWrite(at)
      const changed = await store.record([markOf(id, { at, expiresAt: onceMarkExpiresAt(until, limits) })])
      if (changed.length !== 1 || typeof changed[0] !== 'boolean')
        throw new TypeError('The store did not answer for the mark.')
      return changed[0]
    })
  }
}

function markOf(value: string, { at, expiresAt }: { readonly at: number; readonly expiresAt: number }): KeyedMark {
  const family = { generation: 1, spentAt: at, tokenIds: [onceScope], contested: 0 }
  return { key: { scope: onceScope, value }, mark: { cutoff: -Infinity, expiresAt, family } }
}

/** Ids follow the rules of those in claims. A wrong one is a mistake of the caller. */
function assertOnceId(id: unknown): void {
  const fault = idFault(id)
  if (fault === undefined) return
  const message = `The id of once ${fault}.`
  throw typeof id === 'string' ? new RangeError(message) : new TypeError(message)
}

/** @throws TypeError or RangeError if it is no instant after the earliest one. */
function readUntil(options: OnceOptions, earliest: number): number {
  assertKnownOptions(options, optionNames)
  const until = readInstantOption(options.until, 'until')
  if (until === undefined) throw new TypeError('until is required: a Date, or ms since the epoch.')
  if (until <= earliest) {
    throw new RangeError(
      'until has passed by clockTolerance or more, so the id may be forgotten. Refuse what has ended before you ask.',
    )
  }
  return until
}
