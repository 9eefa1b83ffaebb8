import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common'
import type { Guard } from './guard.ts'
import { requireToken } from './require-token.ts'
import { REVOKED_OPTIONS, type RevokedModuleOptions } from './revoked-options.ts'

/**
 * The guard of `requireToken` for injection: `@UseGuards(TokenGuard)`, or `{ provide: APP_GUARD,
 * useExisting: TokenGuard }`. It takes its options from `RevokedModule`.
 *
 * @example
 * ```ts
 * import { Controller, Get, UseGuards } from '@nestjs/common'
 * import { TokenGuard } from '@revoked/http/nest'
 *
 * @UseGuards(TokenGuard)
 * @Controller('orders')
 * export class OrdersController {
 *   @Get()
 *   list(): readonly string[] {
 *     return []
 *   }
 * }
 * ```
 */
export class TokenGuard implements CanActivate {
  readonly #guard: Guard

  static {
    // Nest reads the dependencies of a class from its metadata, which a decorator would write.
    Injectable()(TokenGuard)
    Inject(REVOKED_OPTIONS)(TokenGuard, undefined, 0)
  }

  /** @throws TypeError or RangeError for wrong options, `tokens` being required. */
  constructor(options: RevokedModuleOptions) {
    const { revocation: _, getClaims: __, ...own } = options
    this.#guard = requireToken(own as Parameters<typeof requireToken>[0])
  }

  canActivate(context: ExecutionContext): Promise<boolean> {
    return this.#guard.canActivate(context)
  }
}
