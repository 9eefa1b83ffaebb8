/** What all guards of NestJS share. */
// At runtime too: Nest sends an answer of ours only as an instance of its own class.
import { type CanActivate, type ExecutionContext, HttpException } from '@nestjs/common'
import type { Admission } from '../../bearer/admission.ts'
import type { Answer } from '../../bearer/answer.ts'
import type { SubjectClaims } from '../../bearer/verifies-tokens.ts'
import { carrierOf } from './carrier-of.ts'
import { isPublic } from './public.ts'
import type { PlatformResponse } from './to-handler.ts'

/**
 * What the guards read of a request: Express and Fastify have it.
 *
 * @example
 * ```ts
 * import type { GuardedRequest } from '@revoked/http/nest'
 *
 * const isRead = ({ method }: GuardedRequest): boolean => method === 'GET'
 * const hasToken = ({ headers }: GuardedRequest): boolean => headers.authorization !== undefined
 * ```
 */
export interface GuardedRequest {
  readonly method: string
  readonly headers: { readonly authorization?: string | undefined }
}

/**
 * What the guards add to a request that passes, for the type of a parameter:
 * `@Req() { user }: Request & Verified`.
 *
 * @example
 * ```ts
 * import type { Verified } from '@revoked/http/nest'
 *
 * const profileOf = ({ user, degraded }: Verified) => ({ id: user.sub, checked: !degraded })
 * ```
 */
export interface Verified {
  /** The claims of the verified token. */
  user: SubjectClaims
  /**
   * `true` if the store was unavailable and the policy let the token pass: it may have been
   * revoked.
   */
  degraded: boolean
}

/**
 * A guard for `@UseGuards`, `app.useGlobalGuards` and, by `useFactory`, `APP_GUARD`.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import { type Guard, requireActive } from '@revoked/http/nest'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const guards: readonly Guard[] = [
 *   requireActive(createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' })),
 * ]
 * ```
 */
export interface Guard extends CanActivate {
  canActivate(context: ExecutionContext): Promise<boolean>
}

/**
 * Creates the exception that refuses a request. Gateways need it: Nest sends a client of a
 * WebSocket nothing but a `WsException`, whose class is in `@nestjs/websockets`.
 *
 * @example
 * ```ts
 * import { HttpException } from '@nestjs/common'
 * import type { ToException } from '@revoked/http/nest'
 *
 * const toException: ToException = ({ status, body }) => new HttpException({ ...body, docs: '/errors' }, status)
 * ```
 */
export type ToException = (answer: Answer, context: ExecutionContext) => Error

/** Creates a guard out of what admits a request, or a client of a gateway. */
export function createGuard<Request>(
  admit: (request: Request) => Promise<Admission>,
  toException: ToException = refused,
): Guard {
  if (typeof toException !== 'function') throw new TypeError('toException must be a function.')
  return {
    canActivate: async (context) => {
      if (isPublic(context)) return true
      const carrier = carrierOf(context)
      const admission = await admit(carrier as Request)
      if (admission.refusal !== undefined) throw toException(admission.refusal, context)
      Object.assign(carrier, { degraded: admission.degraded })
      return true
    },
  }
}

/** Nest sends status and body of an exception; the headers are set here. */
export function refused({ status, headers, body = {} }: Answer, context: ExecutionContext): HttpException {
  if (context.getType<string>() === 'http') {
    const response = context.switchToHttp().getResponse<PlatformResponse>()
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
  }
  return new HttpException({ ...body }, status)
}
