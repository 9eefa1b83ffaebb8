import { CorruptMarkError } from '../store-errors.ts'
import type { SharedSettings } from './shared-settings.ts'

/** The first element of encoded settings. A reader refuses any other. */
const formatVersion = 1

/**
 * Returns the settings as a compact string of JSON, for stores that keep text. Equal settings give
 * equal strings, so a store can compare and set them.
 *
 * @example
 * ```ts
 * import { encodeSettings } from '@revoked/core'
 *
 * const text = encodeSettings({ maxTokenLifetime: 3_600_000, clockTolerance: 60_000, claims: [] })
 * console.log(text) // [1,3600000,60000,[],null,null]
 * ```
 */
export function encodeSettings(settings: SharedSettings): string {
  const { maxTokenLifetime, clockTolerance, claims, unscopedAt = null, scopedAt = null } = settings
  return JSON.stringify([formatVersion, maxTokenLifetime, clockTolerance, claims, unscopedAt, scopedAt])
}

/**
 * Returns the settings that {@link encodeSettings} was given.
 *
 * @example
 * ```ts
 * import { decodeSettings } from '@revoked/core'
 *
 * const settings = decodeSettings('[1,3600000,60000,[],null,null]')
 * console.log(settings.maxTokenLifetime) // 3600000
 * ```
 *
 * @throws CorruptMarkError (`ERR_CORRUPT_MARK`) if the text is anything else.
 */
export function decodeSettings(text: string): SharedSettings {
  const [version, maxTokenLifetime, clockTolerance, claims, unscopedAt, scopedAt] = parseArray(text)
  if (
    version !== formatVersion ||
    !isDuration(maxTokenLifetime) ||
    !isDuration(clockTolerance) ||
    !(Array.isArray(claims) && claims.every((name) => typeof name === 'string')) ||
    !isInstant(unscopedAt) ||
    !isInstant(scopedAt)
  ) {
    throw corrupt()
  }
  return {
    maxTokenLifetime,
    clockTolerance,
    claims,
    ...(unscopedAt !== null && { unscopedAt }),
    ...(scopedAt !== null && { scopedAt }),
  }
}

function parseArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch {
    // A SyntaxError quotes the text, which is not ours to show.
  }
  throw corrupt()
}

function isDuration(value: unknown): value is number {
  return Number.isFinite(value) && Number(value) >= 0
}

function isInstant(value: unknown): value is number | null {
  return value === null || Number.isFinite(value)
}

function corrupt(): CorruptMarkError {
  return new CorruptMarkError(
    'The stored settings are not settings that this version can read: another program wrote under this prefix, or a newer version of this library did.',
  )
}
