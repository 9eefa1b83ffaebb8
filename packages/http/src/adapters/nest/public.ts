import { type ExecutionContext, SetMetadata } from '@nestjs/common'

const key = 'revoked:public'

/**
 * Decorates a handler, or all handlers of a controller, that the guards of this library let pass
 * without a token.
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common'
 * import { Public } from '@revoked/http/nest'
 *
 * @Controller('health')
 * export class HealthController {
 *   @Public()
 *   @Get()
 *   read(): string {
 *     return 'ok'
 *   }
 * }
 * ```
 */
export function Public(isPublic = true): ClassDecorator & MethodDecorator {
  return SetMetadata(key, isPublic)
}

/**
 * Tells whether the handler of a context is decorated with {@link Public}; it outranks its class.
 *
 * @example
 * ```ts
 * import type { CanActivate } from '@nestjs/common'
 * import { isPublic } from '@revoked/http/nest'
 *
 * // A guard of yours that lets pass what the guards of this library let pass.
 * const guard: CanActivate = { canActivate: (context) => isPublic(context) || Date.now() % 2 === 0 }
 * ```
 */
export function isPublic(context: Pick<ExecutionContext, 'getHandler' | 'getClass'>): boolean {
  return (metadataOf(context.getHandler()) ?? metadataOf(context.getClass())) === true
}

function metadataOf(target: object): unknown {
  // reflect-metadata, which Nest loads, adds the function.
  const { getMetadata } = Reflect as unknown as { getMetadata(key: string, target: object): unknown }
  return getMetadata(key, target)
}
