import { SettingsConflictError } from '../store-errors.ts'

/**
 * The settings on which all services over one store must agree, because they decide which marks are
 * written, how long these live and which of them a check looks up. A store keeps them, and merges
 * those of each service into them with {@link mergeSettings}.
 *
 * @example
 * ```ts
 * import type { SharedSettings } from '@revoked/core'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const settings: SharedSettings = { maxTokenLifetime: 3_600_000, clockTolerance: 60_000, claims: ['client_id'] }
 * const agreed = await memoryStore().agree(settings)
 * ```
 */
export interface SharedSettings {
  /** The longest lifetime of a token, in ms. */
  readonly maxTokenLifetime: number
  /** The leeway of a verifier, in ms. */
  readonly clockTolerance: number
  /** The names of the claims that can be revoked, sorted. */
  readonly claims: readonly string[]
  /**
   * Ms since the epoch: when a service last agreed that names keys without the issuer only
   * (`issuer` unset, or one issuer). Absent if none did.
   */
  readonly unscopedAt?: number
  /** The same for services that name keys with the issuer only (`issuer: '*'`). */
  readonly scopedAt?: number
}

/**
 * What a store returns from `agree`.
 *
 * @example
 * ```ts
 * import type { AgreedSettings, RevocationStore, SharedSettings } from '@revoked/core'
 *
 * async function clockOffset(store: RevocationStore, settings: SharedSettings): Promise<number> {
 *   const agreed: AgreedSettings = await store.agree(settings)
 *   return agreed.now - Date.now()
 * }
 * ```
 */
export interface AgreedSettings extends SharedSettings {
  /** The clock of the store, in ms since the epoch, when it merged. */
  readonly now: number
}

/** The instants of {@link SharedSettings} are rounded up to it, so that a store seldom writes. */
export const settingsPeriodMs = 3_600_000

/**
 * Returns the settings that satisfy both: the larger durations and the union of the claims. The
 * merge is commutative, associative and idempotent. Stores call it with what they keep and with
 * what `agree` was given, and keep nothing if it throws.
 *
 * @example
 * ```ts
 * import {
 *   decodeSettings,
 *   encodeSettings,
 *   mergeSettings,
 *   type SharedSettings,
 * } from '@revoked/core'
 *
 * // The `agree` of a store of your own, inside of a transaction.
 * function agree(kept: string | undefined, settings: SharedSettings, now: number): string {
 *   return encodeSettings(mergeSettings(kept === undefined ? undefined : decodeSettings(kept), settings, now))
 * }
 * ```
 *
 * @param now - the clock of the store, in ms since the epoch.
 * @throws SettingsConflictError if the two name keys differently and marks of both may be alive.
 */
export function mergeSettings(a: SharedSettings | undefined, b: SharedSettings, now: number): SharedSettings {
  const unscopedAt = latest(a?.unscopedAt, b.unscopedAt, now)
  const scopedAt = latest(a?.scopedAt, b.scopedAt, now)
  const merged: SharedSettings = {
    maxTokenLifetime: Math.max(a?.maxTokenLifetime ?? 0, b.maxTokenLifetime),
    clockTolerance: Math.max(a?.clockTolerance ?? 0, b.clockTolerance),
    claims: [...new Set([...(a?.claims ?? []), ...b.claims])].sort(),
    ...(unscopedAt !== undefined && { unscopedAt }),
    ...(scopedAt !== undefined && { scopedAt }),
  }
  const conflictUntil = Math.min(marksLiveUntil(unscopedAt, merged), marksLiveUntil(scopedAt, merged))
  if (conflictUntil > now) throw conflict(conflictUntil)
  return merged
}

/**
 * Returns whether two settings are the same in every respect.
 *
 * @example
 * ```ts
 * import { mergeSettings, settingsEqual, type SharedSettings } from '@revoked/core'
 *
 * // Writes only what is new.
 * const isNews = (kept: SharedSettings, settings: SharedSettings, now: number): boolean =>
 *   !settingsEqual(kept, mergeSettings(kept, settings, now))
 * ```
 */
export function settingsEqual(a: SharedSettings, b: SharedSettings): boolean {
  return (
    a.maxTokenLifetime === b.maxTokenLifetime &&
    a.clockTolerance === b.clockTolerance &&
    a.unscopedAt === b.unscopedAt &&
    a.scopedAt === b.scopedAt &&
    a.claims.length === b.claims.length &&
    a.claims.every((name, index) => name === b.claims[index])
  )
}

/**
 * Returns the later instant. One that lies further ahead than its rounding is due to a wrong clock.
 */
function latest(a: number | undefined, b: number | undefined, now: number): number | undefined {
  if (a === undefined && b === undefined) return undefined
  const furthest = Math.ceil(now / settingsPeriodMs + 1) * settingsPeriodMs
  return Math.min(Math.max(a ?? 0, b ?? 0), furthest)
}

/**
 * Returns when the last mark may be forgotten that was written by a service that agreed at `at`.
 */
function marksLiveUntil(at: number | undefined, { maxTokenLifetime, clockTolerance }: SharedSettings): number {
  return at === undefined ? -Infinity : at + maxTokenLifetime + 4 * clockTolerance
}

function conflict(until: number): SettingsConflictError {
  const instant = new Date(until)
  const end = Number.isNaN(instant.getTime()) ? 'its marks have expired' : instant.toISOString()
  return new SettingsConflictError(
    `The option issuer differs between the services that share this store: with '*', keys contain the issuer, and else they do not. One service would not find what the other revoked. Give the services with issuer: '*' alsoUnscoped: true as well until ${end}, or give all the same issuer option.`,
  )
}
