import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common'
import type { Revocation } from '@revoked/core'
import type { Guard } from './guard.ts'
import { requireActive } from './require-active.ts'
import { REVOKED_OPTIONS, type RevokedModuleOptions } from './revoked-options.ts'

/**
 * The guard of `requireActive` for injection: `@UseGuards(AuthGuard('jwt'), RevocationGuard)`. It
 * takes its options from `RevokedModule`.
 *
 * @example
 * ```ts
 * import { Controller, Get, UseGuards } from '@nestjs/common'
 * import { RevocationGuard } from '@revoked/http/nest'
 *
 * @UseGuards(RevocationGuard) // Behind AuthGuard('jwt').
 * @Controller('orders')
 * export class OrdersController {
 *   @Get()
 *   list(): readonly string[] {
 *     return []
 *   }
 * }
 * ```
 */
export class RevocationGuard implements CanActivate {
  readonly #guard: Guard

  static {
    // Nest reads the dependencies of a class from its metadata, which a decorator would write.
    Injectable()(RevocationGuard)
    Inject(REVOKED_OPTIONS)(RevocationGuard, undefined, 0)
  }

  /** @throws TypeError for wrong options, `revocation` being required. */
  constructor(options: RevokedModuleOptions) {
    const { revocation, tokens: _, getToken: __, ...own } = options
    this.#guard = requireActive(revocation as Revocation, own)
  }

  canActivate(context: ExecutionContext): Promise<boolean> {
    return this.#guard.canActivate(context)
  }
}
