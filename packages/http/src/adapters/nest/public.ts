import { type ExecutionContext, SetMetadata } from '@nestjs/common'

const key = 'revoked:public'

/**
 * Decorates a handler, or all handlers of a controller, that the guards of this library let pass
 * without a token.
 */
export function Public(isPublic = true): ClassDecorator & MethodDecorator {
  return SetMetadata(key, isPublic)
}

/**
 * Tells whether the handler of a context is decorated with {@link Public}; it outranks its class.
 */
export function isPublic(context: Pick<ExecutionContext, 'getHandler' | 'getClass'>): boolean {
  return (metadataOf(context.getHandler()) ?? metadataOf(context.getClass())) === true
}

function metadataOf(target: object): unknown {
  // reflect-metadata, which Nest loads, adds the function.
  const { getMetadata } = Reflect as unknown as { getMetadata(key: string, target: object): unknown }
  return getMetadata(key, target)
}
