import type { Revocation } from '@revoked/core'
import { activeGuardOptionNames, type OptionNames, requireTokenNames } from '../../bearer/known-options.ts'
import type { VerifiesTokens } from '../../bearer/verifies-tokens.ts'
import type { GuardedRequest } from './guard.ts'
import type { RequireActiveOptions } from './require-active.ts'
import type { RequireTokenOptions } from './require-token.ts'

/**
 * The token by which Nest injects the options of `RevokedModule`.
 *
 * @example
 * ```ts
 * import { Inject, Injectable } from '@nestjs/common'
 * import { REVOKED_OPTIONS, type RevokedModuleOptions } from '@revoked/http/nest'
 *
 * @Injectable()
 * export class Health {
 *   readonly revocation: RevokedModuleOptions['revocation']
 *
 *   constructor(@Inject(REVOKED_OPTIONS) options: RevokedModuleOptions) {
 *     this.revocation = options.revocation
 *   }
 * }
 * ```
 */
export const REVOKED_OPTIONS = 'REVOKED_OPTIONS'

/**
 * Options for `RevokedModule`: those of its guards.
 *
 * @example
 * ```ts
 * import { createRevocation } from '@revoked/core'
 * import type { RevokedModuleOptions } from '@revoked/http/nest'
 * import { memoryStore } from '@revoked/store-memory'
 *
 * const options: RevokedModuleOptions = {
 *   revocation: createRevocation({ store: memoryStore(), maxTokenLifetime: '24h' }),
 *   failPolicy: 'closed',
 * }
 * ```
 */
export interface RevokedModuleOptions<Carrier = GuardedRequest>
  extends Omit<RequireTokenOptions<Carrier>, 'tokens'>,
    RequireActiveOptions<Carrier> {
  /** What `TokenGuard` verifies tokens with. */
  readonly tokens?: VerifiesTokens
  /** Where `RevocationGuard` looks for revocations. */
  readonly revocation?: Revocation
}

/** The names of these options. */
export const revokedOptionNames: OptionNames<RevokedModuleOptions<never>> = {
  ...requireTokenNames,
  ...activeGuardOptionNames,
  revocation: true,
  toException: true,
}
