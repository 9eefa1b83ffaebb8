import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { SubjectClaims } from '../../bearer/verifies-tokens.ts'
import { carrierOf } from './carrier-of.ts'

/**
 * Returns the claims that a guard found.
 *
 * @example
 * ```ts
 * import type { CanActivate } from '@nestjs/common'
 * import { claimsOf } from '@revoked/http/nest'
 *
 * // A guard behind TokenGuard.
 * const adminsOnly: CanActivate = { canActivate: (context) => claimsOf(context)['role'] === 'admin' }
 * ```
 *
 * @throws TypeError if no guard is in front of the handler.
 */
export function claimsOf(context: ExecutionContext): SubjectClaims {
  const carrier = carrierOf(context)
  const claims: unknown = 'user' in carrier ? carrier.user : undefined
  if (typeof claims !== 'object' || claims === null)
    throw new TypeError('Put TokenGuard in front of a handler with @TokenClaimsParam().')
  return claims as SubjectClaims
}

/**
 * Decorates a parameter that receives the claims of the verified token, or one of them:
 * `@TokenClaimsParam() claims: SubjectClaims`, `@TokenClaimsParam('sub') subject: string`.
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common'
 * import type { SubjectClaims } from '@revoked/http'
 * import { TokenClaimsParam } from '@revoked/http/nest'
 *
 * @Controller('me')
 * export class MeController {
 *   @Get()
 *   read(@TokenClaimsParam() claims: SubjectClaims): string {
 *     return claims.sub
 *   }
 * }
 * ```
 */
export const TokenClaimsParam: (name?: string) => ParameterDecorator = createParamDecorator(
  (name: string | undefined, context: ExecutionContext) => {
    const claims = claimsOf(context)
    return name === undefined ? claims : claims[name]
  },
)
