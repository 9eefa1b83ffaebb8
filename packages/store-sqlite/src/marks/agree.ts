import { type AgreedSettings, decodeSettings, encodeSettings, mergeSettings, type SharedSettings } from '@revoked/core'
import type { MarkStatements, Row } from '../connection/mark-statements.ts'

/** The settings of all services, as one reading and merging finds them. */
export interface MergedSettings {
  readonly agreed: AgreedSettings
  /** Whether the merge differs from what is kept. */
  readonly isNew: boolean
}

/**
 * Merges the settings of one service with those that are kept.
 *
 * @throws SettingsConflictError or CorruptMarkError.
 */
export function mergeKept(statements: MarkStatements, settings: SharedSettings, now: number): MergedSettings {
  const row = statements.settings.get() as Row<'text'> | undefined
  const kept = row === undefined ? undefined : String(row.text)
  const merged = mergeSettings(kept === undefined ? undefined : decodeSettings(kept), settings, now)
  return { agreed: { ...merged, now }, isNew: encodeSettings(merged) !== kept }
}

/** Does the same within a transaction, and keeps the merge. */
export function mergeAndKeep(statements: MarkStatements, settings: SharedSettings, now: number): AgreedSettings {
  const { agreed, isNew } = mergeKept(statements, settings, now)
  if (isNew) statements.putSettings.run(encodeSettings(agreed))
  return agreed
}
