import { decide, type FailPolicy } from '../check/fail-policy.ts'
import { report } from '../check/mode.ts'
import type { Claims } from '../claims/claims.ts'
import type { Settings } from '../options.ts'
import type { WatchOptions } from './watch.ts'

/** What the mode makes of the ends of a watch. */
export interface WatchMode {
  readonly isObserved: boolean
  /**
   * Asked once per outage. In the mode `'observe'`, it reports an outage that would end the watch.
   */
  readonly failPolicy: FailPolicy
  /** Reports the reason, once, and returns whether it ends the watch. */
  readonly ends: (reason: unknown) => boolean
}

/** Returns the mode of a watch: in `'observe'`, it ends when the token expires, and no earlier. */
export function createWatchMode(claims: Claims, options: WatchOptions, settings: Settings): WatchMode {
  const isObserved = (options.mode ?? settings.mode) === 'observe'
  const given = options.failPolicy ?? settings.failPolicy
  let isTold = false

  function tell(error: unknown, refused: boolean): void {
    // The end of its life is no refusal.
    if (error instanceof Error && !hasCode(error, 'ERR_TOKEN_EXPIRED'))
      report(settings.onRefused, error, { claims, refused })
  }

  return {
    isObserved,
    failPolicy: isObserved
      ? (outage, ofClaims) => {
          const { allowed, error } = decide(given, outage, ofClaims)
          if (!allowed) tell(error, false)
          return 'open'
        }
      : given,
    ends: (reason) => {
      const goesOn = isObserved && (hasCode(reason, 'ERR_TOKEN_REVOKED') || hasCode(reason, 'ERR_TOKEN_LIFETIME'))
      // Every further mark of the token would be told again.
      if (!(goesOn && isTold)) tell(reason, !goesOn)
      isTold ||= goesOn
      return !goesOn
    },
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
