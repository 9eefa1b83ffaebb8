import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import type { Revocation } from '@revoked/core'
import { createClaimsGuard } from '../../bearer/claims-guard.ts'
import type { GuardOptions } from '../../bearer/guard-options.ts'
import { endsEveryMode, respond } from './respond.ts'

/**
 * What the `validate` of @hapi/jwt returns.
 *
 * @example
 * ```ts
 * import type { Validation } from '@revoked/http/hapi'
 *
 * const isRefused = ({ isValid, response }: Validation): boolean => !isValid && response !== undefined
 * ```
 */
export interface Validation {
  readonly isValid: boolean
  readonly response?: ResponseObject
}

/**
 * Creates the `validate` of @hapi/jwt 3, for its strategies. The payload becomes
 * `request.auth.credentials`, and whether it passed unchecked is in
 * `request.plugins.revoked.degraded`. A revoked token is refused with 401, or goes on
 * unauthenticated in the mode `'try'`; an outage is 503.
 *
 * Goes with `errorHandler`, which answers what @hapi/jwt refuses before it calls `validate`.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { validate } from '@revoked/http/hapi'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const revocation = createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })
 * // server.auth.strategy('jwt', 'jwt', { keys, verify, validate: hook })
 * const hook = validate(revocation)
 * ```
 *
 * @throws TypeError for wrong options.
 */
export function validate(
  revocation: Revocation,
  options: GuardOptions<Request> = {},
): (
  artifacts: { readonly decoded: { readonly payload: unknown } },
  request: Request,
  h: ResponseToolkit,
) => Promise<Validation> {
  const guard = createClaimsGuard(revocation, options)
  return async ({ decoded }, request, h) => {
    try {
      const admission = await guard(request, decoded.payload)
      const { refusal } = admission
      if (refusal === undefined) {
        request.plugins.revoked = { degraded: admission.degraded }
        return { isValid: true }
      }
      if (request.auth.mode === 'try' && !endsEveryMode(refusal)) return { isValid: false }
      return { isValid: false, response: respond(h, refusal) }
    } catch (error) {
      // @hapi/jwt would answer 401 with the message. From here, hapi gets the error itself.
      const prepare = () => Promise.reject(error)
      return { isValid: false, response: request.generateResponse(null, { variety: 'error', prepare }) }
    }
  }
}
