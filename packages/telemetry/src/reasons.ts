/**
 * The option by which reasons become attributes.
 *
 * @example
 * ```ts
 * import type { ReasonOptions } from '@revoked/telemetry'
 *
 * const options: ReasonOptions = { reasons: ['banned', 'password_changed'] }
 * ```
 */
export interface ReasonOptions {
  /**
   * The reasons that are reported as they are, at most 50. Those that this library gives itself are
   * among them. All others are reported as `other`, because a reason can be any text.
   */
  readonly reasons?: readonly string[]
}

/** Names a reason for the attribute `revoked.reason`. */
export type ReasonNamer = (reason: unknown) => string

/** The reasons that this library gives itself: endpoints, logout tokens, rotation and logins. */
const ownReasons = [
  'back_channel_logout',
  'client_request',
  'logout',
  'redeemed',
  'refresh_reused',
  'too_many_sessions',
] as const

const maxReasons = 50

/**
 * Returns what names reasons: as they are if they are listed, `none` for none, and else `other`.
 *
 * @throws TypeError or RangeError for a wrong list.
 */
export function readReasons(reasons: readonly string[] = []): ReasonNamer {
  if (!Array.isArray(reasons) || reasons.some((reason: unknown) => typeof reason !== 'string' || reason === ''))
    throw new TypeError("reasons must be an array of reasons, such as ['banned'].")
  if (reasons.length > maxReasons) throw new RangeError(`reasons must have at most ${maxReasons} reasons.`)
  const known: ReadonlySet<unknown> = new Set([...ownReasons, ...reasons])
  return (reason) => {
    if (reason === undefined) return 'none'
    return known.has(reason) ? String(reason) : 'other'
  }
}
