import type { RevocableTokens } from '@revoked/jose'
import type { Answer } from './answer.ts'
import { readBearer } from './bearer.ts'
import { type Endpoint, methodNotAllowed } from './endpoint.ts'
import { answerOutages, type OutageOptions } from './outages.ts'
import { problemOf, refusalFor } from './refusals.ts'

/** What {@link logoutEndpoint} takes. */
export interface LogoutEndpointOptions extends OutageOptions {
  /** From one of the factories of `@revoked/jose`. */
  readonly tokens: Pick<RevocableTokens, 'endSession'>
}

const done: Answer = { status: 204, headers: { 'Cache-Control': 'no-store' } }

/**
 * Logs out: ends the session of the bearer token, refresh tokens included. A token that has expired, or that was revoked before, logs out as
 * well: who clicks "log out" after an hour means it. Not to be put behind `requireToken`, therefore.
 *
 * Answers 204 once the revocation is stored, 400 or 401 where there is no token of ours, and 503 while the store is away: nobody
 * is told "you are logged out" who is not.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { logoutEndpoint } from '@revoked/http'
 * import { serve } from '@revoked/http/express'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 * import express from 'express'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * const app = express()
 * app.post('/logout', serve(logoutEndpoint({ tokens })))
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function logoutEndpoint(options: LogoutEndpointOptions): Endpoint {
  const { tokens } = options
  if (typeof tokens?.endSession !== 'function')
    throw new TypeError('tokens must come from createRevocableTokens, createAccessTokens or createTokenPairs.')

  const endpoint: Endpoint = async ({ method, authorization }) => {
    if (method !== 'POST') return methodNotAllowed
    const found = readBearer(authorization)
    if (found.problem !== undefined) return refusalFor(found.problem)
    try {
      await tokens.endSession(found.token, { reason: 'logout' })
      return done
    } catch (error) {
      const problem = problemOf(error)
      if (problem === undefined || problem === 'unavailable') throw error
      return refusalFor(problem)
    }
  }
  return answerOutages(endpoint, options, refusalFor('unavailable'))
}
