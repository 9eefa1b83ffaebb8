import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { asError } from '../../bearer/as-error.ts'
import { readBearer } from '../../bearer/read-bearer.ts'
import { problemOf, refusalFor } from '../../bearer/refusals.ts'
import { send } from '../express/send.ts'

/**
 * What {@link answerOutages} needs to know of the options of `requireBearerAuth`, which has more.
 *
 * @example
 * ```ts
 * import type { BearerOptions } from '@revoked/http/mcp'
 *
 * const verify = ({ verifier }: BearerOptions, token: string): Promise<unknown> => verifier.verifyAccessToken(token)
 * ```
 */
export interface BearerOptions {
  readonly verifier: { readonly verifyAccessToken: (token: string) => Promise<unknown> }
}

/**
 * Creates the bearer middleware of the SDK, and answers 503 with `Retry-After` while the store or
 * the keys are unavailable. The middleware itself answers 500 to every error that is not its own,
 * and 400 to its `TemporarilyUnavailableError`. Everything else is up to it: the challenge,
 * `requiredScopes`, `expectedResource` and `resourceMetadataUrl`.
 *
 * @example
 * ```ts
 * import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
 * import { type AccessTokenVerifier, answerOutages } from '@revoked/http/mcp'
 *
 * const guard = (verifier: AccessTokenVerifier) =>
 *   answerOutages(requireBearerAuth, {
 *     verifier,
 *     requiredScopes: ['mcp:tools'],
 *     expectedResource: new URL('https://mcp.example/mcp'),
 *     resourceMetadataUrl: 'https://mcp.example/.well-known/oauth-protected-resource/mcp',
 *   })
 * ```
 *
 * @param requireBearerAuth - That of `@modelcontextprotocol/sdk`.
 * @param options - What it takes.
 * @throws TypeError for wrong arguments.
 */
export function answerOutages<Options extends BearerOptions>(
  requireBearerAuth: (options: Options) => RequestHandler,
  options: Options,
): RequestHandler {
  if (typeof requireBearerAuth !== 'function')
    throw new TypeError(
      'requireBearerAuth must be that of @modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js.',
    )
  const { verifier } = options
  if (typeof verifier?.verifyAccessToken !== 'function')
    throw new TypeError('verifier must have verifyAccessToken: take tokenVerifier.')
  const withoutToken = requireBearerAuth(options)

  async function pass(request: Request, response: Response, next: NextFunction): Promise<unknown> {
    try {
      const { token } = readBearer(request.headers.authorization)
      if (token === undefined) return await withoutToken(request, response, next)
      const outcome = verifier.verifyAccessToken(token)
      if (await isOutage(outcome)) return send(response, refusalFor('unavailable'))
      // The token is verified by now. The middleware gets the outcome, and none but that of its
      // token.
      const verifyAccessToken = (read: string) => (read === token ? outcome : verifier.verifyAccessToken(read))
      return await requireBearerAuth({ ...options, verifier: { verifyAccessToken } })(request, response, next)
    } catch (thrown) {
      // Sending can fail as well, if something else has answered.
      return next(asError(thrown))
    }
  }

  return (request, response, next) => void pass(request, response, next)
}

/** Waits for an outcome, and tells whether it means that the token could not be checked. */
async function isOutage(outcome: Promise<unknown>): Promise<boolean> {
  try {
    await outcome
    return false
  } catch (error) {
    return problemOf(error) === 'unavailable'
  }
}
