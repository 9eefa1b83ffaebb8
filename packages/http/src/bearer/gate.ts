import {
  assertAllowed,
  type CheckOptions,
  type Claims,
  type FailDecision,
  type Revocation,
  type RevocationUnavailableError,
  type Verdict,
} from '@revoked/core'
import type { RevocableTokens, VerifiedToken } from '@revoked/jose'
import type { Answer } from './answer.ts'
import { type FoundToken, readBearer, readGiven } from './read-bearer.ts'
import { problemOf, refusalFor } from './refusals.ts'

/** The claims of a token that was verified: its payload. */
export type TokenClaims = VerifiedToken['claims']

/** What every adapter takes. */
export interface GateOptions<Request> {
  /**
   * What an unavailable store means for these requests, in place of the policy of the revocation: `'closed'` refuses, `'open'` lets
   * pass. A function decides per request, as `openForReads` does: "reads may go on while the store is away, writes may not".
   */
  readonly failPolicy?: FailDecision | ((request: Request, error: RevocationUnavailableError) => FailDecision)
  /** Told of every request that is refused with 503, and why: `error.cause` holds what the store said. For logs; clients are not told. */
  readonly onUnavailable?: (error: unknown, request: Request) => void
}

/** What an adapter takes that verifies tokens itself. */
export interface TokenGateOptions<Request> extends GateOptions<Request> {
  /** From one of the factories of `@revoked/jose`. */
  readonly tokens: Pick<RevocableTokens, 'verify'>
  /** Where the token is, if not in the `Authorization` header: in a cookie, for one. `undefined` where there is none. */
  readonly getToken?: (request: Request) => string | undefined
}

/** Whether a request may go on: with its verified claims, or with the answer that refuses it. */
export type Admission =
  | {
      readonly claims: TokenClaims
      /** The store was unavailable, and the policy let the token pass: it may have been revoked. */
      readonly degraded: boolean
      readonly refusal?: never
    }
  | { readonly refusal: Answer }

/** Verifies the token of a request. */
export type TokenGate<Request> = (request: Request, authorization: string | null | undefined) => Promise<Admission>

/** Checks claims that something else has verified already. */
export type ClaimsGate<Request> = (request: Request, claims: unknown) => Promise<Admission>

/** @throws TypeError for wrong options. */
export function createTokenGate<Request>(options: TokenGateOptions<Request>): TokenGate<Request> {
  const { tokens, getToken } = options
  if (typeof tokens?.verify !== 'function')
    throw new TypeError('tokens must come from createRevocableTokens, createAccessTokens or createTokenPairs.')
  if (getToken !== undefined && typeof getToken !== 'function') throw new TypeError('getToken must be a function.')
  const optionsFor = readPolicy(options)

  function find(request: Request, authorization: string | null | undefined): FoundToken {
    return getToken === undefined ? readBearer(authorization) : readGiven(getToken(request))
  }

  return async (request, authorization) => {
    const found = find(request, authorization)
    if (found.problem !== undefined) return { refusal: refusalFor(found.problem) }
    try {
      return await tokens.verify(found.token, optionsFor(request))
    } catch (error) {
      return refuse(request, error, options)
    }
  }
}

/** @throws TypeError for wrong options. */
export function createClaimsGate<Request>(
  revocation: Revocation,
  options: GateOptions<Request> = {},
): ClaimsGate<Request> {
  const check = createChecker(revocation, options)
  return async (request, claims) => {
    try {
      const verdict = await check(request, claims)
      assertAllowed(verdict)
      return { claims: claims as TokenClaims, degraded: isDegraded(verdict) }
    } catch (error) {
      return refuse(request, error, options)
    }
  }
}

/**
 * For hooks that have their own way to say no.
 *
 * @throws TypeError for wrong options.
 */
export function createChecker<Request>(
  revocation: Revocation,
  options: GateOptions<Request>,
): (request: Request, claims: unknown) => Promise<Verdict> {
  if (typeof revocation?.check !== 'function') throw new TypeError('revocation must come from createRevocation.')
  const optionsFor = readPolicy(options)
  return (request, claims) => revocation.check(claims as Claims, optionsFor(request))
}

/** Whether a token passes although nobody could tell if it was revoked. */
export function isDegraded({ status, allowed }: Verdict): boolean {
  return allowed && status === 'unavailable'
}

/** @throws the error itself, where it is none of ours. */
function refuse<Request>(request: Request, error: unknown, { onUnavailable }: GateOptions<Request>): Admission {
  const problem = problemOf(error)
  if (problem === undefined) throw error
  if (problem === 'unavailable') onUnavailable?.(error, request)
  return { refusal: refusalFor(problem) }
}

function readPolicy<Request>({
  failPolicy,
  onUnavailable,
}: GateOptions<Request>): (request: Request) => CheckOptions | undefined {
  if (onUnavailable !== undefined && typeof onUnavailable !== 'function')
    throw new TypeError('onUnavailable must be a function.')
  if (typeof failPolicy === 'function') return (request) => ({ failPolicy: (error) => failPolicy(request, error) })
  if (failPolicy !== undefined && failPolicy !== 'closed' && failPolicy !== 'open')
    throw new TypeError("failPolicy must be 'closed', 'open' or a function that answers one of them.")
  const same = failPolicy === undefined ? undefined : { failPolicy }
  return () => same
}
