import { type Admission, createAdmit } from './admission.ts'
import { asError } from './as-error.ts'
import { readCheckOptions } from './check-options.ts'
import { beforeDeadline, readTimeout } from './deadline.ts'
import { assertHooks, type RequireTokenOptions } from './guard-options.ts'
import { type OptionNames, requireTokenNames } from './known-options.ts'
import { readBearer, readGiven } from './read-bearer.ts'
import { refuse, refuseWithoutToken, reportObserved } from './refuse.ts'
import type { VerifiedToken } from './verifies-tokens.ts'

/** Verifies the token of a request. Rejects with what is no refusal only. */
export type TokenGuard<Request> = (request: Request, authorization: string | null | undefined) => Promise<Admission>

/**
 * Creates the guard that all adapters put in front of their routes.
 *
 * @param names - Those of all options that the adapter takes.
 * @throws TypeError or RangeError for wrong options.
 */
export function createTokenGuard<Request>(
  options: RequireTokenOptions<Request>,
  names?: OptionNames<RequireTokenOptions<never>>,
): TokenGuard<Request> {
  assertTokenGuardOptions(options, names)
  const { tokens, getToken, timeout = '15s' } = options
  const timeoutMs = readTimeout(timeout)
  const admit = createAdmit(options)
  const optionsFor = readCheckOptions(options)

  function refuseFound(problem: 'missing' | 'malformed', request: Request): Admission {
    return { refusal: refuseWithoutToken(problem, request, options) }
  }

  function pass(verified: VerifiedToken, request: Request): Admission {
    const admitted = admit(verified)
    if (admitted.observed !== undefined) reportObserved(admitted.observed, request, options)
    return admitted
  }

  async function verifyGiven(getGiven: NonNullable<typeof getToken>, request: Request): Promise<Admission> {
    const { token, problem } = readGiven(await getGiven(request))
    if (problem !== undefined) return refuseFound(problem, request)
    return pass(await tokens.verify(token, optionsFor(request)), request)
  }

  return async (request, authorization) => {
    try {
      if (getToken !== undefined) return await beforeDeadline(timeoutMs, verifyGiven(getToken, request))
      const { token, problem } = readBearer(authorization)
      if (problem !== undefined) return refuseFound(problem, request)
      return pass(await beforeDeadline(timeoutMs, tokens.verify(token, optionsFor(request))), request)
    } catch (error) {
      const refusal = refuse(error, request, options)
      if (refusal === undefined) throw asError(error)
      return { refusal }
    }
  }
}

/** @throws TypeError or RangeError for wrong options. */
export function assertTokenGuardOptions<Request>(
  options: RequireTokenOptions<Request>,
  names: OptionNames<RequireTokenOptions<never>> = requireTokenNames,
): void {
  assertHooks(options, names)
  const { tokens, getToken, timeout = '15s' } = options
  if (typeof tokens?.verify !== 'function')
    throw new TypeError('tokens must come from a factory of @revoked/jose, such as createRevocableTokens.')
  if (getToken !== undefined && typeof getToken !== 'function') throw new TypeError('getToken must be a function.')
  readTimeout(timeout)
  readCheckOptions(options)
  createAdmit(options)
}
