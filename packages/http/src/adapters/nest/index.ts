// At runtime too: Nest gives an answer of ours to the client only as an instance of its own class.
import { type CanActivate, type ExecutionContext, HttpException, type NestInterceptor } from '@nestjs/common'
import type { Revocation } from '@revoked/core'
import { catchError } from 'rxjs'
import type { Answer } from '../../bearer/answer.ts'
import {
  type Admission,
  createClaimsGate,
  createTokenGate,
  type GateOptions,
  type TokenClaims,
  type TokenGateOptions,
} from '../../bearer/gate.ts'
import { problemOf, refusalFor } from '../../bearer/refusals.ts'
import { type Endpoint, headerIn } from '../../endpoints/endpoint.ts'
import { isForm, type NodeBody, readNodeForm } from '../../endpoints/request-body.ts'

/** What the guards read of a request: Express has it, and so has Fastify. */
export interface GuardedRequest {
  readonly method: string
  readonly headers: { readonly authorization?: string | undefined }
}

/** The same with a parsed body. */
export interface PlatformRequest extends GuardedRequest {
  readonly body?: unknown
}

/** What is used of a response: Express has it, and so has Fastify. */
export interface PlatformResponse {
  header(name: string, value: string | string[]): unknown
  status(status: number): PlatformResponse
  send(body?: unknown): unknown
}

/** The options of {@link answerErrors}. */
export type AnswerErrorsOptions = Pick<GateOptions<GuardedRequest>, 'onUnavailable'>

/** What the guards add to a request that passes. For the type of a parameter: `@Req() { user }: Request & Verified`. */
export interface Verified {
  /** The claims of the verified token. */
  user: TokenClaims
  /** Whether the token passed although nobody could tell if it was revoked: the store was away, and the policy is open. */
  degraded: boolean
}

/** A guard for `@UseGuards`, `app.useGlobalGuards` and, by `useFactory`, `APP_GUARD`. */
export interface Guard extends CanActivate {
  canActivate(context: ExecutionContext): Promise<boolean>
}

/** The options of {@link requireActive}. */
export interface RequireActiveOptions<Request> extends GateOptions<Request> {
  /** Where the verified payload is, if not in `request.user`. */
  readonly getClaims?: (request: Request) => unknown
}

/**
 * A guard that lets a request pass whose token is valid and was not taken back: its claims are in `request.user` then, and
 * `request.degraded` tells whether it passed unchecked. For HTTP on the Express and the Fastify platform.
 *
 * It refuses every other request with an `HttpException` of status 400, 401 or 503, whose response is the body, and has set the headers.
 * An exception filter that answers in another form changes the body only.
 *
 * @example
 * ```ts
 * import type { ExecutionContext } from '@nestjs/common'
 * import { APP_GUARD, Reflector } from '@nestjs/core'
 * import { createRevocation } from '@revoked/core'
 * import { requireToken } from '@revoked/http/nest'
 * import { createRevocableTokens } from '@revoked/jose'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const tokens = createRevocableTokens({
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   issuer: 'https://login.example',
 *   audience: 'https://api.example',
 *   algorithms: ['HS256'],
 *   keys: { secret: crypto.getRandomValues(new Uint8Array(32)) },
 * })
 *
 * // For all routes but those with `@Public(true)`.
 * const Public = Reflector.createDecorator<boolean>()
 * const guard = requireToken({ tokens })
 * export const provider = {
 *   provide: APP_GUARD,
 *   inject: [Reflector],
 *   useFactory: (reflector: Reflector) => ({
 *     canActivate: (context: ExecutionContext) =>
 *       reflector.get(Public, context.getHandler()) === true || guard.canActivate(context),
 *   }),
 * }
 * ```
 *
 * @throws TypeError for wrong options; out of the guard, for a context that is not HTTP.
 */
export function requireToken<Request extends GuardedRequest = GuardedRequest>(
  options: TokenGateOptions<Request>,
): Guard {
  const admit = createTokenGate(options)
  return guard<Request>(async (request) => {
    const admission = await admit(request, request.headers.authorization)
    if (admission.refusal === undefined) Object.assign(request, { user: admission.claims })
    return admission
  })
}

/**
 * A guard behind another one that has verified the token and put its payload into `request.user`, as that of @nestjs/passport does where the
 * `validate` of the strategy returns the payload: `@UseGuards(AuthGuard('jwt'), requireActive(revocation))`. It leaves `request.user` as it is.
 *
 * @throws TypeError for wrong options; out of the guard, for a context that is not HTTP.
 */
export function requireActive<Request extends GuardedRequest = GuardedRequest>(
  revocation: Revocation,
  options: RequireActiveOptions<Request> = {},
): Guard {
  const { getClaims = ofUser } = options
  if (typeof getClaims !== 'function') throw new TypeError('getClaims must be a function.')
  const admit = createClaimsGate(revocation, options)
  return guard<Request>((request) => admit(request, getClaims(request)))
}

/**
 * An interceptor, for `@UseInterceptors`, `app.useGlobalInterceptors` and `APP_INTERCEPTOR`, that gives the refusals of this library their
 * status, headers and body where a handler throws them: that of `tokens.rotate`, say. Every other error goes on.
 */
export function answerErrors({ onUnavailable }: AnswerErrorsOptions = {}): NestInterceptor {
  return {
    intercept: (context, next) =>
      next.handle().pipe(
        catchError((error: unknown) => {
          const problem = problemOf(error)
          if (problem === undefined || context.getType<string>() !== 'http') throw error
          const http = context.switchToHttp()
          if (problem === 'unavailable') onUnavailable?.(error, http.getRequest())
          throw refused(refusalFor(problem), http.getResponse())
        }),
      ),
  }
}

/**
 * Serves an endpoint, such as `logoutEndpoint` or those of `@revoked/http/oauth`, out of a handler that has the request and the response:
 * `@All('logout') logOut(@Req() request, @Res() response) { return this.serveLogout(request, response) }`. Forms are parsed by the platform.
 */
export function serve(endpoint: Endpoint): (request: PlatformRequest, response: PlatformResponse) => Promise<void> {
  return async (request, response) => {
    const { method, headers } = request
    const form = () => readPlatformForm(request)
    const answer = await endpoint({ method, authorization: headers.authorization, header: headerIn(headers), form })
    for (const [name, value] of Object.entries(answer.headers)) response.header(name, value)
    if (answer.setCookie !== undefined) response.header('Set-Cookie', [...answer.setCookie])
    // A copy, as hooks of the platform may write into it.
    response.status(answer.status).send(answer.body && { ...answer.body })
  }
}

/** Express' request is the body itself; Fastify has parsed it. */
async function readPlatformForm(request: PlatformRequest & Partial<NodeBody>): Promise<unknown> {
  const { headers, body } = request
  const contentType = headerIn(headers)('content-type')
  if (typeof request.pause === 'function') return await readNodeForm(request as NodeBody, contentType, body)
  return isForm(contentType) ? body : undefined
}

function guard<Request extends GuardedRequest>(admit: (request: Request) => Promise<Admission>): Guard {
  return {
    canActivate: async (context) => {
      const type = context.getType<string>()
      if (type !== 'http') throw new TypeError(`This guard is for HTTP, and not for a context of type ${type}.`)
      const http = context.switchToHttp()
      const request = http.getRequest<Request>()
      const admission = await admit(request)
      if (admission.refusal === undefined) {
        Object.assign(request, { degraded: admission.degraded })
        return true
      }
      throw refused(admission.refusal, http.getResponse())
    },
  }
}

/** Nest sends status and body of an exception. The headers are ours to set. */
function refused({ status, headers, body = {} }: Answer, response: PlatformResponse): HttpException {
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  return new HttpException({ ...body }, status)
}

function ofUser(request: object): unknown {
  return 'user' in request ? request.user : undefined
}
