import { type StoredSession, sessionExpiresAt } from '@revoked/core/sessions'

/**
 * An open session: one login of a subject on one device. Instants are ms since the epoch.
 *
 * @example
 * ```ts
 * import type { Session } from '@revoked/sessions'
 *
 * const line = ({ device, lastUsedAt }: Session<string>): string =>
 *   `${device ?? 'unknown device'}, used ${new Date(lastUsedAt).toLocaleString()}`
 * ```
 */
export interface Session<Device> {
  /** What tokens of this session carry as `sid`. */
  readonly id: string
  /** Whose session it is: the `sub` of its tokens. */
  readonly subject: string
  /** When it was opened: `session_at` of its tokens, in seconds there. */
  readonly openedAt: number
  /** When it was used last, as far as that was noted: at most a minute more than that. */
  readonly lastUsedAt: number
  /** When its user proved who they are for the last time: `auth_time`, in seconds there. */
  readonly authenticatedAt: number
  /** When it expires if it is not used again. */
  readonly expiresAt: number
  /** When it ends, however much it is used. No token of it should live longer. */
  readonly endsAt: number
  /**
   * The data of the application. `undefined` if none was given, or if `readDevice` refuses what is
   * stored, as may be after a release: the session is listed all the same, and can be closed.
   */
  readonly device: Device | undefined
}

/**
 * A session in a list.
 *
 * @example
 * ```ts
 * import type { ListedSession } from '@revoked/sessions'
 *
 * const line = ({ device, isCurrent }: ListedSession<string>): string =>
 *   `${device ?? 'unknown device'}${isCurrent ? ' (this device)' : ''}`
 * ```
 */
export interface ListedSession<Device> extends Session<Device> {
  /** Whether it is the session of the caller, `current` of `list`. */
  readonly isCurrent: boolean
}

/** Returns a stored session as callers see it. */
export function toSession<Device>(stored: StoredSession, device: Device | undefined): Session<Device> {
  const { id, subject, openedAt, usedAt: lastUsedAt, authenticatedAt, endsAt } = stored
  const expiresAt = sessionExpiresAt(stored)
  return Object.freeze({ id, subject, openedAt, lastUsedAt, authenticatedAt, expiresAt, endsAt, device })
}

/**
 * Orders sessions by their last use, the latest first. Sessions of the same instant have an order
 * too, so that a list does not change from one view to the next.
 */
export function byLastUse(a: Session<unknown>, b: Session<unknown>): number {
  return b.lastUsedAt - a.lastUsedAt || b.openedAt - a.openedAt || (a.id < b.id ? -1 : 1)
}
