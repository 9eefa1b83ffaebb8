import { assertAllowed, type Claims, type Revocation, type Verdict } from '@revoked/core'
import { type Admission, createAdmit } from './admission.ts'
import { asError } from './as-error.ts'
import { readCheckOptions } from './check-options.ts'
import { assertHooks, type GuardOptions } from './guard-options.ts'
import { guardOptionNames, type OptionNames } from './known-options.ts'
import { refuse, reportObserved } from './refuse.ts'
import type { TokenClaims } from './verifies-tokens.ts'

/** Checks claims that something else has verified. Rejects with what is no refusal only. */
export type ClaimsGuard<Request> = (request: Request, claims: unknown) => Promise<Admission>

/**
 * Creates the guard that looks for a revocation behind other JWT middleware.
 *
 * @param names - Those of all options that the adapter takes.
 * @throws TypeError for wrong options.
 */
export function createClaimsGuard<Request>(
  revocation: Revocation,
  options: GuardOptions<Request> = {},
  names: OptionNames<GuardOptions<never>> = guardOptionNames,
): ClaimsGuard<Request> {
  assertHooks(options, names)
  const check = createChecker(revocation, options)
  const admit = createAdmit({ now: revocation.now, ...options })
  return async (request, claims) => {
    try {
      const verdict = await check(request, claims)
      assertAllowed(verdict)
      const admitted = admit({ claims: claims as TokenClaims, degraded: isDegraded(verdict) })
      if (verdict.status !== 'observed') return admitted
      reportObserved(verdict.error, request, options)
      return { ...admitted, observed: verdict.error }
    } catch (error) {
      const refusal = refuse(error, request, options)
      if (refusal === undefined) throw asError(error)
      return { refusal }
    }
  }
}

/**
 * Creates the check for hooks that refuse in their own way.
 *
 * @throws TypeError for wrong options.
 */
export function createChecker<Request>(
  revocation: Revocation,
  options: Pick<GuardOptions<Request>, 'failPolicy' | 'mode'>,
): (request: Request, claims: unknown) => Promise<Verdict> {
  if (typeof revocation?.check !== 'function') throw new TypeError('revocation must come from createRevocation.')
  const optionsFor = readCheckOptions(options)
  return (request, claims) => revocation.check(claims as Claims, optionsFor(request))
}

/**
 * Returns whether a token passes although the store could not say whether it is revoked: by the
 * policy, or by the mode.
 */
export function isDegraded(verdict: Verdict): boolean {
  return verdict.allowed && refusalCodeOf(verdict) === 'ERR_REVOCATION_UNAVAILABLE'
}

function refusalCodeOf(verdict: Verdict): string | undefined {
  return 'error' in verdict ? verdict.error.code : undefined
}
