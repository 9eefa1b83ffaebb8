import type { CutoffTarget, JtiTarget, SessionTarget } from '@revoked/core'
import type { BulkItem } from './read-targets.ts'

/** Targets that one call can revoke. */
export interface Part {
  readonly reason: string | undefined
  /** Subjects and claims, which are cut off at an instant. */
  readonly cutoffs: CutoffTarget[]
  readonly others: (JtiTarget | SessionTarget)[]
}

/** Groups items by their reason, and by the options that go with their targets. */
export function partsOf(items: readonly BulkItem[], fallback: string | undefined): readonly Part[] {
  const parts = new Map<string | undefined, Part>()
  for (const { target, reason = fallback } of items) {
    const part = parts.get(reason) ?? { reason, cutoffs: [], others: [] }
    parts.set(reason, part)
    if (target.session !== undefined || target.jti !== undefined) part.others.push(target)
    else part.cutoffs.push(target)
  }
  return [...parts.values()]
}
