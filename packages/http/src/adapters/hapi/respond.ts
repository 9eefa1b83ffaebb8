import type { Request, ResponseObject, ResponseToolkit } from '@hapi/hapi'
import type { Answer } from '../../bearer/answer.ts'

declare module '@hapi/hapi' {
  interface PluginsStates {
    revoked?: {
      /**
       * `true` if the store was unavailable and the policy let the token pass: it may have been
       * revoked.
       */
      readonly degraded: boolean
    }
  }
}

/** Creates the response of an answer. */
export function respond(h: ResponseToolkit, { status, headers, setCookie = [], body }: Answer): ResponseObject {
  // A copy, as extensions may write into it.
  const response = h.response(body && { ...body }).code(status)
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  for (const value of setCookie) response.header('Set-Cookie', value, { append: true })
  return response
}

/**
 * Tells whether an answer holds in the modes `'try'` and `'optional'` too: an outage lets no guest
 * in.
 */
export function endsEveryMode({ status }: Answer): boolean {
  return status === 503
}

/** Returns the `Authorization` header. */
export function authorizationOf({ headers }: Request): string | undefined {
  const { authorization } = headers
  return typeof authorization === 'string' ? authorization : undefined
}
