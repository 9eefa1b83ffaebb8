import type { ExecutionContext } from '@nestjs/common'

/**
 * Returns what carries the token of a call, and gets its claims: the request (HTTP, and GraphQL,
 * from `req` or `request` of its context), or the client of a gateway (WebSocket).
 *
 * @throws TypeError for other contexts, such as microservices.
 */
export function carrierOf(context: ExecutionContext): object {
  const type = context.getType<string>()
  if (type === 'http') return context.switchToHttp().getRequest<object>()
  if (type === 'ws') return context.switchToWs().getClient<object>()
  // What GqlExecutionContext reads as well, without its package.
  if (type === 'graphql') return requestIn(context.getArgByIndex<object>(2))
  throw new TypeError(`This guard is for HTTP, GraphQL and WebSocket, and not for a context of type ${type}.`)
}

/** Returns the `Authorization` header of a request, or of the handshake of a Socket.IO client. */
export function authorizationOf(carrier: object): string | undefined {
  const source: object = 'handshake' in carrier ? (carrier.handshake as object) : carrier
  const { authorization } = ('headers' in source ? source.headers : {}) as { readonly authorization?: unknown }
  return typeof authorization === 'string' ? authorization : undefined
}

function requestIn(graphql: { readonly req?: object; readonly request?: object }): object {
  return graphql.req ?? graphql.request ?? graphql
}
