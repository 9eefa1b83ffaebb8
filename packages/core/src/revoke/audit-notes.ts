import { subjectKey, type Target } from '../claims/target.ts'
import type { Settings } from '../options.ts'
import { withUnscoped } from '../settings/both-namings.ts'
import { type AuditNote, isAudited } from '../store/audit-log.ts'
import type { Key, RevocationStore } from '../store/store.ts'
import { type ReinstateOptions, readActor, readReason } from './revoke-options.ts'

/** Who does it, and why. */
export type Signed = Pick<ReinstateOptions, 'actor' | 'reason'>

/**
 * Returns a function that makes the note for a call of the store, or `undefined` if the store keeps
 * no audit trail: then it is called as if there were none.
 */
export function createNotes(
  store: RevocationStore,
  settings: Settings,
): (targets: readonly Target[], signed: Signed, at: number) => AuditNote | undefined {
  if (!isAudited(store)) return () => undefined
  return (targets, { actor, reason }, at) => ({
    at,
    ...(actor !== undefined && { actor }),
    ...(reason !== undefined && { reason }),
    subjects: targets.flatMap((target): readonly (Key | undefined)[] => {
      const subject = subjectKey(target, settings)
      if (!settings.alsoUnscoped) return [subject]
      return subject === undefined ? [undefined, undefined] : withUnscoped([subject])
    }),
  })
}

/** Returns them validated. @throws TypeError or RangeError. */
export function readSigned({ actor, reason }: Signed): Signed {
  const read = { actor: readActor(actor), reason: readReason(reason) }
  return {
    ...(read.actor !== undefined && { actor: read.actor }),
    ...(read.reason !== undefined && { reason: read.reason }),
  }
}
